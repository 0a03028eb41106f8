"""What is known of one kind of export: by which headers it is recognised, and what its columns and words mean."""

from __future__ import annotations

from collections import abc
from typing import Any, Literal, Self

import attrs

from crmkit.errors import did_you_mean, shown
from crmkit.io._mapping import loaded, quotes_hint
from crmkit.io._presets import _checks as check

__all__ = ["Preset"]

_REQUIRED = ("name", "system", "record", "key", "columns")


@attrs.frozen(kw_only=True)
class Preset:
    """What is known of one kind of export. Headers are compared without regard to case, spaces and punctuation.

    Args:
        name: of the kind of export: "hubspot deals".
        system: that writes it, as its makers spell it: "HubSpot".
        record: the kind of record that a row is: "deal".
        key: lists of headers. A file that has every header of one of these lists is this kind of export.
        columns: the headers that a field goes by, the likeliest first; in a file, the first of them that is there is
            the field. Besides the fields of the record: `is_deleted`, whether the row is deleted in the CRM;
            `merged_ids`, the ids of records that were merged into this one; `merged_into`, the id of the record that
            this one was merged into; and for deals the flags `is_won` and `is_closed` and the times `won_at` and
            `lost_at`.
        values: for a field with a fixed choice of values, which of them the words of the export mean.
        stages: for deals, stages that are "won" and "lost", besides those whose names say it.
        units: how a share of one stands in the export: "percent" or "fraction".
        nulls: texts that stand for nothing.
        tag_mark: what stands between the tags of a cell; None for ";".
        several: the ids whose cells may name more than one record.
        id_form: "salesforce" where ids of 15 characters stand for those of 18.
        fold: whether rows with the same id are the line items of one record.
        entered: for deals, how the headers of columns are built that say when a deal came into a stage, with
            "{stage}" and perhaps "{pipeline}" in place of the names: "hs_v2_date_entered_{stage}". The first that fits
            counts.
        prefixes: what extracts put in front of the headers in `columns`, `entered` and `ignored`: "property_".
        ignored: headers that stand for no field, although their names may look like it.

    Raises:
        ImportRejected: something that no preset can say (code "invalid_preset").
    """

    name: str
    system: str
    record: str
    key: tuple[tuple[str, ...], ...] = attrs.field(converter=check.key_sets)
    columns: abc.Mapping[str, tuple[str, ...]] = attrs.field(converter=check.frozen_lists)
    values: abc.Mapping[str, abc.Mapping[str, str]] = attrs.field(factory=dict, converter=check.frozen_words)
    stages: abc.Mapping[str, tuple[str, ...]] | None = attrs.field(default=None, converter=check.frozen_lists)
    units: abc.Mapping[str, str] = attrs.field(factory=dict, converter=check.frozen_words)
    nulls: tuple[str, ...] = attrs.field(default=(), converter=check.text_list)
    tag_mark: str | None = None
    several: tuple[str, ...] = attrs.field(default=(), converter=check.text_list)
    id_form: Literal["salesforce"] | None = None
    fold: bool = False
    entered: tuple[str, ...] = attrs.field(default=(), converter=check.text_list)
    prefixes: tuple[str, ...] = attrs.field(default=(), converter=check.text_list)
    ignored: tuple[str, ...] = attrs.field(default=(), converter=check.text_list)

    def __attrs_post_init__(self) -> None:
        check.check(self)

    @classmethod
    def from_dict(cls, parts: abc.Mapping[str, Any]) -> Self:
        """Build a preset of plain dicts, lists and texts, shaped like its TOML."""
        known = [attribute.name for attribute in attrs.fields(cls)]
        for name in parts:
            if name not in known:
                check.refuse(
                    f"there is no {shown(name)} in a preset{did_you_mean(str(name), known)}", name=parts.get("name")
                )
        for name in _REQUIRED:
            if name not in parts:
                check.refuse(f"it has no {name}; a preset needs {', '.join(_REQUIRED)}", name=parts.get("name"))
        return cls(**parts)

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read a preset from the text of a TOML document."""
        try:
            parts = loaded(text)
        except ValueError as fault:  # an integer too long is a plain ValueError
            check.refuse(f"this is not TOML: {fault}{quotes_hint(text, str(fault))}")
        return cls.from_dict(parts)
