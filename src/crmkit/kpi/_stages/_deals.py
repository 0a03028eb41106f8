"""A table of deals as the questions about stages read it: the stages of now, and only if now is when is asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import narwhals as nw

from crmkit.errors import InvalidColumn, MissingColumn, NeedsHistory, UnknownField, did_you_mean, shown
from crmkit.kpi._as_of import instant_literal, rewind
from crmkit.kpi._quantities import as_instant
from crmkit.kpi._query import Query
from crmkit.records import Deal, fields_of
from crmkit.tables import collected, count_rows, open_table

__all__ = ["deals_at"]

_ENTERED = "stage_entered_at"


def deals_at(deals: Any, query: Query, *, needed: tuple[str, ...], optional: tuple[str, ...], purpose: str) -> Any:
    """Return the narwhals frame of the deals with their stages at `query.as_of`, if the table can tell.

    Args:
        deals: any dataframe of Deal rows.
        query: what is asked.
        needed: columns without which there is no answer, besides `stage` and `status`.
        optional: columns that are taken along where they are there.
        purpose: who asks, for the messages.

    Raises:
        UnknownField: a name in `columns` that no deal has.
        MissingColumn: a column that is needed and absent.
        InvalidColumn: a status other than open, won and lost, or dates that are no instants.
        NeedsHistory: something is dated later than `as_of`, so that the stages of then are not in the table.
    """
    fields = fields_of(Deal)
    for name in query.columns:
        if name not in fields and name not in query.by:
            raise UnknownField.of(name, fields, place="a table of deal records")
    frame = open_table(deals, columns=query.columns)
    names = frame.collect_schema().names()
    for name in ("stage", "status", *needed, *query.by):
        if name not in names:
            raise MissingColumn.of(name, names, purpose=purpose)
    kept = dict.fromkeys(["stage", "status", *needed, *query.by, "created_at", "closed_at", _ENTERED, *optional])
    frame = frame.select(*(name for name in kept if name in names))
    _check_status(frame, query)
    if query.as_of is None:
        return frame
    _check_entered(frame, query.as_of, purpose)
    return rewind(frame, "deal", query.as_of, asked=frozenset({"stage", "status"}), purpose=purpose)


def _check_status(frame: Any, query: Query) -> None:
    choices = fields_of(Deal)["status"].choices or ()
    words = collected(frame.select(nw.col("status").cast(nw.String)).unique()).get_column("status").to_list()
    for word in sorted(one for one in words if isinstance(one, str) and one not in choices):
        raise InvalidColumn(
            f"column {query.columns.get('status', 'status')!r} holds {shown(word)}, which is none of "
            f"{', '.join(choices)}{did_you_mean(word, choices)}; say a CRM's own words in these first, as io.read does",
            column="status",
            row=None,
            value=word,
        )


def _check_entered(frame: Any, as_of: datetime, purpose: str) -> None:
    schema = frame.collect_schema()
    if _ENTERED not in schema.names():
        return
    later = as_instant(frame, _ENTERED) >= instant_literal(schema[_ENTERED], as_of)
    if count_rows(frame.filter(~nw.col(_ENTERED).is_null() & later)):
        raise NeedsHistory(
            f"{purpose}: the table holds stages entered after {as_of:%Y-%m-%d %H:%M} UTC, not those of then; "
            f"leave later rows out, or ask the stage history",
            fields=("stage",),
            as_of=as_of,
        )
