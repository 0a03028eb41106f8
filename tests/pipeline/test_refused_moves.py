"""A move that is not allowed, or not said rightly, is a named error, and the record stays as it was."""

from datetime import datetime

import pytest

from crmkit.errors import InvalidArgument, InvalidPeriod, InvalidRecord, MoveRefused, UnknownField, UnknownStage
from crmkit.records import Deal, Lead, evolve
from tests.pipeline.sales import DAY, DEAL, LATER, NOW, SALES


@pytest.mark.parametrize(
    ("deal", "said", "code"),
    [
        (DEAL, {"to": "qualify"}, "already_there"),
        (DEAL, {"to": "lost"}, "missing_reason"),
        (DEAL, {"to": "lost", "reason": "prize"}, "unknown_reason"),
        (DEAL, {"to": "won", "at": NOW - DAY}, "too_early"),
        (evolve(DEAL, updated_at=LATER + DAY), {"to": "won"}, "too_early"),
        (evolve(DEAL, amount=None), {"to": "propose"}, "missing_field"),
        (evolve(DEAL, amount=-1), {"to": "won"}, "guard"),
        (evolve(DEAL, stage="won", owner_id="ana"), {"to": "lost", "reason": "price"}, "no_such_move"),
        (evolve(DEAL, stage=None), {"to": "won"}, "wrong_start"),
        (evolve(DEAL, pipeline="service"), {"to": "won"}, "other_pipeline"),
        (evolve(DEAL, pipeline_version=2), {"to": "won"}, "other_version"),
    ],
)
def test_a_move_that_is_not_allowed_names_what_is_unmet(deal, said, code):
    said = {"at": LATER, "by": "ana", **said}
    before = repr(deal)
    with pytest.raises(MoveRefused) as caught:
        SALES.move(deal, **said)
    assert [unmet.code for unmet in caught.value.unmet] == [code]
    assert (caught.value.code, caught.value.stage, caught.value.to) == (code, deal.stage, said["to"])
    assert repr(deal) == before
    decision = SALES.check(deal, to=said["to"], as_of=said["at"], reason=said.get("reason"))
    assert decision.unmet == caught.value.unmet


@pytest.mark.parametrize(
    ("deal", "said", "error"),
    [
        (DEAL, {"to": "wonn"}, UnknownStage),
        (DEAL, {"to": ["won"]}, UnknownStage),
        (evolve(DEAL, stage="intake"), {"to": "won"}, UnknownStage),
        (evolve(DEAL, stage="intake", pipeline_version=2), {"to": "wonn"}, UnknownStage),
        (DEAL, {"to": "won", "at": datetime(2024, 6, 1)}, InvalidPeriod),  # noqa: DTZ001  # the point
        (DEAL, {"to": "won", "at": None}, InvalidPeriod),
        (DEAL, {"to": "won", "by": ""}, InvalidRecord),
        (DEAL, {"to": "won", "by": None}, InvalidRecord),
        (DEAL, {"to": "won", "by": 5}, InvalidRecord),
        (DEAL, {"to": "lost", "reason": ""}, InvalidArgument),
        (DEAL, {"to": "won", "reason": 5}, InvalidArgument),
        (DEAL, {"to": "won", "reason": "half \ud800"}, InvalidRecord),
        (DEAL, {"to": "won", "values": {"amount": 1.5}}, InvalidRecord),
        (DEAL, {"to": "won", "values": {"probability": 2.0}}, InvalidRecord),
        (DEAL, {"to": "won", "values": {"amuont": 3}}, UnknownField),
    ],
)
def test_bad_input_is_a_named_error(deal, said, error):
    before = repr(deal)
    with pytest.raises(error):
        SALES.move(deal, **{"at": LATER, "by": "ana", **said})
    assert repr(deal) == before


@pytest.mark.parametrize("record", [{"stage": "qualify"}, Lead(id="l"), None, Deal], ids=repr)
def test_only_a_record_of_its_kind_can_be_part_of_a_change(record):
    with pytest.raises(InvalidArgument, match="moves records of kind 'deal'") as caught:
        SALES.move(record, to="won", at=LATER, by="ana")
    assert caught.value.code == "not_its_record"


WRITTEN = (
    "updated_at",
    "stage",
    "stage_entered_at",
    "status",
    "pipeline",
    "pipeline_version",
    "closed_at",
    "lost_reason",
    "id",
    "version",
)


@pytest.mark.parametrize("name", WRITTEN)
def test_what_a_move_writes_itself_is_not_set_by_hand(name):
    with pytest.raises(InvalidArgument, match=f"values: '{name}' is written by the move itself") as caught:
        SALES.move(DEAL, to="won", at=LATER, by="ana", values={name: None})
    assert caught.value.code == "invalid_values"


@pytest.mark.parametrize("values", [[("amount", 3)], "amount", {5: 3}, {None: 3}])
def test_values_are_a_mapping_from_names(values):
    with pytest.raises(InvalidArgument) as caught:
        SALES.move(DEAL, to="won", at=LATER, by="ana", values=values)
    assert caught.value.code == "invalid_values"
