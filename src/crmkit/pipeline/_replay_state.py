"""What the steps of a history wrote, each read under the definition by which the record moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from attrs import frozen

from crmkit.errors import InvalidArgument, shown
from crmkit.pipeline._pipeline import Pipeline
from crmkit.pipeline._place import Place
from crmkit.pipeline._replay_rows import Link, Row
from crmkit.pipeline._stage import Stage
from crmkit.pipeline._step import Step, step_of
from crmkit.records import StageChange

__all__ = ["definitions_of", "entered_at", "migrations", "named", "written"]


@frozen
class _Named:
    """The definition that rows name; None where they do not."""

    name: str | None = None
    version: int | None = None

    def then(self, row: Row) -> _Named:
        """Return what is known after another row; one that names nothing goes on under the same definition."""
        if not isinstance(row, StageChange):
            return self
        same = row.pipeline in (None, self.name)
        version = self.version if same and row.pipeline_version is None else row.pipeline_version
        return _Named(self.name if row.pipeline is None else row.pipeline, version)

    def differs(self, other: _Named) -> bool:
        pairs = ((self.name, other.name), (self.version, other.version))
        return any(None not in pair and pair[0] != pair[1] for pair in pairs)


def definitions_of(pipeline: object, kind: str | None) -> tuple[Pipeline, ...]:
    """Return the definitions that were given, each of which moves records of this kind.

    Args:
        pipeline: one or several; None for none.
        kind: the kind of the record; None where there are no rows.

    Raises:
        InvalidArgument: something else, two definitions of one name and version, or one of another kind of record
            (code "not_its_record").
    """
    if pipeline is None:
        return ()
    several = isinstance(pipeline, Iterable) and not isinstance(pipeline, str | bytes | Mapping)
    given: tuple[Any, ...] = tuple(pipeline) if several else (pipeline,)  # type: ignore[arg-type]
    if not given or not all(isinstance(each, Pipeline) for each in given):
        message = f"pipeline is {shown(pipeline)}; it takes a Pipeline, or a list of them: one for each version"
        raise InvalidArgument(message, argument="pipeline", value=pipeline)
    found: dict[tuple[str, int], Pipeline] = {}
    for each in given:
        if kind not in (None, each.record):
            message = f"pipeline {shown(each.name)} moves records of kind {each.record!r}, not of kind {kind!r}"
            raise InvalidArgument(message, code="not_its_record", argument="pipeline", value=each)
        if found.setdefault((each.name, each.version), each) != each:
            message = f"pipeline {shown(each.name)} is given twice as version {each.version}, with different contents"
            raise InvalidArgument(message, argument="pipeline", value=each)
    return tuple(found.values())


def migrations(links: Iterable[Link]) -> Iterator[bool]:
    """Tell of each step whether it left the record where it was, under another definition or another name."""
    known = _Named()
    for link in links:
        row, after = link.row, known.then(link.row)
        marked = row.reason == "migration" and _held(row) is None
        yield link.before is not None and (link.before == link.after or marked or known.differs(after))
        known = after


def entered_at(links: list[Link]) -> datetime | None:
    """Return when the last stage was entered; a migration goes on with the stage, None where it is all there is."""
    entries = (link.row.changed_at for link, takes_over in zip(links, migrations(links), strict=True) if not takes_over)
    return max(entries, default=None)


def named(place: Place, links: list[Link]) -> dict[str, Any]:
    """Return the definition that the rows name last, as the fields of the record."""
    known = _Named()
    for link in links:
        known = known.then(link.row)
    told = {place.pipeline: known.name, place.version: known.version}
    return {name: value for name, value in told.items() if name is not None and value is not None}


def written(definitions: tuple[Pipeline, ...], links: list[Link]) -> dict[str, Any]:
    """Return the fields that the steps wrote besides the stage; the probability has rows of its own."""
    place = definitions[0].place
    state: dict[str, Any] = {}
    current: Pipeline | None = None
    for link, takes_over in zip(links, migrations(links), strict=True):
        under = _definition_of(link, definitions, current)
        target = under.stage(link.after)
        origin = _origin(link, under, current, needed=not takes_over)
        if takes_over and (origin is None or _outcome(origin) == _outcome(target)):
            state[place.stage] = target.name
            told = {place.pipeline: under.name, place.version: under.version, place.outcome: _outcome(target)}
            state |= {name: value for name, value in told.items() if name is not None}
        else:
            _enter(state, _step(under, origin, target), link.row, complete=links[0].before is None)
        current = under
    return state


def _enter(state: dict[str, Any], step: Step, row: Row, *, complete: bool) -> None:
    """Write what a step writes; how often a record came back is known from the start of its history on."""
    state |= {name: value for name, value in step.values.items() if name != "probability"}
    if step.stamps is not None:
        state[step.stamps] = row.changed_at
    if step.reason is not None and not (step.stays and row.reason is None):
        state[step.reason] = row.reason
    if step.counts is not None and complete:
        state[step.counts] = state.get(step.counts, 0) + 1


def _definition_of(link: Link, definitions: tuple[Pipeline, ...], current: Pipeline | None) -> Pipeline:
    """Return the definition that a row names; of several one that knows its stages, that of the row before first."""
    said = _Named().then(link.row)
    fitting = [each for each in definitions if not said.differs(_Named(each.name, each.version))]
    if not fitting:
        row = shown(link.row.id)
        what = "" if said.version is None else f"version {said.version} of "
        message = f"history: row {row} is of {what}pipeline {shown(said.name)}, which is not given"
        raise InvalidArgument(
            f"{message}; give each definition under which the record moved: pipeline=[old, new]",
            code="unknown_definition",
            argument="pipeline",
            value=link.row.id,
            row=link.row.id,
            found=(said.name, said.version),
        )
    fitting.sort(key=lambda each: each is not current)
    both = [each for each in fitting if {link.before, link.after} - {None} <= {*each.names}]
    return next(iter(both or [each for each in fitting if link.after in each.names] or fitting))


def _origin(link: Link, under: Pipeline, current: Pipeline | None, *, needed: bool) -> Stage | None:
    """Return the stage that was left, as the definition of the row before knows it."""
    if link.before is None:
        return None
    for each in (current, under):
        if each is not None and link.before in each.names:
            return each.stage(link.before)
    return under.stage(link.before) if needed else None


def _step(under: Pipeline, origin: Stage | None, target: Stage) -> Step:
    # A history may hold a step that the definition does not allow, or no longer does.
    before = None if origin is None else origin.name
    known = under.step(before, target.name) if origin is None or origin in under.stages else None
    return known or step_of(under, origin, target, None)


def _outcome(stage: Stage) -> str:
    return stage.kind if stage.is_final else "open"


def _held(row: Row) -> float | None:
    return row.days_in_stage if isinstance(row, StageChange) else row.days_held
