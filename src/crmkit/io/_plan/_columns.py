"""Which record a row of a file is, and which of its fields each column is: as declared, or as guessed."""

from __future__ import annotations

from collections import abc

import attrs

from crmkit.errors import did_you_mean, shown
from crmkit.io._files import Column, Rows, header_hint, header_key, title_hint
from crmkit.io._findings import Assumption
from crmkit.io._guess import Match, Share, best_matches, match, share_of
from crmkit.io._mapping import Mapping
from crmkit.io._plan._preset import said_of_preset, with_preset
from crmkit.io._presets import Preset, Recognised, recognise
from crmkit.io._signs import CLOSING_FLAGS, PROTECTED, columns_of
from crmkit.records import RECORDS, CustomFields, FieldSpec

__all__ = ["Found", "is_required", "record_and_columns", "specs_of"]

_REFUSED = PROTECTED | {"erased_at", "role"}  # what no file may set, where it is no field that one may
_LISTED = 12
_LOOKED_AT = 100  # rows below a title


@attrs.frozen
class Found:
    """What the rows and the columns of a file are.

    Args:
        record: the kind of its rows.
        columns: the header of each field, and of what else says something of the record.
        confidence: how sure that is, by field; 1 where it was said.
        preset: the name of the preset that the file follows; None where it follows none.
        given: what the caller has said, completed by the preset.
    """

    record: str
    columns: abc.Mapping[str, str]
    confidence: abc.Mapping[str, float]
    preset: str | None
    given: Mapping


def specs_of(record: str, custom: CustomFields | None) -> dict[str, FieldSpec]:
    """Return the fields of a kind of record that a column may be, and the signs."""
    return {**columns_of(record), **(custom.of(RECORDS[record]) if custom else {})}


def record_and_columns(
    rows: Rows,
    given: Mapping,
    custom: CustomFields | None,
    presets: abc.Sequence[Preset],
    assumptions: list[Assumption],
) -> Found:
    """Find the kind of record and the header of each field; add what was assumed to `assumptions`.

    What the caller has said comes first, then the preset whose headers the file has, then the guess.

    Args:
        rows: of the file.
        given: what the caller has said.
        custom: the custom fields that there are.
        presets: those that there are.
        assumptions: grows.

    Raises:
        ImportRejected: nothing in the file is recognised, the mapping speaks of what is not there, or a column
            that every such record has is missing.
    """
    if given.columns is not None and given.record is None and not given.guess:
        reason = (
            'the mapping has columns but no record; add a line such as record = "deal", and with guess = true the '
            "columns that it does not name are guessed as before"
        )
        raise rows.refusal(reason)
    declares_all = given.columns is not None and not given.guess
    known = None if declares_all else recognise(tuple(rows.columns), presets)
    if known is not None and given.record not in (None, known.preset.record):
        known = None
    record = given.record or (known.preset.record if known else None)
    if record is None and given.columns is not None:
        record = _most_likely(rows, custom, assumptions).record
    columns = _declared_columns(rows, record, given.columns or {}, specs_of(record, custom)) if record else {}
    confidence = dict.fromkeys(columns, 1.0)
    if known is not None and record is not None:
        given = with_preset(given, known)
        columns |= _preset_columns(rows, known, given, columns.values(), specs_of(record, custom), assumptions)
        confidence = dict.fromkeys(columns, 1.0)
    if not declares_all:
        ignored = list(known.preset.ignored) if known else []
        left = [*ignored, *(given.entered or {}).values()]
        found = _guessed(rows, record, custom, columns, {*columns, *(given.columns or {})}, left, assumptions)
        record, columns = found.record, {**columns, **found.columns}
        confidence |= {field: found.confidence[field] for field in found.columns}
        columns = _without_idle_flags(columns)
        _require(rows, record, columns, found.open)
        assumptions += _said_of_columns(found, columns)
    else:
        _require(rows, str(record), columns, {})
    _say_unused(rows, {*columns.values(), *(given.entered or {}).values()}, assumptions)
    confidence = {field: confidence[field] for field in columns}
    return Found(str(record), columns, confidence, known.preset.name if known else None, given)


def _guessed(
    rows: Rows,
    record: str | None,
    custom: CustomFields | None,
    columns: abc.Mapping[str, str],
    decided: abc.Collection[str],
    left: abc.Sequence[str],
    assumptions: list[Assumption],
) -> Match:
    if record is None:
        return _most_likely(rows, custom, assumptions)
    keys = {header_key(header) for header in (*columns.values(), *left)}
    taken = [header for header in rows.columns if header_key(header) in keys]
    return match(rows, record, specs_of(record, custom), taken=taken, known=decided)


