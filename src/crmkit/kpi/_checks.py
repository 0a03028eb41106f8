"""What a metric proves of a table before it measures: names, types, and the words it depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from crmkit.errors import InvalidColumn, MissingColumn, UnknownField, did_you_mean, shown
from crmkit.expressions import Expression
from crmkit.records import RECORDS, fields_of
from crmkit.tables import collected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmkit.kpi._metric import Metric
    from crmkit.kpi._query import Query

__all__ = ["check_choices", "check_columns", "check_question", "check_renaming", "check_values"]


def check_columns(names: list[str], metric: Metric[Any], needed: frozenset[str]) -> None:
    """Refuse a table, with columns of these names, that lacks a needed one."""
    for column in sorted(needed):
        if column not in names:
            raise MissingColumn.of(column, names, purpose=metric.name)


def check_renaming(metric: Metric[Any], query: Query) -> None:
    """Refuse a renaming of a field that nobody has."""
    fields = fields_of(RECORDS[metric.record])
    asked = query.where.fields | set(query.by)
    for name in query.columns:
        if name not in fields and name not in asked:
            raise UnknownField.of(name, fields, place=f"a table of {metric.record} records")


def check_question(names: list[str], question: Expression) -> None:
    """Refuse a question about a column that the table, with columns of these names, does not have."""
    for name in sorted(question.fields - set(names)):
        raise UnknownField.of(name, names, place="the table")


def check_choices(
    frame: Any, schema: Mapping[str, Any], metric: Metric[Any], asked: frozenset[str], columns: Mapping[str, str]
) -> None:
    """Refuse a column of fixed words that holds others: "Won" is not "won", and would count as neither."""
    for name, spec in fields_of(RECORDS[metric.record]).items():
        if (
            name not in asked
            or spec.choices is None
            or not isinstance(schema[name], nw.String | nw.Categorical | nw.Enum)
        ):
            continue
        found = frame.select(nw.col(name).cast(nw.String)).unique()
        words = collected(found).get_column(name).to_list()
        for word in sorted(one for one in words if isinstance(one, str) and one not in spec.choices):
            raise InvalidColumn(
                f"column {columns.get(name, name)!r} holds {shown(word)}, which is none of {', '.join(spec.choices)}"
                f"{did_you_mean(word, spec.choices) if word.casefold() in spec.choices else ''}"
                f"; say a CRM's own words in these first, as io.read does",
                column=name,
                row=None,
                value=word,
            )


def check_values(frame: Any, metric: Metric[Any]) -> None:
    """Refuse rows whose values the metric's scale does not have, such as a score of 11."""
    if metric.valid is None:
        return
    wrong = (~metric.valid).filter(frame).head(1)
    rows = collected(wrong).rows(named=True)
    for row in rows:
        column = sorted(metric.valid.fields)[0]
        raise InvalidColumn(
            f"{metric.name} needs {metric.valid}; column {column!r} holds {shown(row[column])}",
            column=column,
            row=None,
            value=row[column],
        )
