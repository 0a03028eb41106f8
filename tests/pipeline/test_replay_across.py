"""A record that moved under several definitions is told by its rows, each read under its own."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.errors import InvalidArgument, UnknownStage
from crmkit.expressions import ALWAYS
from crmkit.pipeline import Move, Pipeline, Stage, replay, revise_deal, ticket_lifecycle, time_spent
from crmkit.records import Deal, FieldChange, Lead, Ticket, evolve, fields_of
from tests.pipeline.test_replay import DAY, FEW, PLAIN, START, changed, done, moved, values_of

LATER = Pipeline(
    "plain",
    version=2,
    stages=[
        Stage("second", probability=0.4),
        Stage("talks"),
        Stage("signed", kind="won"),
        Stage("lost", kind="lost"),
        Stage("void", kind="lost", needs_reason=True),
    ],
    moves=[
        Move("second", "talks"),
        Move("second", "signed"),
        Move("talks", "second"),
        Move("talks", "signed"),
        Move("talks", "lost"),
        Move("second", "void"),
        Move("lost", "void"),
        Move("void", "lost"),
    ],
    reopen=ALWAYS,
)
OVER = {
    2: {"first": "talks", "second": "second", "third": "talks", "won": "signed", "lost": "lost", "gone": "void"},
    1: {"second": "second", "talks": "third", "signed": "won", "lost": "lost", "void": "gone"},
}
BOTH = {1: PLAIN, 2: LATER}
SPANS = st.sampled_from([timedelta(), timedelta(microseconds=1), DAY / 3])


@st.composite
def lives(draw):
    """Draw a deal that was started or imported, then moved, revised, opened again and migrated; and its history."""
    at, imported = START, draw(st.booleans())
    version = draw(st.sampled_from([1, 2]))
    if imported:
        stage = draw(st.sampled_from(list(OVER[version])))
        under = BOTH[3 - version].stage(stage)
        since = draw(st.sampled_from([None, START - DAY]))
        status = under.kind if under.is_final else "open"
        deal = Deal(id="d:1", stage=stage, stage_entered_at=since, status=status, **draw(FEW))
        deal, history = done(BOTH[version].migrate(deal, stages=OVER[version], at=at, by="ana"))
    else:
        deal, history = done(BOTH[version].start(Deal(id="d:1", **draw(FEW)), at=at, by="ana"))
    for act in draw(st.lists(st.sampled_from(["move", "move", "revise", "migrate"]), max_size=12)):
        at += draw(SPANS)
        pipeline, values = BOTH[deal.pipeline_version], draw(FEW)
        if act == "migrate":
            version = 3 - deal.pipeline_version
            change = BOTH[version].migrate(deal, stages=OVER[version], at=at, by="ana")
        elif act == "revise":
            if all(getattr(deal, name) == value for name, value in values.items()):
                continue
            change = revise_deal(deal, at=at, by="ana", **values)
        else:
            to = draw(st.sampled_from(pipeline.names))
            reason = "price" if pipeline.stage(to).needs_reason else draw(st.sampled_from([None, "why not"]))
            if not pipeline.check({**values_of(deal), **values}, to=to, as_of=at, reason=reason):
                continue
            change = pipeline.move(deal, to=to, at=at, by="ana", reason=reason, values=values)
        deal, rows = done(change)
        history += rows
    return deal, history, imported


@given(lives(), st.randoms(use_true_random=False))
def test_the_history_of_any_sequence_of_acts_under_two_definitions_tells_the_state_of_the_deal(life, random):
    deal, history, imported = life
    random.shuffle(history)
    told = replay([*history, *history[:2]], pipeline=[PLAIN, LATER])
    assert told == {name: getattr(deal, name) for name in told}
    assert {"stage", "status", "updated_at", "pipeline", "pipeline_version"} <= told.keys()
    untold = fields_of(Deal).keys() - told.keys() - {"id", "version"}
    if not imported:
        assert {"stage_entered_at", "closed_at", "lost_reason"} <= told.keys()
        assert all(getattr(deal, name) == getattr(Deal(id="d"), name) for name in untold)
    bare = replay(history)
    assert bare.items() <= told.items()
    assert {"stage", "updated_at", "pipeline", "pipeline_version"} <= bare.keys()


@given(lives())
def test_the_time_in_each_stage_is_what_its_deal_says_and_adds_up_to_all_that_passed(life):
    deal, history, imported = life
    as_of = deal.updated_at + DAY
    spent = time_spent(history, as_of=as_of)
    assert sum(spent.values(), timedelta()) == as_of - START
    if not imported:
        assert spent[deal.stage] >= as_of - deal.stage_entered_at


def _carried():
    deal, history = done(PLAIN.start(Deal(id="d1"), at=START, by="ana"))
    for version, to, day in ((2, None, 2), (2, "signed", 6), (1, None, 7)):
        if to is None:
            change = BOTH[version].migrate(deal, stages=OVER[version], at=START + day * DAY, by="ana")
        else:
            change = BOTH[version].move(deal, to=to, at=START + day * DAY, by="ana")
        deal, rows = done(change)
        history += rows
    return history


def test_a_migration_goes_on_with_the_stage_since_it_was_entered():
    history = _carried()
    assert replay(history[:2])["stage_entered_at"] == START
    assert [row.days_in_stage for row in history] == [None, None, 6.0, None]
    assert dict(time_spent(history, as_of=START + 9 * DAY)) == {"talks": 6 * DAY, "won": 3 * DAY}
    told = replay(history, pipeline=[LATER, PLAIN])
    assert (told["status"], told["stage"], told["pipeline_version"]) == ("won", "won", 1)
    assert told["stage_entered_at"] == told["closed_at"] == START + 6 * DAY
    assert told["updated_at"] == START + 7 * DAY


def test_a_row_of_a_definition_that_is_not_given_is_named():
    for given_, found in (([LATER], 1), (PLAIN, 2)):
        with pytest.raises(InvalidArgument, match="pipeline 'plain', which is not given; give each") as refusal:
            replay(_carried(), pipeline=given_)
        assert (refusal.value.code, refusal.value.found) == ("unknown_definition", ("plain", found))
    other = moved(None, "first", 0, pipeline="other")
    with pytest.raises(InvalidArgument, match="row 's0' is of pipeline 'other', which"):
        replay([other], pipeline=PLAIN)


def test_a_row_that_names_no_definition_is_read_under_one_that_knows_its_stages():
    rows = [
        moved(None, "first", 0),
        moved("first", "second", 1),
        moved("second", "talks", 2),
        moved("talks", "lost", 3),
    ]
    told = [replay(rows[: number + 1], pipeline=(PLAIN, LATER))["pipeline_version"] for number in range(4)]
    assert told == [1, 1, 2, 2]
    assert "pipeline" not in replay(rows)
    half = [moved(None, "first", 0, pipeline="plain"), moved("first", "talks", 1)]
    assert replay(half, pipeline=(PLAIN, LATER))["pipeline_version"] == 2
    assert replay(half)["pipeline"] == "plain"
    with pytest.raises(UnknownStage, match="no stage 'nowhere'"):
        replay([moved("nowhere", "talks", 0)], pipeline=(PLAIN, LATER))
    with pytest.raises(UnknownStage, match="no stage 'nowhere'"):
        replay([moved("talks", "nowhere", 0)], pipeline=(PLAIN, LATER))


def test_what_opens_or_closes_a_deal_under_another_definition_does_so():
    rows = [
        moved(None, "first", 0, pipeline="plain", pipeline_version=1),
        moved("first", "signed", 3, pipeline="plain", pipeline_version=2),
    ]
    told = replay(rows, pipeline=[PLAIN, LATER])
    assert (told["status"], told["closed_at"]) == ("won", START + 3 * DAY)


def test_a_row_that_stays_in_its_stage_does_not_enter_it():
    rows = [moved(None, "first", 0), moved("first", "first", 2)]
    assert replay(rows, pipeline=PLAIN)["stage_entered_at"] == replay(rows)["stage_entered_at"] == START
    assert "stage_entered_at" not in replay(rows[1:])
    assert dict(time_spent(rows, as_of=START + 5 * DAY)) == {"first": 5 * DAY}


def test_a_reason_of_migration_is_one_of_any_move_that_tells_its_days():
    rows = [moved(None, "first", 0), moved("first", "second", 2, reason="migration", days_in_stage=2.0)]
    assert replay(rows)["stage_entered_at"] == START + 2 * DAY
    assert replay([rows[0], evolve(rows[1], days_in_stage=None)])["stage_entered_at"] == START


def test_the_reason_of_a_lost_deal_stays_until_there_is_another():
    rows = [
        moved("talks", "lost", 0, reason="price"),
        moved("lost", "void", 1),
        moved("void", "lost", 2, reason="late"),
    ]
    assert replay(rows[:2], pipeline=LATER)["lost_reason"] == "price"
    assert replay(rows, pipeline=LATER)["lost_reason"] == "late"
    assert "lost_reason" not in replay(rows[1:2], pipeline=LATER)


def test_how_often_a_ticket_came_back_is_told_by_a_history_that_has_its_start():
    ticket = Ticket(id="t1", status="solved", reopened=3)
    _, rows = done(ticket_lifecycle.move(ticket, to="open", at=START, by="ana"))
    assert "reopened" not in replay(rows, pipeline=ticket_lifecycle)


def test_a_lead_is_read_under_the_definition_that_knows_its_status():
    one = Pipeline("one", record="lead", stages=[Stage("new"), Stage("converted", kind="won")])
    other = Pipeline("other", record="lead", stages=[Stage("working"), Stage("unqualified", kind="lost")])
    lead, history = done(one.start(Lead(id="l1"), at=START, by="ana"))
    lead, rows = done(other.migrate(lead, stages={"new": "working"}, at=START + DAY, by="ana"))
    history += rows
    lead, rows = done(other.move(lead, to="unqualified", at=START + 3 * DAY, by="ana", reason="silent"))
    history += rows
    told = replay(history, pipeline=[one, other])
    assert told == {name: getattr(lead, name) for name in told}
    assert (told["status"], told["unqualified_reason"]) == ("unqualified", "silent")
    assert replay(history[:2])["status_changed_at"] == START
    assert [row.days_held for row in history if isinstance(row, FieldChange)][-1] == 3.0


def test_only_acts_touch_a_deal():
    assert "updated_at" not in replay([changed("source", None, "web", 0)])
    assert replay([changed("amount", None, "5", 1), changed("source", None, "web", 3)])["updated_at"] == START + DAY


@pytest.mark.parametrize("given_", [5, "plain", b"x", {"plain": PLAIN}, [], [None], [PLAIN, "later"], object(), Deal])
def test_what_is_no_definition_is_refused(given_):
    for history in ([], [moved(None, "first", 0)]):
        with pytest.raises(InvalidArgument, match="it takes a Pipeline, or a list of them") as refusal:
            replay(history, pipeline=given_)
        assert refusal.value.argument == "pipeline"


def test_two_definitions_of_one_version_contradict_each_other():
    twin = Pipeline("plain", stages=[Stage("first"), Stage("won", kind="won")])
    with pytest.raises(InvalidArgument, match="given twice as version 1, with different contents"):
        replay([], pipeline=[PLAIN, twin])
    assert replay([moved(None, "first", 0)], pipeline=iter([PLAIN, PLAIN]))["status"] == "open"


def test_what_declares_no_custom_fields_is_refused():
    with pytest.raises(InvalidArgument, match="it takes CustomFields") as refusal:
        replay([], custom=1)
    assert refusal.value.argument == "custom"
