"""The words of a file for the values that a field may have."""

from __future__ import annotations

from collections import abc

from crmkit.errors import did_you_mean, shown
from crmkit.io._cells import TRUTHS, is_blank
from crmkit.io._files import Rows, header_key
from crmkit.io._findings import Assumption
from crmkit.io._mapping import Mapping
from crmkit.io._names import choice_words
from crmkit.records import FieldSpec

__all__ = ["chosen_values"]

_LISTED = 12


def chosen_values(
    rows: Rows,
    record: str,
    given: Mapping,
    specs: abc.Mapping[str, FieldSpec],
    columns: abc.Mapping[str, str],
    assumptions: list[Assumption],
) -> dict[str, dict[str, str]]:
    """Complete the words that stand for a choice: those of the caller, and those known for it that the file has.

    Args:
        rows: of the file.
        record: the kind of its rows.
        given: what the caller has said.
        specs: the fields that its columns are.
        columns: their headers.
        assumptions: grows.

    Raises:
        ImportRejected: the mapping means a word as what the field cannot be.
    """
    values = {field: dict(words) for field, words in given.values.items()}
    for field, spec in specs.items():
        _refuse_unknown(rows, spec, values.get(field, {}))
        if spec.kind != "choice":
            continue
        said = {header_key(word) for word in values.get(field, {})}
        own = {header_key(choice) for choice in spec.choices or ()}
        column = rows.columns[columns[field]]
        keys = choice_words(record, field, column.header)
        found = {}
        for text, count in zip(column.texts, column.counts().tolist(), strict=True):
            key = header_key(text) if not is_blank(text) else ""
            if key in keys and key not in own and key not in said:
                found[text] = (keys[key], count)
        if found:
            values[field] = {**values.get(field, {}), **{text: choice for text, (choice, _) in found.items()}}
            assumptions.append(_said(field, column.header, found))
    return values


def _refuse_unknown(rows: Rows, spec: FieldSpec, words: abc.Mapping[str, str]) -> None:
    known = TRUTHS if spec.kind == "flag" else spec.choices or ()
    for word, meant in words.items():
        if meant not in known:
            where = f"[values.{spec.name}] {shown(word)} = {shown(meant)}"
            reason = f"{where}: this is no value of {spec.name}{did_you_mean(meant, known)}"
            raise rows.refusal(reason, code="invalid_mapping")


def _said(field: str, header: str, found: abc.Mapping[str, tuple[str, int]]) -> Assumption:
    ordered = sorted(found.items(), key=lambda item: (-item[1][1], item[0]))
    listed = ", ".join(f"{shown(text)} is {choice} ({count:,})" for text, (choice, count) in ordered[:_LISTED])
    more = f" and {len(ordered) - _LISTED} more" if len(ordered) > _LISTED else ""
    text = f'{field} is read from {shown(header)}: {listed}{more}. To change: [values.{field}] "..." = "..."'
    return Assumption("values", field, text)
