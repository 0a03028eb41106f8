"""From the mapping given, which may say nothing, to one that says everything, with what had to be assumed."""

from __future__ import annotations

import re
from collections import abc
from types import MappingProxyType

import attrs

from crmkit.errors import did_you_mean, shown
from crmkit.io._files import Column, Rows, header_key, is_typed, needed
from crmkit.io._findings import Assumption
from crmkit.io._mapping import Mapping, decimal_of
from crmkit.io._notation import is_share, proves_point, share_unit, undecided_amount
from crmkit.io._plan._columns import record_and_columns, specs_of
from crmkit.io._plan._entered import entered_columns, mark_of, stage_of
from crmkit.io._plan._formats import counted, find_formats
from crmkit.io._plan._stages import absent_stages, decides_by_stage, guess_stages
from crmkit.io._plan._words import chosen_values
from crmkit.io._presets import Preset
from crmkit.io._signs import ENTERED
from crmkit.records import MINOR_UNITS, CustomFields, FieldSpec

__all__ = ["Plan", "decide"]

_IN_HEADER = re.compile(r"[(\[]([A-Z]{3})[)\]]")
_THOUSANDTHS = 3  # the decimals of currencies such as KWD, whose amounts stand as 12.500


@attrs.frozen
class Plan:
    """How a file is read.

    Args:
        mapping: complete.
        columns: the header of everything that is read: the fields, what else speaks of the record, and under
            `entered:<stage>` the times in each stage.
        specs: what each of them holds.
        assumptions: what had to be decided.
        confidence: how sure it is that a field is its column.
        preset: the name of the preset that the file follows.
        zone_said: whether the caller has said the time zone.
        unproven: the fields whose dates are the same in either order, so that others may prove one.
        proven: the fields of amounts in which the point was seen to stand before decimals.
    """

    mapping: Mapping
    columns: abc.Mapping[str, str]
    specs: abc.Mapping[str, FieldSpec]
    assumptions: tuple[Assumption, ...]
    confidence: abc.Mapping[str, float]
    preset: str | None
    zone_said: bool
    unproven: frozenset[str] = frozenset()
    proven: frozenset[str] = frozenset()

    @property
    def tells_steps(self) -> bool:
        """Whether the stage that a step came from follows from the step before."""
        return self.mapping.record == "stage_change" and "from_stage" not in self.columns and not self.mapping.exact


def decide(rows: Rows, given: Mapping, custom: CustomFields | None, presets: abc.Sequence[Preset]) -> Plan:
    """Complete a mapping for a file.

    Args:
        rows: of the file.
        given: what the caller has said.
        custom: the custom fields that there are.
        presets: the exports whose headers are known.

    Raises:
        ImportRejected: nothing in the file is recognised, the mapping speaks of what is not there, a column that
            every such record has is missing, day and month of a date cannot be told apart, or the point in an amount
            can stand between thousands or before decimals.
    """
    assumptions: list[Assumption] = list(rows.assumptions)
    asked, found = given, record_and_columns(rows, given, custom, presets, assumptions)
    given, columns = found.given, found.columns
    specs_known = specs_of(found.record, custom)
    _refuse_idle_words(rows, given, specs_known)
    specs = {field: spec for field, spec in specs_known.items() if field in columns}
    entered = entered_columns(rows, given, found.record)
    _refuse_ambiguous_amounts(rows, given, specs, columns)
    unproven: set[str] = set()
    mapping = attrs.evolve(
        given,
        record=found.record,
        columns=MappingProxyType({field: columns[field] for field in specs}),
        guess=False,
        entered=entered or None,
        formats=find_formats(rows, given, specs, columns, entered, assumptions, unproven),
        units=_units(rows, given, specs, columns, assumptions),
        values=chosen_values(rows, found.record, given, specs, columns, assumptions),
        timezone=given.timezone or "UTC",
        decimal=decimal_of(given),
        apostrophes=given.apostrophes or ("keep" if is_typed(rows.format) else None),
        file=needed(rows.format, given.file),
    )
    if decides_by_stage(found.record, columns) and not given.exact:
        mapping = _with_stages(mapping, asked, rows.columns[columns["stage"]], assumptions)
    elif asked.stages is not None:
        reason = "[stages] decides nothing: no stage column says how a row stands, another does or there is none"
        raise rows.refusal(reason, code="invalid_mapping")
    else:
        mapping = attrs.evolve(mapping, stages=None)
    mapping = _with_currency(mapping, specs, assumptions)
    marked = {mark_of(stage): header for stage, header in entered.items()}
    return Plan(
        mapping,
        MappingProxyType({**columns, **marked}),
        MappingProxyType({**specs, **dict.fromkeys(marked, ENTERED)}),
        tuple(assumptions),
        found.confidence,
        found.preset,
        asked.timezone is not None,
        frozenset(unproven),
        _with_proof(rows, specs, columns),
    )


