"""From the mapping given, which may say nothing, to one that says everything, with what had to be assumed."""

from __future__ import annotations

from collections import abc
from types import MappingProxyType

import attrs

from crmkit.errors import did_you_mean
from crmkit.io._columns import record_and_columns, specs_of
from crmkit.io._dates import AmbiguousDates, find_format
from crmkit.io._deals import absent_stages, decides_by_stage, guess_stages, said_statuses
from crmkit.io._files import Column, Rows, header_key
from crmkit.io._mapping import Mapping, decimal_of
from crmkit.io._marks import undecided_amount
from crmkit.io._numbers import is_share, share_unit
from crmkit.io._result import Assumption
from crmkit.records import MINOR_UNITS, CustomFields, FieldSpec

__all__ = ["Plan", "decide"]

_THOUSANDTHS = 3  # the decimals of currencies such as KWD, whose amounts stand as 12.500


@attrs.frozen
class Plan:
    """How a file is read.

    Args:
        mapping: complete.
        specs: the fields that its columns are.
        assumptions: what had to be decided.
    """

    mapping: Mapping
    specs: abc.Mapping[str, FieldSpec]
    assumptions: tuple[Assumption, ...]


def decide(rows: Rows, given: Mapping, custom: CustomFields | None) -> Plan:
    """Complete a mapping for a file.

    Args:
        rows: of the file.
        given: what the caller has said.
        custom: the custom fields that there are.

    Raises:
        ImportRejected: nothing in the file is recognised, the mapping speaks of what is not there, a column that every
            such record has is missing, day and month of a date cannot be told apart, or the point in an amount can
            stand between thousands or before decimals.
    """
    assumptions: list[Assumption] = []
    record, columns = record_and_columns(rows, given, custom, assumptions)
    _refuse_idle_words(rows, given, specs_of(record, custom))
    specs = {field: spec for field, spec in specs_of(record, custom).items() if field in columns}
    _refuse_ambiguous_amounts(rows, given, specs, columns)
    mapping = attrs.evolve(
        given,
        record=record,
        columns=MappingProxyType({field: columns[field] for field in specs}),
        formats=_formats(rows, given, specs, columns, assumptions),
        units=_units(rows, given, specs, columns, assumptions),
        timezone=given.timezone or "UTC",
        decimal=decimal_of(given),
    )
    if decides_by_stage(record, columns):
        mapping = _with_stages(mapping, rows.columns[columns["stage"]], assumptions)
    elif given.stages is not None:
        reason = "[stages] decides nothing: no stage column says how a row stands, another does or there is none"
        raise rows.refusal(reason, code="invalid_mapping")
    elif record == "deal" and "status" in columns:
        said = said_statuses(rows.columns[columns["status"]])
        assumptions += [said] if said else []
    _say_currency(mapping, specs, assumptions)
    return Plan(mapping, MappingProxyType(specs), tuple(assumptions))


def _refuse_idle_words(rows: Rows, given: Mapping, specs: abc.Mapping[str, FieldSpec]) -> None:
    """Refuse what the mapping says of fields to which it cannot apply."""
    for section, words in (("formats", given.formats), ("units", given.units)):
        for field in words:
            where = f"[{section}] {field}: "
            if field not in specs:
                reason = f"{where}a {given.record or 'row'} has no such field{did_you_mean(field, specs)}"
                raise rows.refusal(reason, code="invalid_mapping")
            if section == "formats" and specs[field].kind not in ("instant", "date"):
                raise rows.refusal(f"{where}this field holds no date", code="invalid_mapping")
            if section == "units" and not is_share(specs[field]):
                raise rows.refusal(f"{where}this field is no share of one", code="invalid_mapping")


def _refuse_ambiguous_amounts(
    rows: Rows, given: Mapping, specs: abc.Mapping[str, FieldSpec], columns: abc.Mapping[str, str]
) -> None:
    # A mark declared between thousands decides what a point is, too.
    if given.decimal is not None or given.thousands or _has_three_decimals(rows, given, columns):
        return
    for field, spec in specs.items():
        column = rows.columns[columns[field]]
        text = undecided_amount(column.texts) if spec.kind == "money" else None
        if text is not None:
            raise rows.refusal(
                "its point can stand between thousands or before decimals, and no other amount proves the latter; "
                'say which in the mapping: decimal = "." or decimal = "," with thousands = "."',
                line=int(rows.lines[column.first_row(text)]),
                column=column.header,
                value=text,
                code="ambiguous_amounts",
            )


def _has_three_decimals(rows: Rows, given: Mapping, columns: abc.Mapping[str, str]) -> bool:
    stated = {given.currency}
    if "currency" in columns:
        stated = {header_key(text).upper() for text in rows.columns[columns["currency"]].texts if text.strip()}
    return {MINOR_UNITS.get(code or "") for code in stated} == {_THOUSANDTHS}


def _formats(
    rows: Rows,
    given: Mapping,
    specs: abc.Mapping[str, FieldSpec],
    columns: abc.Mapping[str, str],
    assumptions: list[Assumption],
) -> dict[str, str]:
    formats = dict(given.formats)
    for field, spec in specs.items():
        if spec.kind not in ("instant", "date") or field in formats:
            continue
        column = rows.columns[columns[field]]
        try:
            found = find_format(zip(column.texts, column.counts().tolist(), strict=True))
        except AmbiguousDates as doubt:
            raise rows.refusal(
                f'{doubt}; say which in the mapping: [formats] {field} = "DD/MM/YYYY" or "MM/DD/YYYY"',
                line=int(rows.lines[column.first_row(doubt.text)]),
                column=column.header,
                value=doubt.text,
                code="ambiguous_dates",
            ) from None
        if found is not None:
            formats[field] = str(found[0])
            text = f'{field} is written as {found[0]}: {found[1]}. To change: [formats] {field} = "..."'
            assumptions.append(Assumption("date_format", field, text))
    return formats


def _units(
    rows: Rows,
    given: Mapping,
    specs: abc.Mapping[str, FieldSpec],
    columns: abc.Mapping[str, str],
    assumptions: list[Assumption],
) -> dict[str, str]:
    units = dict(given.units)
    for field, spec in specs.items():
        if not is_share(spec) or field in units:
            continue
        column = rows.columns[columns[field]]
        counted = zip(column.texts, column.counts().tolist(), strict=True)
        unit, evidence = share_unit(counted, decimal_of(given), given.thousands)
        units[field] = unit
        text = f'{field} stands as {unit}: {evidence}. To change: [units] {field} = "percent" or "fraction"'
        assumptions.append(Assumption("unit", field, text))
    return units


def _with_stages(mapping: Mapping, column: Column, assumptions: list[Assumption]) -> Mapping:
    if mapping.stages is not None:
        absent = absent_stages(column, mapping.stages)
        assumptions += [absent] if absent else []
        return mapping
    stages, assumption = guess_stages(column)
    assumptions.append(assumption)
    return attrs.evolve(mapping, stages=stages)


def _say_currency(mapping: Mapping, specs: abc.Mapping[str, FieldSpec], assumptions: list[Assumption]) -> None:
    money = [field for field, spec in specs.items() if spec.kind == "money"]
    if money and mapping.currency is None and "currency" not in specs:
        text = f'The file does not say the currency of {" and ".join(money)}. To say it: currency = "USD"'
        assumptions.append(Assumption("currency_unstated", "currency", text))
