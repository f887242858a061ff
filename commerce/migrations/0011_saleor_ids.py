from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commerce', '0010_payouts'),
    ]

    operations = [
        migrations.CreateModel(
            name='SaleorId',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('api_url', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('variant', 'Variant'), ('warehouse', 'Warehouse'), ('shipping_method', 'Shipping Method'), ('payment', 'Payment'), ('refund', 'Refund'), ('fulfilment', 'Fulfilment')], max_length=16)),
                ('reference', models.CharField(max_length=64)),
                ('saleor_id', models.CharField(max_length=100)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('api_url', 'kind', 'reference'), name='one_saleor_id_per_reference')],
            },
        ),
    ]