def again(plan: Plan, rows: Rows, asked: Mapping) -> Plan:
    """Complete a plan by what a further part of the same file shows: stages, words for values, the order of dates.

    Args:
        plan: for the parts before.
        rows: of this part.
        asked: what the caller has said.

    Raises:
        ImportRejected: day and month of a date, or the point in an amount, can be taken in two ways, and no part so
            far proves one of them.
    """
    assumptions: list[Assumption] = []
    unproven: set[str] = set()
    mapping, columns = plan.mapping, plan.columns
    specs = {field: spec for field, spec in plan.specs.items() if stage_of(field) is None}
    open_amounts = {field: spec for field, spec in specs.items() if field not in plan.proven}
    _refuse_ambiguous_amounts(rows, asked, open_amounts, columns)
    settled = {field: words for field, words in mapping.formats.items() if field not in plan.unproven}
    known = attrs.evolve(mapping, formats=settled)
    mapping = attrs.evolve(
        mapping,
        formats=find_formats(rows, known, specs, columns, mapping.entered or {}, assumptions, unproven),
        values=chosen_values(rows, str(mapping.record), mapping, specs, columns, assumptions),
    )
    if asked.stages is None and mapping.stages is not None:
        mapping = _with_further_stages(mapping, rows.columns[columns["stage"]], assumptions)
    return attrs.evolve(
        plan,
        mapping=mapping,
        assumptions=tuple(assumptions),
        unproven=frozenset(unproven),
        proven=plan.proven | _with_proof(rows, specs, columns),
    )


def _with_proof(rows: Rows, specs: abc.Mapping[str, FieldSpec], columns: abc.Mapping[str, str]) -> frozenset[str]:
    money = [field for field, spec in specs.items() if spec.kind == "money"]
    return frozenset(field for field in money if proves_point(rows.columns[columns[field]].texts))


def _refuse_idle_words(rows: Rows, given: Mapping, specs: abc.Mapping[str, FieldSpec]) -> None:
    """Refuse what the mapping says of fields to which it cannot apply."""
    for section, words in (("formats", given.formats), ("units", given.units), ("values", given.values)):
        for field in words:
            where = f"[{section}] {field}: "
            if section == "formats" and field == ENTERED.name:
                continue
            if field not in specs:
                reason = f"{where}a {given.record or 'row'} has no such field{did_you_mean(field, specs)}"
                raise rows.refusal(reason, code="invalid_mapping")
            if section == "formats" and specs[field].kind not in ("instant", "date"):
                raise rows.refusal(f"{where}this field holds no date", code="invalid_mapping")
            if section == "values" and specs[field].kind not in ("choice", "flag"):
                raise rows.refusal(f"{where}this field holds any value, not one of a few", code="invalid_mapping")
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
        unit, evidence = share_unit(counted(column, given), decimal_of(given), given.thousands)
        units[field] = unit
        text = f'{field} stands as {unit}: {evidence}. To change: [units] {field} = "percent" or "fraction"'
        assumptions.append(Assumption("unit", field, text))
    return units


def _with_stages(mapping: Mapping, asked: Mapping, column: Column, assumptions: list[Assumption]) -> Mapping:
    """Take the stages that the caller names; otherwise guess them by name, besides those that the preset names."""
    if asked.stages is not None:
        absent = absent_stages(column, asked.stages)
        assumptions += [absent] if absent else []
        return mapping
    stages, assumption = guess_stages(column, mapping.stages)
    assumptions.append(assumption)
    return attrs.evolve(mapping, stages=stages)


def _with_further_stages(mapping: Mapping, column: Column, assumptions: list[Assumption]) -> Mapping:
    known = mapping.stages or {}
    found, assumption = guess_stages(column, known)
    stages = {end: (*known[end], *(name for name in found[end] if name not in known[end])) for end in known}
    if any(len(stages[end]) > len(known[end]) for end in known):
        assumptions.append(assumption)
    return attrs.evolve(mapping, stages=stages)


def _with_currency(mapping: Mapping, specs: abc.Mapping[str, FieldSpec], assumptions: list[Assumption]) -> Mapping:
    """Take the currency of a file that has no column for it from a header such as "Amount (EUR)", or say it is open."""
    money = [field for field, spec in specs.items() if spec.kind == "money"]
    if not money or mapping.currency is not None or "currency" in specs:
        return mapping
    headers = [(mapping.columns or {})[field] for field in money]
    stated = {found[1] for header in headers if (found := _IN_HEADER.search(header)) and found[1] in MINOR_UNITS}
    if len(stated) == 1:
        (currency,) = stated
        text = f'The currency is {currency}, as {shown(headers[0])} says. To change: currency = "..."'
        assumptions.append(Assumption("currency_of_header", "currency", text))
        return attrs.evolve(mapping, currency=currency)
    text = f'The file does not say the currency of {" and ".join(money)}. To say it: currency = "USD"'
    assumptions.append(Assumption("currency_unstated", "currency", text))
    return mapping
