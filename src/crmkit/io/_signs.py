"""What a column may be: a field that a file may set, or a sign, which is no field and still says something."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from crmkit.records import RECORDS, FieldSpec, fields_of

__all__ = ["CLOSING_FLAGS", "ENTERED", "PROTECTED", "columns_of", "signs_of"]

# The fields that no file may set: a store counts the version, an access policy grants something to roles, and custom
# fields come one by one.
PROTECTED = frozenset({"version", "custom", "roles"})

# Salesforce says the status of a deal in two flags.
CLOSING_FLAGS = ("is_won", "is_closed")

# A time in a column such as "Date entered 'Contract sent'".
ENTERED = FieldSpec("entered", "instant")

_OF_ALL: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "is_deleted": FieldSpec("is_deleted", "flag"),
        "merged_into": FieldSpec("merged_into", "id"),
        "merged_ids": FieldSpec("merged_ids", "text"),
    }
)
_OF_DEALS: Mapping[str, FieldSpec] = MappingProxyType(
    {name: FieldSpec(name, "flag") for name in CLOSING_FLAGS}
    | {name: FieldSpec(name, "instant") for name in ("won_at", "lost_at")}
)


def signs_of(record: str) -> dict[str, FieldSpec]:
    """Return what a column may be besides a field of this kind of record.

    For every kind: `is_deleted` (the CRM has deleted the row), `merged_into` (the id of the record that is left),
    `merged_ids` (the ids of those that were merged into this one). For deals also `is_won`, `is_closed`, `won_at` and
    `lost_at`, from which `status` and `closed_at` follow.

    Args:
        record: the kind.
    """
    return {**_OF_ALL, **(_OF_DEALS if record == "deal" else {})}


def columns_of(record: str) -> dict[str, FieldSpec]:
    """Return what a column may be: a field of this kind of record that a file may set, or a sign.

    Args:
        record: the kind.
    """
    own = {field: spec for field, spec in fields_of(RECORDS[record]).items() if field not in PROTECTED}
    return own | signs_of(record)
