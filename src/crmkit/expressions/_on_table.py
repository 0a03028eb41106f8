"""A question asked of a whole table: one boolean expression that is never null, run by the table's own engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crmkit.errors import InvalidExpression, TableError, shown
from crmkit.expressions._answers import Answer, joined
from crmkit.expressions._column_leaves import Later, ask
from crmkit.expressions._columns import Table, open_table
from crmkit.expressions._kinds import prove
from crmkit.expressions._leaves import leaves_of, paths_of
from crmkit.expressions._nodes import And, Constant, Leaf, Missing, Node, Not, Or
from crmkit.expressions._on_record import compile_for

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["flag", "mask", "select"]


def select(node: Node, frame: Any, names: Mapping[str, str], as_of: datetime | None) -> Any:
    """Return the rows of which `node` is true."""
    table = open_table(frame, names, as_of)
    view, answer, helpers = _prepared(node, table)
    if answer is True:
        return frame
    kept = view.head(0) if answer is False else view.filter(answer)
    return _handed_back(kept.drop(helpers) if helpers else kept, table)


def mask(node: Node, frame: Any, names: Mapping[str, str], as_of: datetime | None) -> NDArray[np.bool_]:
    """Return the answer for each row of an eager frame."""
    import numpy as np

    table = open_table(frame, names, as_of)
    if not table.eager:
        raise InvalidExpression("a lazy frame has no rows yet; collect() it first, or use flag or filter", code="lazy")
    view, answer, _ = _prepared(node, table)
    if isinstance(answer, bool):
        return np.full(len(view), answer)
    answers = view.select(answer.alias("answer"))["answer"].to_numpy()
    return np.array(answers, dtype=np.bool_)


def flag(node: Node, frame: Any, name: str, names: Mapping[str, str], as_of: datetime | None) -> Any:
    """Return the frame with the answer for each row as a column."""
    import narwhals as nw

    table = open_table(frame, names, as_of)
    if name in table.schema:
        raise TableError(f"the table has a column {shown(name)} already", code="column_exists", column=name)
    view, answer, helpers = _prepared(node, table)
    flagged = view.with_columns((nw.lit(answer) if isinstance(answer, bool) else answer).alias(name))
    return _handed_back(flagged.drop(helpers) if helpers else flagged, table)


def _prepared(node: Node, table: Table) -> tuple[Any, Answer, list[str]]:
    """Prove the question, then build its answer; what only Python can say is added to the frame as helper columns."""
    import narwhals as nw

    empty = {path for leaf in leaves_of(node) for path in _proven(leaf, table)}
    helpers: dict[str, Any] = {}

    def of(leaf: Leaf) -> Answer:
        if not isinstance(leaf, Missing) and not empty.isdisjoint(paths_of(leaf)):
            return False
        answer = ask(leaf, table)
        if isinstance(answer, Later):
            answer = nw.col(_helper(leaf, table, helpers))
        return answer

    answer = _answer(node, of)
    if not helpers:
        return table.frame, answer, []
    columns = [
        nw.new_series(name, values, nw.Boolean, backend=table.frame.implementation) for name, values in helpers.items()
    ]
    return table.frame.with_columns(*columns), answer, list(helpers)


def _proven(leaf: Leaf, table: Table) -> list[str]:
    """Refuse a leaf that does not suit its columns; return its fields without any value, which suit everything."""
    if isinstance(leaf, Missing):
        table.column(leaf.path)
        return []
    try:
        prove(leaf, table.family)
    except InvalidExpression as fault:
        empty = [path for path in paths_of(leaf) if table.is_empty(table.column(path).name)]
        if not empty or fault.code not in ("kind_mismatch", "naive_column", "unsupported_column"):
            raise
        return empty
    return []


def _answer(node: Node, of: Callable[[Leaf], Answer]) -> Answer:
    """Fold the constant answers away, which engines differ in, and join the others."""
    match node:
        case Constant(value=value):
            return value
        case Not(part=part):
            answer = _answer(part, of)
            return not answer if isinstance(answer, bool) else ~answer
        case And(parts=parts):
            return joined([_answer(part, of) for part in parts], neutral=True)
        case Or(parts=parts):
            return joined([_answer(part, of) for part in parts], neutral=False)
        case _:
            return of(node)


def _helper(leaf: Leaf, table: Table, helpers: dict[str, Any]) -> str:
    """Ask value by value, as of a record."""
    import numpy as np

    paths = paths_of(leaf)
    columns = [table.frame[table.column(path).name].to_list() for path in paths]
    run = compile_for(leaf, dict, {})
    answers = (run(dict(zip(paths, row, strict=True)), table.as_of) for row in zip(*columns, strict=True))
    name = f"crmkit answer {len(helpers)}"
    while name in table.schema:
        name += "'"
    helpers[name] = np.fromiter(answers, dtype=np.bool_, count=len(columns[0]))
    return name


def _handed_back(view: Any, table: Table) -> Any:
    return view if table.was_narwhals else view.to_native()
