"""The ids that a Saleor has told us, by our references."""

from collections.abc import Iterable, Mapping

from commerce.saleor.models import SaleorId

Kind = SaleorId.Kind


def known(api_url: str, kind: Kind, references: Iterable[str]) -> dict[str, str]:
    """Of these references those that are known, with the Saleor's id."""
    rows = SaleorId.objects.filter(api_url=api_url, kind=kind, reference__in=set(references))
    return dict(rows.values_list("reference", "saleor_id"))


def remember(api_url: str, kind: Kind, ids: Mapping[str, str]) -> None:
    """By reference. What was known otherwise is replaced: the thing was made anew over there."""
    SaleorId.objects.bulk_create(
        # In one order, so that two who remember the same do not wait for each other.
        [
            SaleorId(api_url=api_url, kind=kind, reference=reference, saleor_id=id_)
            for reference, id_ in sorted(ids.items())
        ],
        update_conflicts=True,
        unique_fields=["api_url", "kind", "reference"],
        update_fields=["saleor_id"],
    )


def forget(api_url: str, kind: Kind, references: Iterable[str]) -> None:
    """They are not there any more."""
    SaleorId.objects.filter(api_url=api_url, kind=kind, reference__in=set(references)).delete()
