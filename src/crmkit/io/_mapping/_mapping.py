"""What a file's columns mean: written by hand or guessed, kept as TOML."""

from __future__ import annotations

import os
from collections import abc
from typing import Any, Literal, Self, get_args

import attrs

from crmkit.errors import ImportRejected, InvalidArgument, InvalidPeriod, did_you_mean, shown
from crmkit.io._files import FileFormat
from crmkit.io._mapping import _checks as check
from crmkit.io._mapping._toml import loaded, quotes_hint, text_at, written
from crmkit.io._notation import DECIMALS, THOUSANDS
from crmkit.records import Deal, fields_of

__all__ = ["Mapping", "decimal_of", "mapping_of"]

IdForm = Literal["salesforce"]
Apostrophes = Literal["strip", "keep"]


@attrs.frozen
class Mapping:
    """What the columns of a file mean. What is left out is guessed from the file.

    Args:
        record: the kind of record that a row is: "deal".
        columns: the header that stands for each field; None to guess them all.
        guess: whether the fields that `columns` leaves out are guessed all the same.
        formats: the date format of a field, in words: "ISO", "DD/MM/YYYY", "MM/DD/YYYY HH:MM".
        units: how a share of one stands in the file: "percent" (0 to 100) or "fraction" (0 to 1).
        values: for a field with a fixed choice of values, which of them the words of the file mean:
            `{"status": {"Waiting for us": "open"}}`; for a flag, "true" or "false".
        stages: for deals, the stages that are "won" and those that are "lost"; None to guess them by name.
        entered: for deals, the header that says when each was in a stage first, by the name of the stage.
        timezone: the IANA name of the zone of times that do not say one.
        currency: the ISO 4217 code of all amounts of a file without a currency column.
        decimal: the mark before the decimals, "." or ","; None where that is not said.
        thousands: the mark between thousands; "" for none.
        nulls: texts that stand for nothing, such as "#N/A"; a blank cell always does.
        tag_mark: what stands between the tags of a cell; None for ";".
        several: the ids whose cells may name more than one record, as "9002;9999"; the first is taken.
        id_form: "salesforce" where ids of 15 characters stand for those of 18.
        fold: whether rows with the same id are the line items of one record.
        exact: whether the rows are taken as they stand: no status follows from a stage, no close date of an open deal
            becomes an expected one, no stage is the one before.
        apostrophes: whether the apostrophe before a cell such as '=1, which keeps spreadsheets from calculating, is
            taken off ("strip", unless said otherwise) or part of the text ("keep").
        file: how the file is written: encoding, separator, quotation mark, sheet.

    Raises:
        ImportRejected: something that no mapping can say (code "invalid_mapping").
        InvalidPeriod: an unknown time zone.
    """

    record: str | None = attrs.field(default=None, validator=check.record_known)
    columns: abc.Mapping[str, str] | None = attrs.field(default=None, converter=check.frozen, validator=check.texts)
    guess: bool = attrs.field(default=False, validator=check.flag)
    formats: abc.Mapping[str, str] = attrs.field(
        factory=dict, converter=check.section, validator=[check.texts, check.formats]
    )
    units: abc.Mapping[str, str] = attrs.field(factory=dict, converter=check.section, validator=check.texts)
    values: abc.Mapping[str, abc.Mapping[str, str]] = attrs.field(
        factory=dict, converter=check.nested, validator=check.nested_texts
    )
    stages: abc.Mapping[str, tuple[str, ...]] | None = attrs.field(default=None, converter=check.stages)
    entered: abc.Mapping[str, str] | None = attrs.field(default=None, converter=check.frozen, validator=check.texts)
    timezone: str | None = attrs.field(default=None, validator=check.zone_known)
    currency: str | None = attrs.field(default=None, validator=check.one_of(fields_of(Deal)["currency"].choices or ()))
    decimal: str | None = attrs.field(default=None, validator=check.mark_of(DECIMALS))
    thousands: str = attrs.field(default="", validator=check.mark_of(THOUSANDS))
    nulls: tuple[str, ...] | None = attrs.field(default=None, converter=check.text_list)
    tag_mark: str | None = attrs.field(default=None, validator=check.one_of((";", ",", "|")))
    several: tuple[str, ...] | None = attrs.field(default=None, converter=check.text_list)
    id_form: IdForm | None = attrs.field(default=None, validator=check.one_of(get_args(IdForm)))
    fold: bool | None = attrs.field(default=None, validator=check.flag)
    exact: bool = attrs.field(default=False, validator=check.flag)
    apostrophes: Apostrophes | None = attrs.field(default=None, validator=check.one_of(get_args(Apostrophes)))
    file: FileFormat = attrs.field(factory=FileFormat, converter=check.file_format)

    def __attrs_post_init__(self) -> None:
        if self.decimal == self.thousands:
            check.refuse(f"decimal and thousands are both {shown(self.decimal)}")
        for field, unit in self.units.items():
            if unit not in check.UNITS:
                hint = did_you_mean(unit, check.UNITS)
                check.refuse(f"[units] {field} = {shown(unit)} is none that crmkit knows{hint}")

    @classmethod
    def from_dict(cls, parts: abc.Mapping[str, Any]) -> Self:
        """Build a mapping of plain dicts and texts, shaped like its TOML."""
        known = [attribute.name for attribute in attrs.fields(cls)]
        for name in parts:
            if name not in known:
                check.refuse(f"there is no {shown(name)} in a mapping{did_you_mean(str(name), known)}")
        return cls(**parts)

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read a mapping from the text of a TOML document."""
        try:
            parts = loaded(text)
        except ValueError as fault:
            check.refuse(f"this is not TOML: {fault}{quotes_hint(text, str(fault))}")
        return cls.from_dict(parts)

    def to_toml(self) -> str:
        """Write the mapping as TOML, which `from_toml` reads back equal."""
        parts = attrs.asdict(self, recurse=False, filter=lambda attribute, value: value != attribute.default)
        return written(parts | {"thousands": self.thousands, "file": attrs.asdict(self.file)})


def mapping_of(given: Mapping | abc.Mapping[str, Any] | str | os.PathLike[str] | None) -> Mapping:
    """Return the mapping that a caller hands in: as it is, as a dict, or as the path of a TOML file."""
    if given is None or isinstance(given, Mapping):
        return given or Mapping()
    if isinstance(given, abc.Mapping):
        return Mapping.from_dict(given)
    if not isinstance(given, str | os.PathLike):
        reason = f"mapping is of type {type(given).__name__}; it takes a Mapping, a dict or the path of a TOML file"
        raise InvalidArgument(reason, argument="mapping", value=given)
    text = text_at(given, "mapping", code="invalid_mapping")
    try:
        return Mapping.from_toml(text)
    except ImportRejected as fault:
        reason = str(fault).removeprefix(f"{fault.file}: ")
        raise ImportRejected.of(reason, file=str(given), code=fault.code) from None
    except InvalidPeriod as fault:
        raise InvalidPeriod(f"{given}: {fault}", code=fault.code, **fault.facts) from None


def decimal_of(mapping: Mapping) -> str:
    """Return the mark before the decimals: as said, and otherwise a point, unless that stands between thousands."""
    return mapping.decimal or ("," if mapping.thousands == "." else ".")
