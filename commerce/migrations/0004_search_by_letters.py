"""Hangul letter by letter, so that an index finds words of any length and mistyped ones."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

from commerce.catalogue.searching import letters

AT_ONCE = 1_000


def fill(apps, schema_editor):
    product = apps.get_model("commerce", "Product")
    changed = []
    for one in product.objects.only("pk", "search_text").iterator(AT_ONCE):
        one.search_letters = letters(one.search_text)
        changed.append(one)
        if len(changed) == AT_ONCE:
            product.objects.bulk_update(changed, ["search_letters"])
            changed = []
    product.objects.bulk_update(changed, ["search_letters"])


class Migration(migrations.Migration):
    dependencies = [("commerce", "0003_index_what_sweeps_look_for")]

    operations = [
        TrigramExtension(),
        migrations.AddField(
            model_name="product",
            name="search_letters",
            field=models.TextField(
                default="",
                editable=False,
                help_text="search_text with its Hangul taken apart: ㄸㅏㄹㄱㅣ",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="product",
            index=GinIndex(
                fields=["search_letters"], name="products_by_letters", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=GinIndex(
                fields=["choseong"], name="products_by_initials", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
