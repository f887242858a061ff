from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commerce", "0054_parcels")]

    operations = [
        migrations.AddField(
            model_name="fulfilment",
            name="hands_over_name_en",
            field=models.CharField(blank=True, default="", max_length=80),
            preserve_default=False,
        ),
    ]
