"""Every error and warning of crmkit, and the words they share.

    CrmError
      InvalidArgument(ValueError)           a value that a function cannot work with
      InvalidRecord(ValueError) > CurrencyMismatch
      InvalidPeriod(ValueError)
      InvalidDocument(ValueError)           a stored JSON that is not what it says
      InvalidExpression(ValueError) > UnknownField(LookupError)
      TableError(ValueError) > MissingColumn, InvalidColumn, NeedsHistory
      ImportRejected(ValueError)            a file that cannot be read; names line, column, value
      RepositoryError > NotFound(LookupError), AlreadyExists, Conflict (a version that is not the one expected)
      PipelineError > InvalidPipeline(ValueError), UnknownStage(LookupError), MoveRefused (names what is unmet)
      AccessDenied(PermissionError)         an act or a field that the policy does not grant
      NotEnoughData(ValueError)             too few observations, or too much alike, to fit a model
      ConvergenceError(ArithmeticError)     a fit that ends nowhere
      MissingExtra(ImportError)             names the pip command
    CrmWarning > DataQualityWarning, UndefinedMetricWarning, ConvergenceWarning

An error says what to do next. It carries its facts as attributes and in `facts`, and a stable `code`, so that an
application can show its own words in its own language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Self

__all__ = [
    "AccessDenied",
    "AlreadyExists",
    "Conflict",
    "ConvergenceError",
    "ConvergenceWarning",
    "CrmError",
    "CrmWarning",
    "CurrencyMismatch",
    "DataQualityWarning",
    "ImportRejected",
    "InvalidArgument",
    "InvalidColumn",
    "InvalidDocument",
    "InvalidExpression",
    "InvalidPeriod",
    "InvalidPipeline",
    "InvalidRecord",
    "MissingColumn",
    "MissingExtra",
    "MoveRefused",
    "NeedsHistory",
    "NotEnoughData",
    "NotFound",
    "PipelineError",
    "RepositoryError",
    "TableError",
    "UndefinedMetricWarning",
    "UnknownField",
    "UnknownStage",
    "did_you_mean",
    "nearest",
    "shown",
]


def shown(value: object, *, limit: int = 120) -> str:
    """Show a value of unknown origin: its `repr`, which escapes control characters, cut at `limit`."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # an integer of more digits than Python writes, dicts within dicts within...
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `name`, or None when nothing is near."""
    import difflib  # only where a name is wrong: it takes longer to load than all errors

    by_folded = {option.casefold(): option for option in known}
    matches = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[matches[0]] if matches else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """End a message about an unknown name: the near miss, or what there is."""
    options = list(known)
    near = nearest(name, options)
    if near is not None:
        return f"; did you mean {near!r}?"
    listed = ", ".join(sorted(options)[:12]) + (", ..." if len(options) > 12 else "")
    return f"; there are: {listed}" if options else ""


class CrmError(Exception):
    """The root: everything that crmkit raises on purpose.

    Args:
        message: what is wrong and what to do next.
        code: a stable name of the fault, where it is finer than the class's own.
        facts: the values the message speaks of; each becomes an attribute.
    """

    code = "crm_error"

    def __init__(self, message: str, *, code: str | None = None, **facts: object) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code
        self.__dict__.update(facts)

    @property
    def facts(self) -> Mapping[str, object]:
        """The values the message speaks of, by name."""
        return MappingProxyType({name: fact for name, fact in self.__dict__.items() if name != "code"})


class InvalidArgument(CrmError, ValueError):
    """A value that a function cannot work with. Facts: `argument`, `value`."""

    code = "invalid_argument"
    argument: str
    value: object


class InvalidRecord(CrmError, ValueError):
    """A value that a record cannot hold. Facts: `record`, `field`, `value`."""

    code = "invalid_record"
    record: str
    field: str
    value: object


class CurrencyMismatch(InvalidRecord):
    """Amounts of two currencies in one sum. Facts: `currencies`."""

    code = "currency_mismatch"
    currencies: tuple[str, ...]


class InvalidPeriod(CrmError, ValueError):
    """A period, instant or time zone that does not exist. Facts: `value`."""

    code = "invalid_period"
    value: object


class InvalidDocument(CrmError, ValueError):
    """A JSON text that is not the document it should be. Facts: `document`."""

    code = "invalid_document"
    document: str


class InvalidExpression(CrmError, ValueError):
    """A question that cannot be asked. Facts: `field`, `value`, where the fault lies in one."""

    code = "invalid_expression"
    field: str
    value: object


class UnknownField(InvalidExpression, LookupError):
    """A field that its place does not have. Facts: `field`, `known`, `suggestion`."""

    code = "unknown_field"
    known: tuple[str, ...]
    suggestion: str | None

    @classmethod
    def of(cls, name: str, known: Iterable[str], *, place: str) -> Self:
        """Build the error for `name`, which is not among the `known` fields of `place`."""
        options = tuple(known)
        message = f"no field {name!r} in {place}{did_you_mean(name, options)}"
        return cls(message, field=name, known=options, suggestion=nearest(name, options), place=place)


class TableError(CrmError, ValueError):
    """A table that cannot answer what it is asked."""

    code = "invalid_table"


class MissingColumn(TableError):
    """A column that is needed and absent. Facts: `column`, `known`, `suggestion`."""

    code = "missing_column"
    column: str
    known: tuple[str, ...]
    suggestion: str | None

    @classmethod
    def of(cls, column: str, known: Iterable[str], *, purpose: str, remedy: str | None = None) -> Self:
        """Build the error for `column`, which `purpose` needs and which is not among the `known` ones.

        Args:
            column: the column.
            known: the columns that there are.
            purpose: who needs it.
            remedy: what to do; None where the function called takes `columns`.
        """
        options = tuple(known)
        if remedy is None:
            remedy = f"a table that names it otherwise can say columns={{{column!r}: 'its name'}}"
        message = f"{purpose} needs column {column!r}{did_you_mean(column, options)} ({remedy})"
        return cls(message, column=column, known=options, suggestion=nearest(column, options))


class InvalidColumn(TableError):
    """A column whose type or value is not what its field holds. Facts: `column`, `row`, `value`."""

    code = "invalid_column"
    column: str
    row: int | None
    value: object


class NeedsHistory(TableError):
    """A past state was asked of a table that holds only the present one. Facts: `fields`, `as_of`."""

    code = "needs_history"
    fields: tuple[str, ...]


class ImportRejected(CrmError, ValueError):
    """A file that cannot be read. Facts: `file`, `line`, `column`, `value`; None where they do not apply."""

    code = "import_rejected"
    file: str
    line: int | None
    column: str | None
    value: str | None

    @classmethod
    def of(
        cls,
        reason: str,
        *,
        file: str,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
        code: str | None = None,
    ) -> Self:
        """Build the error with the place in front of the reason."""
        place = [file] + ([f"line {line}"] if line is not None else [])
        place += [f"column {column!r}"] if column is not None else []
        place += [f"value {shown(value)}"] if value is not None else []
        return cls(f"{', '.join(place)}: {reason}", code=code, file=file, line=line, column=column, value=value)


class RepositoryError(CrmError):
    """Something that a store of records refuses."""

    code = "repository_error"


class NotFound(RepositoryError, LookupError):
    """A record that is not there, or not for this actor. Facts: `record`, `id`."""

    code = "not_found"
    record: str
    id: str

    @classmethod
    def of(cls, record: str, id: str) -> Self:  # noqa: A002 - the field's own name
        """Build the error, the same for what is absent and what is hidden."""
        return cls(f"there is no {record} {shown(id)} here", record=record, id=id)


class AlreadyExists(RepositoryError):
    """A record, or a value that only one record may have, that is there already. Facts: `record`, `id`, `field`."""

    code = "already_exists"
    record: str
    id: str
    field: str


class Conflict(RepositoryError):
    """A record that is not at the version expected. Facts: `record`, `id`, `expected`, `found`."""

    code = "conflict"
    record: str
    id: str
    expected: int | None
    found: int | None


class AccessDenied(CrmError, PermissionError):
    """Something that the access policy does not grant. Facts: `record`, `verb`, `field`."""

    code = "access_denied"
    record: str
    verb: str
    field: str | None


class PipelineError(CrmError):
    """A fault about stages and the moves between them."""

    code = "pipeline_error"


class InvalidPipeline(PipelineError, ValueError):
    """A definition of a pipeline that cannot work. Facts: `pipeline`; `stage` or `field` where it lies in one."""

    code = "invalid_pipeline"
    pipeline: str


class UnknownStage(PipelineError, LookupError):
    """A stage that the pipeline does not have. Facts: `stage`, `pipeline`, `known`, `suggestion`."""

    code = "unknown_stage"
    stage: str
    pipeline: str
    known: tuple[str, ...]
    suggestion: str | None

    @classmethod
    def of(cls, stage: str, known: Iterable[str], *, pipeline: str) -> Self:
        """Build the error for `stage`, which is not among the `known` ones of `pipeline`."""
        options = tuple(known)
        message = f"no stage {shown(stage)} in pipeline {shown(pipeline)}{did_you_mean(str(stage), options)}"
        return cls(message, stage=stage, pipeline=pipeline, known=options, suggestion=nearest(str(stage), options))


class MoveRefused(PipelineError):
    """A move that the pipeline does not allow. Facts: `unmet` (what is missing, each with a code), `stage`, `to`."""

    code = "move_refused"
    unmet: tuple[object, ...]
    stage: str | None
    to: str


class NotEnoughData(CrmError, ValueError):
    """Too few observations, or too much alike, to say what is asked. Facts: `model`, `n`."""

    code = "not_enough_data"
    model: str
    n: int


class ConvergenceError(CrmError, ArithmeticError):
    """A fit that ends nowhere. Facts: `model`, `slope`."""

    code = "no_convergence"
    model: str
    slope: float


class MissingExtra(CrmError, ImportError):
    """A library that an optional part of crmkit needs. Facts: `extra`."""

    code = "missing_extra"
    extra: str

    @classmethod
    def of(cls, extra: str, *, purpose: str) -> Self:
        """Build the error that names the pip command for `extra`."""
        return cls(f"{purpose} needs more libraries: pip install 'crmkit[{extra}]'", extra=extra)


class CrmWarning(UserWarning):
    """The root of crmkit's warnings."""


class DataQualityWarning(CrmWarning):
    """The data are usable, but not as they should be."""


class UndefinedMetricWarning(CrmWarning):
    """A number that does not exist for this data; the result is NaN and says why."""


class ConvergenceWarning(CrmWarning):
    """A fit whose parameters the data hardly determine."""
