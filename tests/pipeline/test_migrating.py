"""A record is taken over from another pipeline, or from another version of the same."""

from datetime import datetime

import pytest

from crmkit.errors import InvalidArgument, InvalidPeriod, InvalidRecord, MoveRefused, UnknownStage
from crmkit.expressions import NEVER
from crmkit.pipeline import Move, Pipeline, Stage, lead_lifecycle, ticket_lifecycle
from crmkit.records import Change, Deal, Edit, FieldChange, Lead, StageChange, Ticket, evolve
from tests.pipeline.sales import DAY, DEAL, LATER, NOW, SALES, after, rows

NEXT = Pipeline(
    "sales",
    version=2,
    stages=[
        Stage("discover", probability=0.2, requires="company_id", when=NEVER),
        Stage("propose", probability=0.6),
        Stage("signed", kind="won"),
        Stage("gone", kind="lost", needs_reason=True),
    ],
)


def test_a_deal_goes_on_in_the_stage_that_its_own_is_mapped_to():
    change = NEXT.migrate(DEAL, stages={"qualify": "discover"}, at=LATER, by="ana")
    deal = evolve(DEAL, stage="discover", pipeline_version=2, updated_at=LATER, version=2)
    row = StageChange(
        id="d1:2",
        deal_id="d1",
        pipeline="sales",
        pipeline_version=2,
        from_stage="qualify",
        to_stage="discover",
        changed_at=LATER,
        changed_by="ana",
        reason="migration",
        version=1,
    )
    assert change == Change(
        edits=[Edit(DEAL, deal), Edit(None, row)],
        act="migrate",
        at=LATER,
        by="ana",
        idempotency_key="migrate:deal:d1:2:sales:2",
    )


def test_a_stage_of_the_same_name_need_not_be_listed_and_its_row_tells_the_new_version():
    change = NEXT.migrate(evolve(DEAL, stage="propose"), stages={}, at=LATER, by="ana")
    assert (after(change).stage, after(change).pipeline_version) == ("propose", 2)
    (row,) = rows(change)
    assert (row.from_stage, row.to_stage, row.pipeline_version) == ("propose", "propose", 2)


def test_the_step_after_it_tells_the_whole_time_in_the_stage():
    moved = after(NEXT.migrate(DEAL, stages={"qualify": "discover"}, at=LATER, by="ana"))
    change = NEXT.move(moved, to="propose", at=LATER + DAY, by="ana")
    assert rows(change)[0].days_in_stage == 4.0


def test_no_guard_is_asked_and_nothing_else_is_written():
    moved = after(NEXT.migrate(DEAL, stages={"qualify": "discover"}, at=LATER, by="ana"))
    assert (moved.probability, moved.stage_entered_at, moved.company_id) == (0.1, NOW, None)


@pytest.mark.parametrize(
    ("stage", "to", "status"), [("won", "signed", "won"), ("lost", "gone", "lost"), ("waiting", "propose", "open")]
)
def test_what_is_closed_stays_closed_as_it_was(stage, to, status):
    deal = evolve(DEAL, stage=stage, status=status, closed_at=NOW, lost_reason="price")
    moved = after(NEXT.migrate(deal, stages={stage: to}, at=LATER, by="ana"))
    assert (moved.stage, moved.status, moved.closed_at, moved.lost_reason) == (to, status, NOW, "price")


def test_a_deal_of_another_pipeline_comes_over():
    deal = evolve(DEAL, pipeline="service", pipeline_version=7, stage="intake")
    moved = after(SALES.migrate(deal, stages={"intake": "propose"}, at=LATER, by="ana"))
    assert (moved.pipeline, moved.pipeline_version, moved.stage) == ("sales", 1, "propose")


def test_a_deal_that_was_imported_with_a_stage_comes_under_its_pipeline():
    deal = Deal(id="d", stage="propose")
    moved = after(SALES.migrate(deal, stages={}, at=LATER, by="ana"))
    assert (moved.pipeline, moved.pipeline_version, moved.stage_entered_at) == ("sales", 1, None)


def test_after_it_the_deal_moves_under_the_new_version():
    with pytest.raises(MoveRefused):
        NEXT.move(DEAL, to="propose", at=LATER, by="ana")
    moved = after(NEXT.migrate(DEAL, stages={"qualify": "discover"}, at=LATER, by="ana"))
    assert after(NEXT.move(moved, to="propose", at=LATER, by="ana")).probability == 0.6


