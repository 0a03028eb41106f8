"""The names of each kind of record in all languages, and the fields that tell the kind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from crmkit.io._names._keys import name_keys, word_key
from crmkit.io._names._language import languages

__all__ = ["KINDS", "TELLING", "Names"]

TELLING: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "user": frozenset({"name", "email", "active"}),
        "company": frozenset({"domain", "website", "industry", "employees", "annual_revenue", "parent_id"}),
        "contact": frozenset({"email", "first_name", "last_name", "phone", "job_title", "lifecycle_stage"}),
        "lead": frozenset({"email", "status", "company_name", "source", "converted_at", "phone"}),
        "deal": frozenset(
            {"stage", "status", "amount", "probability", "closed_at", "expected_close_on", "lost_reason"}
        ),
        "stage_change": frozenset({"from_stage", "to_stage", "changed_at", "changed_by"}),
        "field_change": frozenset({"record", "field", "from_value", "to_value"}),
        "activity": frozenset({"kind", "direction", "occurred_at", "due_at", "done_at", "subject"}),
        "product": frozenset({"code", "category", "tax_rate", "billing"}),
        "price_book": frozenset({"active", "valid_from", "valid_until"}),
        "price_book_entry": frozenset({"price_book_id", "product_id", "min_quantity"}),
        "quote": frozenset({"number", "valid_until", "discount_rate", "accepted_at", "status"}),
        "line_item": frozenset({"quote_id", "position", "product_id", "quantity", "discount_rate"}),
        "order": frozenset({"amount", "status", "channel", "customer_id"}),
        "subscription": frozenset({"plan", "interval", "started_at", "ended_at", "quantity", "status"}),
        "ticket": frozenset({"subject", "priority", "first_replied_at", "solved_at", "reopened", "status", "channel"}),
        "campaign": frozenset({"budget", "started_on", "ended_on", "status"}),
        "survey_response": frozenset({"kind", "score", "responded_at", "comment"}),
        "spend": frozenset({"campaign", "spent_on", "channel", "amount", "category"}),
        "team": frozenset({"manager_id", "parent_id"}),
        "affiliation": frozenset({"role", "primary"}),
    }
)


@attrs.frozen
class Names:
    """How headers name one kind of record, in all languages.

    Args:
        itself: the words for the record, which may stand before any of its fields: "Deal owner".
        telling: the fields that only this kind, or few kinds, have: two of them make a file one of these.
        fields: for each field its names, the likeliest first; the field's own name always counts and comes first.
    """

    itself: tuple[str, ...]
    telling: frozenset[str]
    fields: Mapping[str, tuple[str, ...]]


def _names(record: str) -> Names:
    claimed = {word_key(field): field for field in languages()[0].fields[record]}
    fields: dict[str, list[str]] = {field: [] for field in languages()[0].fields[record]}
    for language in languages():
        for field, names in language.fields[record].items():
            for name in names:
                key = name_keys(name)[0]
                if key not in claimed:
                    claimed[key] = field
                    fields[field].append(name)
    words = dict.fromkeys(word.lower() for language in languages() for word in language.itself[record])
    return Names(
        tuple(words), TELLING[record], MappingProxyType({field: tuple(names) for field, names in fields.items()})
    )


KINDS: Mapping[str, Names] = MappingProxyType({record: _names(record) for record in TELLING})
