"""What the columns of a frame hold, as far as a question is concerned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import attrs

from crmkit.errors import InvalidExpression, TableError, UnknownField
from crmkit.expressions._kinds import Family

if TYPE_CHECKING:
    import narwhals as nw

    Frame = nw.DataFrame[Any] | nw.LazyFrame[Any]

__all__ = ["Column", "Table", "open_table"]

Holding = Family | Literal["objects", "nothing", "naive", "other"]


@attrs.frozen
class Column:
    """One column: its name and type in the frame, and what it holds.

    `objects` are Python values of kinds known one by one only, `nothing` is a column without any value,
    `naive` holds datetimes without a zone, and of `other` nothing but presence can be asked.
    """

    name: str
    dtype: Any
    holding: Holding


@attrs.frozen
class Table:
    """A frame that is being asked: narwhals' view of it and the caller's names for fields."""

    frame: Frame
    was_narwhals: bool
    names: Mapping[str, str]
    as_of: datetime | None
    schema: Mapping[str, Any]
    _seen: dict[str, Column] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    @property
    def eager(self) -> bool:
        """Whether the values are at hand."""
        return not hasattr(self.frame, "collect")

    def column(self, path: str) -> Column:
        """Return the column of a field.

        Raises:
            UnknownField: there is none.
        """
        if path in self._seen:
            return self._seen[path]
        name = self.names.get(path, path)
        if name not in self.schema:
            raise UnknownField.of(name, [str(known) for known in self.schema], place="the table")
        dtype = _type_of(self.frame, name, self.schema[name])
        return self._seen.setdefault(path, Column(name, dtype, _holding(self.frame, name, dtype)))

    def family(self, path: str) -> Family | None:
        """Return the family of a field; None where the column holds objects, or nothing.

        Raises:
            UnknownField: there is no such column.
            InvalidExpression: naive datetimes, or something about which no question can be asked.
        """
        column = self.column(path)
        match column.holding:
            case "objects" | "nothing":
                return None
            case "naive":
                raise InvalidExpression(
                    f"column {column.name!r} holds datetimes without a time zone; "
                    "give them one (tables.conform does), then ask",
                    code="naive_column",
                    field=path,
                )
            case "other":
                raise InvalidExpression(
                    f"column {column.name!r} is of type {column.dtype}, about which only missing() and present() "
                    "can be asked",
                    code="unsupported_column",
                    field=path,
                )
            case family:
                return family

    def is_empty(self, name: str) -> bool:
        """Whether an eager column holds no value at all, so that its type says nothing about it."""
        return self.eager and bool(self.frame[name].is_null().all())


def open_table(frame: object, names: Mapping[str, str], as_of: datetime | None) -> Table:
    """Look at a frame of any kind.

    Raises:
        TableError: not a frame that narwhals knows, or two columns of one name.
    """
    import narwhals as nw
    from narwhals.exceptions import NarwhalsError

    try:
        view: Frame = nw.from_native(frame)
        schema = view.collect_schema()
    except (TypeError, NarwhalsError, ValueError) as fault:
        raise TableError(f"not a dataframe that can be asked: {fault}", code="not_a_table") from fault
    was_narwhals = isinstance(frame, nw.DataFrame | nw.LazyFrame)
    return Table(view, was_narwhals, names, as_of, schema)


def _type_of(frame: Frame, name: str, dtype: Any) -> Any:
    """Read the zones of pandas that narwhals does not: those with an underscore or a digit, as America/New_York."""
    import narwhals as nw

    if dtype != nw.Unknown or not frame.implementation.is_pandas_like():
        return dtype
    native = frame.to_native().dtypes[name]
    return nw.Datetime(native.unit, str(native.tz)) if hasattr(native, "tz") else dtype


def _holding(frame: Frame, name: str, dtype: Any) -> Holding:
    import narwhals as nw

    if dtype in (nw.Object, nw.String, nw.Categorical) and frame.implementation.is_pandas_like():
        return _in_pandas(frame[name].to_native(), dtype)
    if dtype in (nw.String, nw.Categorical, nw.Enum):
        return "text"
    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "number"
    if dtype == nw.Boolean:
        return "flag"
    if dtype == nw.Date:
        return "date"
    if dtype == nw.Datetime:
        return "instant" if dtype.time_zone is not None else "naive"
    if dtype == nw.List or dtype == nw.Array:
        return "tags" if dtype.inner in (nw.String, nw.Categorical, nw.Enum) else _tags_of(dtype.inner, frame, name)
    if dtype == nw.Object:
        return "objects"
    return "nothing" if dtype == nw.Unknown and _is_null_type(frame, name) else "other"


def _tags_of(inner: Any, frame: Frame, name: str) -> Holding:
    import narwhals as nw

    return "nothing" if inner == nw.Unknown and "null" in _native_type(frame, name).lower() else "other"


def _in_pandas(series: Any, dtype: Any) -> Holding:
    """Text may be of type object there, and categories of any: look at all values, not at the first ones."""
    import narwhals as nw
    import pandas as pd

    if dtype == nw.Categorical:
        held = pd.api.types.infer_dtype(series.dtype.categories, skipna=True)
        return "text" if held in ("string", "empty") else "objects"
    if series.dtype != object:
        return "text"
    held = pd.api.types.infer_dtype(series, skipna=True)
    return "text" if held == "string" else "nothing" if held == "empty" else "objects"


def _is_null_type(frame: Frame, name: str) -> bool:
    return _native_type(frame, name).strip('"').lower() in ("null", "null[pyarrow]")


def _native_type(frame: Frame, name: str) -> str:
    native: Any = frame.to_native()
    if hasattr(native, "types"):  # a DuckDB relation
        return str(dict(zip(native.columns, native.types, strict=True))[name])
    schema = native.collect_schema() if hasattr(native, "collect_schema") else getattr(native, "schema", None)
    if schema is None:
        return str(native.dtypes[name])
    return str(schema[name] if isinstance(schema, dict) else schema.field(name).type)
