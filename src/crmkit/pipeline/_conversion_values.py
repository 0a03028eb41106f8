"""What a lead hands on to its contact, company and deal, and which values of theirs it may replace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import attrs

from crmkit.errors import InvalidArgument, InvalidRecord, UnknownField, did_you_mean, shown
from crmkit.pipeline._place import PLACES
from crmkit.records import Company, Contact, CustomFields, Deal, Lead, evolve, fields_of

__all__ = ["KINDS", "Handing", "handing", "mapping_of"]

R = TypeVar("R")

KINDS: Mapping[str, type] = MappingProxyType({"company": Company, "contact": Contact, "deal": Deal})

# For each kind of record, its fields and those of the lead whose values they take; tags are joined.
_CARRIED: Mapping[str, Mapping[str, str]] = {
    "company": {
        "name": "company_name",
        "industry": "industry",
        "employees": "employees",
        "country": "country",
        "owner_id": "owner_id",
    },
    "contact": {
        "first_name": "first_name",
        "last_name": "last_name",
        "email": "email",
        "phone": "phone",
        "job_title": "job_title",
        "country": "country",
        "source": "source",
        "owner_id": "owner_id",
    },
    "deal": {"source": "source", "owner_id": "owner_id"},
}

# What the act itself says of each record: filled in where it is missing, replaced only where it is named.
_LINKED: Mapping[str, tuple[str, ...]] = {
    "company": (),
    "contact": ("company_id",),
    "deal": ("name", "company_id", "contact_id"),
}

# Fields that no caller's place names: the links, and what every record has of its own.
_WRITTEN = frozenset({"id", "version", "tags", "custom", "created_at", "company_id", "contact_id"})


@attrs.frozen
class Handing:
    """What is handed on, and over what.

    Args:
        lead: the lead.
        custom: for each kind of record, its fields and those of the lead that the caller maps to them.
        values: for each kind of record, values that the caller gives.
        everything: whether each value of the lead replaces what is there.
        replaced: what is replaced, each as kind and field.
    """

    lead: Lead
    custom: Mapping[str, Mapping[str, str]]
    values: Mapping[str, Mapping[str, Any]]
    everything: bool
    replaced: frozenset[tuple[str, str]]

    def filled(self, record: R, kind: str, **links: Any) -> R:
        """Return a record of this kind with what the lead hands on.

        Args:
            record: new, or one that is there.
            kind: "company", "contact" or "deal".
            links: what the act says of it: ids of the other records, the name of a deal.
        """
        carried = {name: getattr(self.lead, own) for name, own in _CARRIED[kind].items()}
        mapped = {name: _value(self.lead, own) for name, own in self.custom[kind].items()}
        carried |= {name: value for name, value in mapped.items() if not _is_empty(value)}
        changes = {
            name: value
            for name, value in carried.items()
            if self._wanted(record, kind, name, value, by_all=self.everything)
        }
        changes |= {name: value for name, value in links.items() if self._wanted(record, kind, name, value)}
        changes |= self.values[kind]
        tags = dict.fromkeys((*_value(record, "tags"), *self.lead.tags))
        standard = fields_of(KINDS[kind])
        own = {name: value for name, value in changes.items() if name not in standard}
        if own:
            held: Any = _value(record, "custom")
            changes = {name: value for name, value in changes.items() if name in standard} | {"custom": {**held, **own}}
        try:
            return evolve(record, **{"tags": tuple(tags), **changes})
        except InvalidRecord as refused:
            raise self._without_value(refused, kind) from None

    def _without_value(self, refused: InvalidRecord, kind: str) -> InvalidRecord:
        """Keep the value of a custom field, which may be personal, out of the message."""
        own = self.custom[kind].get(refused.field)
        if own is None or refused.field in self.values[kind]:
            return refused
        place = f"{refused.record}.{refused.field}"
        reason = f"does not hold what the lead has in {shown(own)}; map that to a custom field of another name"
        return InvalidRecord(f"{place} {reason}", record=refused.record, field=refused.field, value=refused.value)

    def _wanted(self, record: Any, kind: str, name: str, value: Any, *, by_all: bool = False) -> bool:
        if _is_empty(value):
            return False
        return by_all or (kind, name) in self.replaced or _is_empty(_value(record, name))


def handing(
    lead: Lead,
    *,
    overwrite: Iterable[str] | bool,
    values: Mapping[str, Any] | None,
    custom: Mapping[str, str] | None,
    custom_fields: CustomFields | None,
) -> Handing:
    """Read what the caller says of the values.

    Raises:
        InvalidArgument: a place that is none, such as "deal", or one that a move writes (code "invalid_place").
        UnknownField: a field to be replaced that nothing is handed to, or one that the lead does not have.
    """
    declared = _declared(custom_fields)
    owned = (*fields_of(Lead), *lead.custom, *declared.of(Lead))
    mapped: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    given: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    for own, place in mapping_of("custom", custom).items():
        if own not in owned:
            raise UnknownField.of(str(own), owned, place="the lead; custom_fields= says which ones leads may have")
        kind, name = _place("custom", place)
        known_there = (*fields_of(KINDS[kind]), *declared.of(KINDS[kind]))
        if custom_fields is not None and name not in known_there:
            raise UnknownField.of(name, known_there, place=f"a {KINDS[kind].__name__}, standard or in custom_fields")
        if name in mapped[kind]:
            raise _no_place("custom", place, "is where two fields of the lead go")
        mapped[kind][name] = own
    for place, value in mapping_of("values", values).items():
        kind, name = _place("values", place)
        if name not in fields_of(KINDS[kind]):
            raise UnknownField.of(name, fields_of(KINDS[kind]), place=KINDS[kind].__name__)
        given[kind][name] = value
    known = [(kind, name) for kind in KINDS for name in (*_CARRIED[kind], *_LINKED[kind], *mapped[kind])]
    return Handing(lead, mapped, given, overwrite is True, frozenset(_named(overwrite, known)))


def _declared(custom_fields: Any) -> CustomFields:
    if custom_fields is not None and not isinstance(custom_fields, CustomFields):
        message = f"custom_fields: {shown(custom_fields)} is no CustomFields of crmkit.records"
        raise InvalidArgument(message, argument="custom_fields", value=custom_fields)
    return CustomFields() if custom_fields is None else custom_fields


def _named(overwrite: Any, known: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield each field that is named, as kind and field."""
    if isinstance(overwrite, bool):
        return
    if not isinstance(overwrite, Iterable):
        raise InvalidArgument(
            f"overwrite: {shown(overwrite)} is no list; name fields, or say True", argument="overwrite", value=overwrite
        )
    for said in (overwrite,) if isinstance(overwrite, str) else overwrite:
        found = [(kind, name) for kind, name in known if said in (name, f"{kind}.{name}")]
        if not found:
            options = [*dict.fromkeys(name for _, name in known), *(f"{kind}.{name}" for kind, name in known)]
            raise UnknownField.of(str(said), options, place="what a lead hands on, of which overwrite names fields")
        yield from found