def _preset_columns(
    rows: Rows,
    known: Recognised,
    given: Mapping,
    taken: abc.Collection[str],
    specs: abc.Mapping[str, FieldSpec],
    assumptions: list[Assumption],
) -> dict[str, str]:
    """Return the columns that a preset names, without those that the caller names or that do not hold it."""
    assumptions.append(said_of_preset(known, len(rows.columns)))
    columns = {}
    for field, header in known.columns.items():
        if field in (given.columns or {}) or header in taken:
            continue
        share = _share_with_words(rows.columns[header], specs[field], given)
        if share.fits:
            columns[field] = header
        else:
            assumptions.append(_said_unlike(field, header, share))
    return columns


def _share_with_words(column: Column, spec: FieldSpec, given: Mapping) -> Share:
    """Count the cells that look like values of a field or are words for them, without those that stand for nothing."""
    nulls = [text for text in given.nulls or () if text in column.texts]
    keys = {header_key(word) for word in given.values.get(spec.name, ())}
    if not nulls and not keys:
        return share_of(column, spec)
    said = [bool(keys) and header_key(text) in keys for text in column.texts]
    others = tuple("" if known or text in nulls else text for text, known in zip(column.texts, said, strict=True))
    share = share_of(attrs.evolve(column, texts=others), spec)
    count = sum(rows for rows, known in zip(column.counts().tolist(), said, strict=True) if known)
    return attrs.evolve(share, fitting=share.fitting + count, filled=share.filled + count)


def _declared_columns(
    rows: Rows, record: str, declared: abc.Mapping[str, str], specs: abc.Mapping[str, FieldSpec]
) -> dict[str, str]:
    by_key = {header_key(header): header for header in rows.columns}
    columns = {}
    for field, header in declared.items():
        if not header.strip():
            continue  # no column is this field
        if field in _REFUSED - specs.keys():
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


def _without_idle_flags(columns: abc.Mapping[str, str]) -> dict[str, str]:
    """Leave out IsWon and IsClosed where a column says the status itself, and IsClosed where it stands alone."""
    idle = set(CLOSING_FLAGS) if "status" in columns else {"is_closed"} if "is_won" not in columns else set()
    return {field: header for field, header in columns.items() if field not in idle}


def _said_of_columns(found: Match, columns: abc.Mapping[str, str]) -> list[Assumption]:
    said = []
    for field, header in found.columns.items():
        if field not in columns:
            continue
        evidence = str(found.shares[field])
        rivals = found.rivals.get(field, ())
        also = f" {_listed(rivals)} could be it too and stay as they are." if rivals else ""
        text = (
            f"{field} is the column {shown(header)} ({found.confidence[field]:.0%} sure"
            f'{"; " + evidence if evidence else ""}).{also} To change: [columns] {field} = "..."'
        )
        said.append(Assumption("column", field, text))
    for field, headers in found.open.items():
        text = (
            f"{field} is left open: {_listed(headers)} could be it, one as well as the other. "
            f'To choose: [columns] {field} = "..."'
        )
        said.append(Assumption("column_open", field, text))
    return said + [_said_unlike(field, header, share) for field, (header, share) in found.unlike.items()]


def _said_unlike(field: str, header: str, share: Share) -> Assumption:
    text = (
        f"{field} is not read: the header {shown(header)} is a name for it, but only {share}. The column stays as "
        f'text. To change: [columns] {field} = "..."'
    )
    return Assumption("column_unlike", field, text)


def _say_unused(rows: Rows, used: abc.Container[str], assumptions: list[Assumption]) -> None:
    unused = [header for header in rows.columns if header not in used]
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


def _require(rows: Rows, record: str, columns: abc.Container[str], open_: abc.Mapping[str, tuple[str, ...]]) -> None:
    missing = _missing(record, columns)
    if missing:
        doubt = f" ({_listed(open_[missing[0]])} could be it, one as well as the other)" if missing[0] in open_ else ""
        raise rows.refusal(
            f"no column is {missing[0]}, which every {record} has{doubt}; say which it is in a mapping: [columns] "
            f'{missing[0]} = "..."; the columns are {_listed(list(rows.columns))}',
            code="missing_field",
        )


def _listed(headers: abc.Sequence[str]) -> str:
    return ", ".join(map(shown, headers[:_LISTED])) + (", ..." if len(headers) > _LISTED else "")
