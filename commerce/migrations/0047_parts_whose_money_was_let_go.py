from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commerce', '0046_harvest_share_tries'),
    ]

    operations = [
        migrations.AddField(
            model_name='fulfilment',
            name='money_let_go',
            field=models.BooleanField(default=False, help_text='cancelled while its money was only held on a card: never taken'),
        ),
    ]
