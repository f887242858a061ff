from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commerce', '0047_goods_kept_instead'),
    ]

    operations = [
        migrations.AddField(
            model_name='fulfilment',
            name='money_let_go',
            field=models.BooleanField(default=False, help_text='cancelled while its money was only held on a card: never taken'),
        ),
    ]