def mapping_of(argument: str, given: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return a mapping that was handed in, or an empty one.

    Raises:
        InvalidArgument: something else.
    """
    if given is not None and not isinstance(given, Mapping):
        reason = f"is no mapping; say {argument}={{...}}"
        raise InvalidArgument(f"{argument}: {shown(given)} {reason}", argument=argument, value=given)
    return given or {}


def _place(argument: str, place: object) -> tuple[str, str]:
    """Read where a value goes: "deal.amount"."""
    kind, _, name = str(place).partition(".")
    if kind not in KINDS or not name.isidentifier():
        raise _no_place(argument, place, f"is no place for a value; say 'deal.amount'{did_you_mean(kind, KINDS)}")
    if name in _WRITTEN or (kind in PLACES and name in PLACES[kind].fields):
        raise _no_place(argument, place, "is written by the conversion itself or by moves")
    return kind, name


def _no_place(argument: str, place: object, reason: str) -> InvalidArgument:
    message = f"{argument}: {shown(place)} {reason}"
    return InvalidArgument(message, code="invalid_place", argument=argument, value=place)


def _value(record: Any, name: str) -> Any:
    """Return the value of a field, standard or custom."""
    return (
        record.custom.get(name) if name not in fields_of(type(record)) and name != "custom" else getattr(record, name)
    )


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", ())