def test_a_lead_takes_another_status():
    lead = Lead(id="l1", status="working", status_changed_at=NOW)
    change = lead_lifecycle.migrate(lead, stages={"working": "nurturing"}, at=LATER, by="ana")
    assert after(change) == evolve(lead, status="nurturing", version=1)
    assert rows(change) == [
        FieldChange(
            id="lead:l1:1:status",
            record="lead:l1",
            field="status",
            from_value="working",
            to_value="nurturing",
            changed_at=LATER,
            changed_by="ana",
            reason="migration",
            version=1,
        )
    ]


def test_a_status_that_this_pipeline_does_not_have_is_taken_as_it_is_mapped():
    plain = Pipeline("p", record="ticket", stages=[Stage("open"), Stage("closed", kind="won")])
    assert (
        after(plain.migrate(Ticket(id="t", status="pending"), stages={"pending": "open"}, at=NOW, by="ana")).status
        == "open"
    )


@pytest.mark.parametrize(
    ("stage", "status", "to"), [("qualify", "open", "signed"), ("won", "won", "propose"), ("won", "won", "gone")]
)
def test_migrating_neither_opens_nor_closes_a_deal(stage, status, to):
    with pytest.raises(InvalidArgument, match="to open or close a record, move it") as caught:
        NEXT.migrate(evolve(DEAL, stage=stage, status=status), stages={stage: to}, at=LATER, by="ana")
    assert (caught.value.code, caught.value.value) == ("other_kind", to)


@pytest.mark.parametrize(("status", "to"), [("open", "solved"), ("solved", "open")])
def test_migrating_neither_opens_nor_closes_a_ticket(status, to):
    with pytest.raises(InvalidArgument) as caught:
        ticket_lifecycle.migrate(Ticket(id="t", status=status), stages={status: to}, at=LATER, by="ana")
    assert caught.value.code == "other_kind"


@pytest.mark.parametrize(
    ("deal", "said", "code"),
    [
        (evolve(DEAL, stage=None), {}, "no_stage"),
        (DEAL, {}, "nothing_changes"),
        (DEAL, {"stages": {"propose": "won"}}, "nothing_changes"),
        (DEAL, {"stages": {"qualify": "propose"}, "at": NOW - DAY}, "too_early"),
        (evolve(DEAL, updated_at=LATER + DAY), {"stages": {"qualify": "propose"}}, "too_early"),
        (DEAL, {"stages": [("qualify", "propose")]}, "invalid_argument"),
        (Lead(id="l"), {}, "not_its_record"),
        ({"stage": "qualify"}, {}, "not_its_record"),
    ],
)
def test_what_cannot_be_migrated_is_refused(deal, said, code):
    with pytest.raises(InvalidArgument) as caught:
        SALES.migrate(deal, **{"stages": {}, "at": LATER, "by": "ana", **said})
    assert caught.value.code == code


@pytest.mark.parametrize("stages", [{}, {"qualify": "propos"}, {"qualify": 5}, {"qualify": None}])
def test_a_stage_that_is_neither_listed_nor_known_is_an_error(stages):
    with pytest.raises(UnknownStage):
        NEXT.migrate(DEAL, stages=stages, at=LATER, by="ana")


@pytest.mark.parametrize(
    ("said", "error"),
    [({"at": datetime(2024, 6, 1)}, InvalidPeriod), ({"at": None}, InvalidPeriod), ({"by": ""}, InvalidRecord)],  # noqa: DTZ001  # the point
)
def test_bad_input_is_a_named_error(said, error):
    with pytest.raises(error):
        NEXT.migrate(DEAL, **{"stages": {"qualify": "discover"}, "at": LATER, "by": "ana", **said})


def test_a_move_that_is_listed_in_no_version_is_not_needed_to_migrate():
    strict = Pipeline(
        "sales",
        version=3,
        stages=SALES.stages[:1] + SALES.stages[3:],
        moves=[Move("qualify", "won"), Move("qualify", "lost")],
    )
    moved = after(strict.migrate(evolve(DEAL, stage="waiting"), stages={"waiting": "qualify"}, at=LATER, by="ana"))
    assert (moved.stage, moved.pipeline_version) == ("qualify", 3)
