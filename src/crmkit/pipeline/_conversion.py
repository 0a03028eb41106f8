"""Converting a lead: the contact, company and deal that come of it, as one Change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from crmkit.calendars import utc
from crmkit.errors import InvalidArgument, MoveRefused, shown
from crmkit.pipeline._conversion_records import NAMED_IN, Outcome, given_records, outcome_of
from crmkit.pipeline._conversion_values import handing
from crmkit.pipeline._decision import Unmet
from crmkit.pipeline._lifecycles import lead_lifecycle
from crmkit.pipeline._pipeline import Pipeline
from crmkit.pipeline._place import PLACES
from crmkit.pipeline._rows import last_act, prove_not_before, tracked_rows
from crmkit.records import (
    Activity,
    Change,
    CustomFields,
    Edit,
    FieldChange,
    Lead,
    Record,
    RecordRef,
    StageChange,
    evolve,
    ref,
)

__all__ = ["convert_lead"]


def convert_lead(
    lead: Lead,
    into: Record | Iterable[Record] | None = None,
    *,
    at: datetime,
    by: str,
    reason: str | None = None,
    pipeline: Pipeline | None = None,
    stage: str | None = None,
    deal: bool = True,
    activities: Iterable[Activity] = (),
    overwrite: Iterable[str] | bool = (),
    values: Mapping[str, Any] | None = None,
    custom: Mapping[str, str] | None = None,
    custom_fields: CustomFields | None = None,
    ids: Mapping[str, str] | None = None,
    history: Iterable[StageChange | FieldChange] = (),
    lifecycle: Pipeline = lead_lifecycle,
) -> Change:
    """Build the Change by which a lead becomes a contact, a company and a deal.

    What is not given is made: a contact; a deal, unless told otherwise; a company if the lead has the name of one and
    neither it nor the contact or deal given is at one by its id. Of records given only empty fields are filled, and
    tags are joined; the deal's history tells what changed of amount, currency and expected close. The lead stays,
    converted, and names the three. It is crmkit's own Lead; make one of a lead of another class first.

    Args:
        lead: the lead.
        into: a contact, a company or a deal that is there already, or several, one of each kind.
        at: when.
        by: who does it.
        reason: why; first stages and lifecycles may need one.
        pipeline: under which a new deal starts; if not given, it is in no stage.
        stage: in which it starts; the first, if not given.
        deal: whether a deal is made where none is given.
        activities: those of the lead; they get links to contact, company and deal in place of the one to the lead.
        overwrite: fields of the records given that take the lead's value even where they hold one, as "phone" or
            "contact.phone"; True for all. Links and the name of a deal are replaced only where they are named.
        values: values besides, by place: {"deal.amount": Decimal("900")}.
        custom: where fields of the lead go besides: {"budget": "deal.amount", "region": "company.region"}. Custom
            fields that are not listed stay with the lead alone.
        custom_fields: what declares the custom fields. With it a field may be listed in `custom` that this lead does
            not have, and one goes only to a field that is declared.
        ids: ids of the records that are made: {"contact": "c7"}; if not given, the lead's id and the version that the
            Change gives it, "l1:2".
        history: the rows of the deal given, from which new ones take how long the value before stood.
        lifecycle: the pipeline of the lead, whose guards are asked.

    Raises:
        MoveRefused: the lead was converted before (code "already_converted"), or its lifecycle or the pipeline refuses.
        InvalidArgument: no Lead; something given that cannot come of it; a record that the lead names and that is not
            given (code "names_another"); an activity that is not the lead's (code "not_its_activity"); a time before
            the last change of the deal given (code "too_early").
        UnknownField: a field that nothing is handed to, or one in `custom` that the lead does not have.
        UnknownStage: a stage that the pipeline does not have.
        InvalidRecord: a value that its field does not hold.
        InvalidPeriod: `at` without a time zone.
    """
    at = utc(at)
    _check_lead(lead)
    given = given_records(into)
    if "deal" in given and not deal:
        raise _invalid("deal", deal, "makes no deal, and one is given; leave out one of the two")
    if stage is not None and (pipeline is None or "deal" in given or not deal):
        raise _invalid("stage", stage, "is where a new deal starts under a pipeline; a deal that is there can be moved")
    if "deal" in given:
        prove_not_before(at, last_act(PLACES["deal"], given["deal"]))
    hands = handing(lead, overwrite=overwrite, values=values, custom=custom, custom_fields=custom_fields)
    outcome = outcome_of(hands, given, deal=deal, ids=ids, at=at)
    links = {NAMED_IN[kind]: identifier for kind, identifier in outcome.ids.items()}
    move = _pipeline("lifecycle", lifecycle).move(lead, to="converted", at=at, by=by, reason=reason, values=links)
    new = dict(outcome.new)
    starts = []
    if pipeline is not None and "deal" in new:
        starts.append(_pipeline("pipeline", pipeline).start(new.pop("deal"), at=at, by=by, stage=stage, reason=reason))
    rows = [
        row
        for before, after in [*((None, record) for record in new.values()), *outcome.old.values()]
        for row in tracked_rows(before, _next(after, before), at=at, by=by, reason=reason, history=history)
    ]
    edit = [(before, after) for before, after in outcome.old.values() if before != after]
    edit += _relinked(activities, lead, outcome)
    rest = [Change.of(add=new.values(), edit=edit, act="convert", at=at, by=by)] if new or edit else []
    told = [Change(edits=[Edit(None, row) for row in rows], act="convert", at=at, by=by)] if rows else []
    key = f"convert:lead:{lead.id}:{lead.version + 1}"
    return Change.combine(
        [move, *rest, *starts, *told], act="convert", at=at, by=by, reason=reason, idempotency_key=key
    )


def _check_lead(lead: Lead) -> None:
    if type(lead) is not Lead:
        raise _invalid("lead", lead, "is no Lead of crmkit.records; make one of what you have")
    if lead.status == "converted" or lead.converted_at is not None:
        named = {name: getattr(lead, name) for name in NAMED_IN.values()}
        came = ", ".join(f"{kind} {shown(named[name])}" for kind, name in NAMED_IN.items() if named[name] is not None)
        message = f"was converted already, into {came or 'nothing that it names'}; work on with that"
        unmet = Unmet("already_converted", message)
        raise MoveRefused(
            f"lead {shown(lead.id)} {message}",
            code="already_converted",
            unmet=(unmet,),
            stage=lead.status,
            to="converted",
            **named,
        )


def _next(after: Any, before: Any) -> Any:
    """Return a record under the version that the Change gives it."""
    return evolve(after, version=(after if before is None else before).version + 1)


def _pipeline(argument: str, value: Any) -> Pipeline:
    if not isinstance(value, Pipeline):
        raise _invalid(argument, value, "is no Pipeline")
    return value


def _relinked(activities: Any, lead: Lead, outcome: Outcome) -> Iterator[tuple[Record, Record]]:
    """Yield each activity before and after its link to the lead gives way to those of the outcome."""
    own = ref(lead)
    others = [RecordRef(f"{kind}:{outcome.ids[kind]}") for kind in NAMED_IN if kind in outcome.ids]
    several = (activities,) if isinstance(activities, Activity) or not isinstance(activities, Iterable) else activities
    for activity in several:
        if type(activity) is not Activity:
            raise _invalid("activities", activity, "is no Activity of crmkit.records")
        if own not in activity.links:
            message = f"activities: {shown(activity.id)} has no link to {shown(own)}; leave it out"
            raise InvalidArgument(message, code="not_its_activity", argument="activities", value=activity.id)
        place = activity.links.index(own)
        links = dict.fromkeys((*activity.links[:place], *others, *activity.links[place:]))
        yield activity, evolve(activity, links=tuple(link for link in links if link != own))


def _invalid(argument: str, value: object, reason: str) -> InvalidArgument:
    return InvalidArgument(f"{argument}: {shown(value)} {reason}", argument=argument, value=value)
