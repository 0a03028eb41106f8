"""Pipeline: the stages of something and the moves between them, as data that decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import Factory, field, frozen

from crmkit.calendars import BusinessCalendar
from crmkit.errors import InvalidPipeline, UnknownStage, shown
from crmkit.expressions import Expression
from crmkit.pipeline._ageing import Ageing, ageing_of
from crmkit.pipeline._deciding import decide, options_of
from crmkit.pipeline._decision import Decision, Option
from crmkit.pipeline._default_moves import default_moves, reopening_moves
from crmkit.pipeline._definition import prove
from crmkit.pipeline._in_json import fingerprint_of, pipeline_from_json, pipeline_to_json
from crmkit.pipeline._mermaid import diagram
from crmkit.pipeline._migrating import migrated
from crmkit.pipeline._moving import moved, started
from crmkit.pipeline._place import Place, place_of
from crmkit.pipeline._stage import Move, Stage, is_writable
from crmkit.pipeline._step import Step, step_of
from crmkit.records import Change, CustomFields, FieldChange, StageChange

if TYPE_CHECKING:
    from crmkit.pipeline._audit import Audit

__all__ = ["Pipeline"]


@frozen(init=False, repr=False)
class Pipeline:
    """The stages of a deal, a lead, a quote or a ticket, and the moves between them.

    A definition is proved when it is made: what could never work is refused. It never changes; another version of it
    is another Pipeline, and `migrate` takes records over.

    Args:
        name: what records call it.
        stages: in their order.
        moves: the moves allowed, and no others. If not given: forward and back among the stages that are open or on
            hold, and from each of them to each that is won or lost.
        reopen: under which condition what is won or lost returns to an open stage; never, if not given. Moves for
            single ways back can be listed in `moves`.
        starts: the stages in which a record may begin; the first one, if not given.
        record: the kind of record: "deal", "lead", "quote", "ticket", "campaign" or "subscription".
        version: counts the definitions of this name; a deal carries the version under which it moved last.
        calendar: the business days in which stages rot.
        custom: the custom fields that guards ask about.

    Raises:
        InvalidPipeline: a definition that cannot work; its code says why.
    """

    name: str
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    starts: tuple[str, ...]
    record: str
    version: int
    calendar: BusinessCalendar | None
    custom: CustomFields | None
    place: Place = field(eq=False)
    _by_name: dict[str, Stage] = field(eq=False, init=False, default=Factory(dict))
    _steps: dict[tuple[str | None, str], Step | None] = field(eq=False, init=False, default=Factory(dict))

    def __init__(
        self,
        name: str,
        *,
        stages: Iterable[Stage],
        moves: Iterable[Move] | None = None,
        reopen: Expression | None = None,
        starts: Iterable[str] | None = None,
        record: str = "deal",
        version: int = 1,
        calendar: BusinessCalendar | None = None,
        custom: CustomFields | None = None,
    ) -> None:
        _prove_name(name, version)
        found = _all_of(Stage, stages, name, "stages")
        if not found:
            raise InvalidPipeline(f"pipeline {shown(name)} has no stages", code="no_open_stage", pipeline=name)
        ways = default_moves(found) if moves is None else _all_of(Move, moves, name, "moves")
        back = () if reopen is None else reopening_moves(found, reopen)
        begin = (found[0].name,) if starts is None else _all_of(str, starts, name, "starts")
        if not begin:
            raise InvalidPipeline(f"pipeline {shown(name)} starts nowhere", code="no_start", pipeline=name)
        place = place_of(record, pipeline=name)
        _prove_optional(BusinessCalendar, calendar, name, "calendar")
        _prove_optional(CustomFields, custom, name, "custom")
        self.__attrs_init__(name, found, ways + back, begin, record, version, calendar, custom, place)
        self._by_name.update((stage.name, stage) for stage in found)
        prove(self)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the stages, in their order."""
        return tuple(stage.name for stage in self.stages)

    def stage(self, name: str) -> Stage:
        """Return the stage of this name.

        Raises:
            UnknownStage: names the near miss.
        """
        given: object = name
        found = self._by_name.get(given) if isinstance(given, str) else None
        if found is None:
            raise UnknownStage.of(name, self.names, pipeline=self.name)
        return found

    def is_final(self, name: str) -> bool:
        """Return whether what is in the stage of this name is closed: won or lost.

        Raises:
            UnknownStage: names the near miss.
        """
        return self.stage(name).is_final

    def move_between(self, from_stage: str, to_stage: str) -> Move | None:
        """Return the move from one stage to another, or None where there is none."""
        ways = (move for move in self.moves if (move.from_stage, move.to_stage) == (from_stage, to_stage))
        return next(ways, None)

    def check(
        self,
        thing: object,
        *,
        to: str,
        as_of: datetime | None = None,
        reason: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Decision:
        """Tell whether something may move to a stage, and all that stands against it. Nothing is changed.

        Args:
            thing: a record, a mapping, or any object of your own by attribute.
            to: the name of the stage.
            as_of: when it would move; needed only by guards about time, and to find what was moved later.
            reason: why it would move.
            fields: what the thing calls a field, where it is called otherwise: {"stage": "phase"}.

        Raises:
            UnknownStage: `to`, or where the thing is, is no stage of this pipeline; names the near miss.
            UnknownField: the thing lacks a field that is asked about.
            InvalidExpression: a guard needs `as_of`, or cannot be asked of a value.
            InvalidPeriod: `as_of` without a time zone.
        """
        return decide(self, thing, to=to, as_of=as_of, reason=reason, fields=fields)

    def options(
        self, thing: object, *, as_of: datetime | None = None, fields: Mapping[str, str] | None = None
    ) -> tuple[Option, ...]:
        """List the stages to which something could go on, in their order, and what stands against each.

        Args:
            thing: a record, a mapping, or any object of your own by attribute.
            as_of: when it would move.
            fields: what the thing calls a field, where it is called otherwise.

        Raises:
            UnknownStage, UnknownField, InvalidExpression, InvalidPeriod: as `check`.
        """
        return options_of(self, thing, as_of=as_of, fields=fields)

    def ageing(self, thing: object, *, as_of: datetime, fields: Mapping[str, str] | None = None) -> Ageing:
        """Tell how long something has been in its stage and whether it is rotten.

        Where nothing says when the stage was entered, its time counts from `created_at`.

        Args:
            thing: a record, a mapping, or any object of your own by attribute.
            as_of: now.
            fields: what the thing calls a field, where it is called otherwise.

        Raises:
            UnknownStage, UnknownField, InvalidPeriod: as `check`.
            InvalidArgument: it is in no stage (code "no_stage"), or entered it after `as_of` ("too_early").
        """
        return ageing_of(self, thing, as_of=as_of, fields=fields)

    def start(
        self,
        record: object,
        *,
        at: datetime,
        by: str,
        stage: str | None = None,
        reason: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> Change:
        """Build the Change that adds a new record in a first stage, with the first rows of its history.

        Args:
            record: the record, as yet in no store.
            at: when.
            by: who does it.
            stage: one of `starts`; the first, if not given.
            reason: why; some stages need one out of a choice.
            values: fields that are filled in at the same time.

        Raises:
            MoveRefused: names all that stands against it in `unmet`.
            UnknownStage, InvalidArgument, InvalidPeriod: as `move`.
        """
        return started(self, record, at=at, by=by, stage=stage, reason=reason, values=values)

    def move(
        self,
        record: object,
        *,
        to: str,
        at: datetime,
        by: str,
        reason: str | None = None,
        values: Mapping[str, Any] | None = None,
        history: Iterable[StageChange | FieldChange] = (),
    ) -> Change:
        """Build the Change that moves a record: the record after, and a row of history.

        The row is a StageChange for a deal, a FieldChange for any other record. The same move of the same version of a
        record gives the same Change under the same idempotency key, so that a store applies it once.

        Args:
            record: a record of the pipeline's kind.
            to: the name of the stage.
            at: when.
            by: who does it.
            reason: why; some stages need one out of a choice.
            values: fields that are filled in at the same time, before the guards are asked.
            history: the rows so far, from which those of the values take how long the value before stood.

        Raises:
            MoveRefused: names all that stands against it in `unmet`; its code is that of the first.
            UnknownStage: `to`, or where the record is, is no stage of this pipeline; names the near miss.
            InvalidArgument: no record of this kind, or values that the move itself writes.
            InvalidRecord: a value that the record does not hold.
            InvalidPeriod: `at` without a time zone.
        """
        return moved(self, record, to=to, at=at, by=by, reason=reason, values=values, history=history)

    def migrate(self, record: object, *, stages: Mapping[str, str], at: datetime, by: str) -> Change:
        """Build the Change that takes a record over from another pipeline or an earlier version.

        No guard is asked, and the time in the stage goes on.

        Args:
            record: a record that is in a stage.
            stages: the stage here for each stage there; one of the same name need not be listed.
            at: when.
            by: who does it.

        Raises:
            UnknownStage: the record's stage is neither listed nor known here, or it is mapped to none of this pipeline.
            InvalidArgument: an open stage mapped to a final one or the reverse (code "other_kind"), a record in no
                stage ("no_stage"), an earlier time than that of its last step ("too_early"), or nothing changes.
        """
        return migrated(self, record, stages=stages, at=at, by=by)

    def audit(self, history: object, *, columns: Mapping[str, str] | None = None) -> Audit:
        """Check a table of stage changes against this definition.

        Args:
            history: any dataframe that narwhals knows, with the columns of StageChange.
            columns: the frame's own names by canonical name: {"deal_id": "opportunity"}.

        Raises:
            MissingColumn, InvalidColumn: a table that is no stage history.
        """
        from crmkit.pipeline._audit import audit

        return audit(self, history, columns=columns or {})

    def to_json(self) -> str:
        """Write the definition, without the declaration of its custom fields, as a document that `from_json` reads."""
        return pipeline_to_json(self)

    @classmethod
    def from_json(cls, text: str, *, custom: CustomFields | None = None) -> Pipeline:
        """Read a definition from a document.

        Args:
            text: what `to_json` wrote.
            custom: the custom fields that its guards ask about.

        Raises:
            InvalidDocument: no such document; the message says where.
            InvalidPipeline: a definition that cannot work.
        """
        return pipeline_from_json(text, cls, custom=custom)

    def fingerprint(self) -> str:
        """Return a digest of the definition: equal definitions, whatever their version, have the same."""
        return fingerprint_of(self)

    def to_mermaid(self) -> str:
        """Draw the definition as a Mermaid state diagram."""
        return diagram(self)

    def step(self, stage: str | None, to: str) -> Step | None:
        """Return what the move between two stages asks and does, or None where there is no move."""
        key = (stage, to)
        try:
            return self._steps[key]
        except (KeyError, TypeError):  # not prepared as yet; or no text, which `stage` refuses
            step = self._prepared(stage, to)
        self._steps[key] = step
        return step

    def _prepared(self, stage: str | None, to: str) -> Step | None:
        target = self.stage(to)
        if stage is None:
            return step_of(self, None, target, None) if to in self.starts else None
        origin, move = self.stage(stage), self.move_between(stage, to)
        return None if move is None else step_of(self, origin, target, move)

    def __reduce__(self) -> tuple[Any, ...]:
        said = ("name", "stages", "moves", "starts", "record", "version", "calendar", "custom")
        return partial(Pipeline, **{name: getattr(self, name) for name in said}), ()  # what is prepared stays behind

    def __repr__(self) -> str:
        return f"<Pipeline {self.name!r}, version {self.version}: {', '.join(self.names)}>"


def _prove_name(name: object, version: object) -> None:
    if not isinstance(name, str) or not name.strip() or not is_writable(name):
        raise InvalidPipeline(f"a pipeline has a name, not {shown(name)}", code="invalid_name", pipeline=shown(name))
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version < 2**63:
        message = f"pipeline {shown(name)}: version {shown(version)} is not a whole number of 1 or more, in 64 bits"
        raise InvalidPipeline(message, code="invalid_version", pipeline=name)


def _all_of(kind: type[Any], given: object, name: object, argument: str) -> tuple[Any, ...]:
    found = _listed(given)
    for each in found:
        if not isinstance(each, kind):
            what = "a set, which has no order; say a list" if isinstance(each, AbstractSet) else f"no {kind.__name__}"
            message = f"pipeline {shown(name)}: {argument} holds {shown(each)}, which is {what}"
            raise InvalidPipeline(message, code="invalid_argument", pipeline=name, argument=argument, value=each)
    return found


def _listed(given: object) -> tuple[Any, ...]:
    if isinstance(given, Iterable) and not isinstance(given, str | AbstractSet):
        return tuple(given)
    return (given,)


def _prove_optional(kind: type[Any], given: object, name: object, argument: str) -> None:
    if given is not None and not isinstance(given, kind):
        message = f"pipeline {shown(name)}: {argument} {shown(given)} is no {kind.__name__}"
        raise InvalidPipeline(message, code="invalid_argument", pipeline=name, argument=argument, value=given)
