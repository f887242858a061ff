"""A hundred thousand goods: what a card costs is known without looking at variants and stock, every
order of the shelf has its index, and single syllables and pairs of initials are found by index too.

The price is the database's to keep, whoever writes: of the first variant that has a stock record,
and NULL where there is none. The product's row is locked before its variants are read, so two who
change two variants at once both count.
"""

import commerce.catalogue.models
import django.contrib.postgres.indexes
from django.db import migrations, models
SHOWN = """
CREATE FUNCTION commerce_product_shown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT v.price_won, v.price_won::bigint * 1000 / NULLIF(v.weight_grams, 0)
    INTO NEW.price_won, NEW.won_per_kg
    FROM commerce_variant v JOIN commerce_stockrecord s ON s.variant_id = v.id
    WHERE v.product_id = NEW.id
    ORDER BY v.position, v.id
    LIMIT 1;
    RETURN NEW;
END;
$$;
CREATE TRIGGER product_shown
    BEFORE INSERT OR UPDATE OF price_won, won_per_kg ON commerce_product
    FOR EACH ROW EXECUTE FUNCTION commerce_product_shown();

CREATE FUNCTION commerce_variant_shown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE commerce_product SET price_won = price_won
    WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.product_id ELSE NEW.product_id END;
    RETURN NULL;
END;
$$;
CREATE TRIGGER variant_shown
    AFTER UPDATE OF price_won, weight_grams, position OR DELETE ON commerce_variant
    FOR EACH ROW EXECUTE FUNCTION commerce_variant_shown();

CREATE FUNCTION commerce_stock_shown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE commerce_product p SET price_won = p.price_won
    FROM commerce_variant v
    WHERE v.id = CASE TG_OP WHEN 'DELETE' THEN OLD.variant_id ELSE NEW.variant_id END
        AND p.id = v.product_id;
    RETURN NULL;
END;
$$;
CREATE TRIGGER stock_shown
    AFTER INSERT OR DELETE ON commerce_stockrecord
    FOR EACH ROW EXECUTE FUNCTION commerce_stock_shown();
"""

NOT_SHOWN = """
DROP TRIGGER stock_shown ON commerce_stockrecord;
DROP FUNCTION commerce_stock_shown();
DROP TRIGGER variant_shown ON commerce_variant;
DROP FUNCTION commerce_variant_shown();
DROP TRIGGER product_shown ON commerce_product;
DROP FUNCTION commerce_product_shown();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('commerce', '0014_stock_kinds'),
    ]

    operations = [
        migrations.AddField(
            model_name='product',
            name='price_won',
            field=models.PositiveIntegerField(editable=False, help_text='on its card; the database keeps it, empty = not sold', null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='won_per_kg',
            field=models.PositiveBigIntegerField(editable=False, null=True),
        ),
        migrations.RunSQL(SHOWN, NOT_SHOWN),
        migrations.RunSQL(
            "UPDATE commerce_product SET price_won = NULL", migrations.RunSQL.noop, elidable=True
        ),
        migrations.RemoveIndex(
            model_name='product',
            name='products_by_initials',
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('price_won__isnull', False), ('status', 'published')), fields=['-created_at', '-id'], name='shelf_by_newest'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('price_won__isnull', False), ('status', 'published')), fields=['category', '-created_at', '-id'], name='shelf_by_category'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('price_won__isnull', False), ('status', 'published')), fields=['merchant', '-created_at', '-id'], name='shelf_by_merchant'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('price_won__isnull', False), ('status', 'published')), fields=['price_won', '-id'], name='shelf_by_price'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('price_won__isnull', False), ('status', 'published')), fields=['won_per_kg', '-id'], name='shelf_by_unit_price'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(commerce.catalogue.models.Tripled(models.F('choseong')), name='gin_trgm_ops'), name='products_by_initial_runs'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=django.contrib.postgres.indexes.GinIndex(commerce.catalogue.models.Syllables(models.F('search_text')), name='products_by_syllables'),
        ),
    ]
