"""Which record a row of a file is, and which of its fields each column is: as declared, or as guessed."""

from __future__ import annotations

from collections import abc

import attrs

from crmkit.errors import did_you_mean, shown
from crmkit.io._deals import FLAG_SPECS
from crmkit.io._files import Rows, header_hint, header_key, title_hint
from crmkit.io._guess import Match, best_matches, match
from crmkit.io._mapping import Mapping
from crmkit.io._result import Assumption
from crmkit.records import RECORDS, CustomFields, FieldSpec, fields_of

__all__ = ["is_required", "record_and_columns", "specs_of"]

_PROTECTED = frozenset({"version", "custom", "erased_at", "role"})  # what no file may set
_LISTED = 12
_LOOKED_AT = 100  # rows below a title


def specs_of(record: str, custom: CustomFields | None) -> dict[str, FieldSpec]:
    """Return the fields of a kind of record that a column may be."""
    cls = RECORDS[record]
    own = {field: spec for field, spec in fields_of(cls).items() if field not in _PROTECTED}
    return {**own, **(FLAG_SPECS if record == "deal" else {}), **(custom.of(cls) if custom else {})}


def record_and_columns(
    rows: Rows, given: Mapping, custom: CustomFields | None, assumptions: list[Assumption]
) -> tuple[str, dict[str, str]]:
    """Return the kind of record and the header of each field; add what was assumed to `assumptions`.

    Args:
        rows: of the file.
        given: what the caller has said.
        custom: the custom fields that there are.
        assumptions: grows.

    Raises:
        ImportRejected: nothing in the file is recognised, the mapping speaks of what is not there, or a column
            that every such record has is missing.
    """
    if given.columns is not None:
        if given.record is None:
            raise rows.refusal('the mapping has columns but no record; add a line such as record = "deal"')
        columns = _declared_columns(rows, given.record, given.columns, specs_of(given.record, custom))
        _require(rows, given.record, columns)
        _say_unused(rows, columns, assumptions)
        return given.record, columns
    if given.record is not None:
        found = match(rows, given.record, specs_of(given.record, custom))
    else:
        found = _most_likely(rows, custom, assumptions)
    columns = _without_idle_flags(found)
    _require(rows, found.record, columns)
    assumptions += _said_of_columns(found, columns)
    _say_unused(rows, columns, assumptions)
    return found.record, columns


def _declared_columns(
    rows: Rows, record: str, declared: abc.Mapping[str, str], specs: abc.Mapping[str, FieldSpec]
) -> dict[str, str]:
    by_key = {header_key(header): header for header in rows.columns}
    columns = {}
    for field, header in declared.items():
        if field in _PROTECTED - specs.keys():
            raise rows.refusal(f"[columns] {field}: no file may set this field", code="invalid_mapping")
        if field not in specs:
            raise rows.refusal(
                f"[columns] {field}: a {record} has no such field{did_you_mean(field, specs)}", code="invalid_mapping"
            )
        if header_key(header) not in by_key:
            raise rows.refusal(
                f"[columns] {field} = {shown(header)}: the file has no such column{did_you_mean(header, rows.columns)}",
                code="invalid_mapping",
            )
        columns[field] = by_key[header_key(header)]
    return columns


def _most_likely(rows: Rows, custom: CustomFields | None, assumptions: list[Assumption]) -> Match:
    matches = best_matches(rows, lambda record: specs_of(record, custom))
    matches = [found for found in matches if not _missing(found.record, found.columns)]
    if not matches:
        raise rows.refusal(
            f"its columns ({_listed(list(rows.columns))}) are those of no kind of record that crmkit knows; say "
            f'which it is and what the columns are in a mapping: record = "deal" and a section [columns]; '
            f"the kinds are {', '.join(RECORDS)}{_hint_on_headers(rows)}",
            code="unknown_record",
        )
    best, *others = matches
    equal = [found.record for found in others if found.score == best.score]
    doubt = f"; they are as much those of {' or '.join(equal)}, so do check" if equal else ""
    text = (
        f"Each row is a {best.record}: {len(best.columns)} of {len(rows.columns)} headers are names for its fields"
        f'{doubt}. To change: record = "..."'
    )
    assumptions.append(Assumption("record", best.record, text))
    return best


def _hint_on_headers(rows: Rows) -> str:
    headers = list(rows.columns)
    others = [(row.line, row.fields) for row in rows.malformed]
    if len(headers) == 1:
        others += [(int(rows.lines[at]), rows.fields(at)) for at in range(min(len(rows), _LOOKED_AT))]
    return title_hint(rows.header_line, headers, sorted(others)) or header_hint(headers)


def _without_idle_flags(found: Match) -> dict[str, str]:
    """Leave out IsWon and IsClosed where a column says the status itself, or where one of the two is missing."""
    columns = dict(found.columns)
    if "status" in columns or not columns.keys() >= FLAG_SPECS.keys():
        columns = {field: header for field, header in columns.items() if field not in FLAG_SPECS}
    return columns


def _said_of_columns(found: Match, columns: abc.Mapping[str, str]) -> list[Assumption]:
    said = []
    for field, header in columns.items():
        evidence = str(found.shares[field])
        rivals = found.rivals.get(field, ())
        also = f" {_listed(rivals)} could be it too and stay as they are." if rivals else ""
        text = (
            f"{field} is the column {shown(header)}: the header is a name for it"
            f'{", and " + evidence if evidence else ""}.{also} To change: [columns] {field} = "..."'
        )
        said.append(Assumption("column", field, text))
    for field, (header, share) in found.unlike.items():
        text = (
            f"{field} is not read: the header {shown(header)} is a name for it, but only {share}. The column stays as "
            f'text. To change: [columns] {field} = "..."'
        )
        said.append(Assumption("column_unlike", field, text))
    return said


def _say_unused(rows: Rows, columns: abc.Mapping[str, str], assumptions: list[Assumption]) -> None:
    unused = [header for header in rows.columns if header not in set(columns.values())]
    if unused:
        text = f"{len(unused)} columns stand for no field and are kept as text: {_listed(unused)}."
        assumptions.append(Assumption("unused_columns", "columns", text))


def is_required(record: str, spec: FieldSpec) -> bool:
    """Tell whether every record of this kind has the field, and no default stands in for it."""
    return not spec.nullable and attrs.fields_dict(RECORDS[record])[spec.name].default is attrs.NOTHING


def _missing(record: str, columns: abc.Container[str]) -> list[str]:
    specs = specs_of(record, None).values()
    needed = [spec.name for spec in specs if is_required(record, spec) and spec.name != "id"]
    return [field for field in needed if field not in columns]


def _require(rows: Rows, record: str, columns: abc.Container[str]) -> None:
    missing = _missing(record, columns)
    if missing:
        raise rows.refusal(
            f"no column is {missing[0]}, which every {record} has; say which it is in a mapping: [columns] "
            f'{missing[0]} = "..."; the columns are {_listed(list(rows.columns))}',
            code="missing_field",
        )


def _listed(headers: abc.Sequence[str]) -> str:
    return ", ".join(map(shown, headers[:_LISTED])) + (", ..." if len(headers) > _LISTED else "")
