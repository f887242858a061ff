import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commerce', '0026_cash_receipts'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='coreline',
            name='core_never_over_fulfilled',
        ),
        migrations.RemoveIndex(
            model_name='corestep',
            name='core_steps_in_order',
        ),
        migrations.RenameField(
            model_name='corestep',
            old_name='fulfilment',
            new_name='subject',
        ),
        migrations.AlterField(
            model_name='corestep',
            name='subject',
            field=models.CharField(help_text="the fulfilment's or product's reference", max_length=32),
        ),
        migrations.AlterField(
            model_name='corestep',
            name='operation',
            field=models.CharField(choices=[('place', 'Place'), ('confirm', 'Confirm'), ('pay', 'Pay'), ('refund', 'Refund'), ('fulfil', 'Fulfil'), ('shorten', 'Shorten'), ('cancel', 'Cancel'), ('expire', 'Expire'), ('shelf', 'Shelf')], max_length=8),
        ),
        migrations.AddField(
            model_name='coreline',
            name='short',
            field=models.PositiveIntegerField(default=0, help_text='of them, will never leave'),
        ),
        migrations.AlterField(
            model_name='coreentry',
            name='kind',
            field=models.CharField(choices=[('payment', 'Payment'), ('refund', 'Refund'), ('fulfilment', 'Fulfilment'), ('shortage', 'Shortage')], max_length=10),
        ),
        migrations.AlterField(
            model_name='coreentry',
            name='lines',
            field=models.JSONField(default=dict, help_text='line → how many left, or never will'),
        ),
        migrations.AlterField(
            model_name='saleorid',
            name='kind',
            field=models.CharField(choices=[('variant', 'Variant'), ('warehouse', 'Warehouse'), ('shipping_method', 'Shipping Method'), ('payment', 'Payment'), ('refund', 'Refund'), ('fulfilment', 'Fulfilment'), ('shortage', 'Shortage')], max_length=16),
        ),
        migrations.AddIndex(
            model_name='corestep',
            index=models.Index(fields=['subject', 'id'], name='core_steps_in_order'),
        ),
        migrations.AddConstraint(
            model_name='coreline',
            constraint=models.CheckConstraint(condition=models.Q(('fulfilled__lte', django.db.models.expressions.CombinedExpression(models.F('quantity'), '-', models.F('short')))), name='core_never_over_fulfilled'),
        ),
    ]
