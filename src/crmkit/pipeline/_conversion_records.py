"""The company, contact and deal that come of a lead: which are made, what they are called, what is in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import attrs

from crmkit.errors import InvalidArgument, did_you_mean, shown
from crmkit.pipeline._conversion_values import KINDS, Handing, mapping_of
from crmkit.pipeline._place import PLACES
from crmkit.records import Lead, evolve

__all__ = ["NAMED_IN", "Outcome", "given_records", "outcome_of"]

# Where the lead names what came of it.
NAMED_IN: Mapping[str, str] = {"contact": "contact_id", "company": "company_id", "deal": "deal_id"}


@attrs.frozen
class Outcome:
    """What comes of a lead.

    Args:
        ids: the id of each record that comes of it, by kind.
        new: the records that are made.
        old: the records that were given, before and after.
    """

    ids: Mapping[str, str]
    new: Mapping[str, Any]
    old: Mapping[str, tuple[Any, Any]]


def given_records(into: Any) -> Mapping[str, Any]:
    """Return the records to convert into, by kind.

    Raises:
        InvalidArgument: something else, or two of a kind.
    """
    given: dict[str, Any] = {}
    for record in into if isinstance(into, Iterable) else () if into is None else (into,):
        kind = next((kind for kind, cls in KINDS.items() if type(record) is cls), None)
        if kind is None or kind in given:
            reason = "is no Company, Contact or Deal of crmkit.records" if kind is None else f"is a second {kind}"
            raise InvalidArgument(f"into: {shown(record)} {reason}", argument="into", value=record)
        given[kind] = record
    return given


def outcome_of(
    hands: Handing, given: Mapping[str, Any], *, deal: bool, ids: Mapping[str, str] | None, at: datetime
) -> Outcome:
    """Return what comes of the lead that hands over.

    Raises:
        InvalidArgument: an id or value of nothing that comes of it, or another record than the lead names.
    """
    lead = hands.lead
    new = _new_ids(lead, ids)
    elsewhere = _company_of(lead, given)
    has_company = "company" in given or (elsewhere is None and bool(lead.company_name))
    kinds = [kind for kind, comes in (("company", has_company), ("contact", True), ("deal", deal)) if comes]
    named = {kind: given[kind].id if kind in given else new[kind] for kind in kinds}
    if "company" not in named and elsewhere is not None:
        named["company"] = elsewhere
    _check_names(lead, named)
    _check_values(hands, kinds)
    after: dict[str, Any] = {}
    for kind in kinds:
        record = given[kind] if kind in given else KINDS[kind](id=named[kind], created_at=at)
        filled = hands.filled(record, kind, **_links(kind, lead, named, after.get("company")))
        touched = PLACES[kind].touched if kind in PLACES and kind in given and filled != record else None
        after[kind] = filled if touched is None else evolve(filled, **{touched: at})
    return Outcome(
        named,
        {kind: record for kind, record in after.items() if kind not in given},
        {kind: (given[kind], record) for kind, record in after.items() if kind in given},
    )


def _new_ids(lead: Lead, ids: Mapping[str, str] | None) -> Mapping[str, str]:
    given = mapping_of("ids", ids)
    for kind in given:
        if kind not in KINDS:
            reason = f"is nothing that comes of a lead{did_you_mean(str(kind), KINDS)}"
            raise InvalidArgument(f"ids: {shown(kind)} {reason}", argument="ids", value=kind)
    return dict.fromkeys(KINDS, f"{lead.id}:{lead.version + 1}") | dict(given)


def _company_of(lead: Lead, given: Mapping[str, Any]) -> str | None:
    """Return the company that the lead is at by its id, or else the contact or the deal given."""
    ids = (lead.company_id, *(given[kind].company_id for kind in ("contact", "deal") if kind in given))
    return next((each for each in ids if each is not None), None)


def _check_names(lead: Lead, named: Mapping[str, str]) -> None:
    for kind, identifier in named.items():
        held = getattr(lead, NAMED_IN[kind])
        if held not in (None, identifier):
            message = f"lead {shown(lead.id)} names {kind} {shown(held)} and would become {shown(identifier)}"
            raise InvalidArgument(
                f"{message}; get that {kind} and give it in into, or take its id off the lead",
                code="names_another",
                argument="into",
                value=identifier,
            )


def _check_values(hands: Handing, kinds: Collection[str]) -> None:
    for kind, values in hands.values.items():
        if values and kind not in kinds:
            place = f"{kind}.{next(iter(values))}"
            message = f"values: {shown(place)} has no {kind} to go to; leave it out, or give one in into"
            raise InvalidArgument(message, argument="values", value=place)


def _links(kind: str, lead: Lead, named: Mapping[str, str], company: Any) -> Mapping[str, str | None]:
    """Return what the records say of each other."""
    if kind == "company":
        return {}
    at_company = {"company_id": named.get("company")}
    if kind == "contact":
        return at_company
    return {**at_company, "contact_id": named["contact"], "name": _name_of(lead, company)}


def _name_of(lead: Lead, company: Any) -> str | None:
    """Return what a deal is called: as the company; a person's name would stand there unmasked."""
    return (company.name if company is not None else None) or lead.company_name or None
