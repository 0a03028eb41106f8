"""Where each kind of record keeps what a move writes."""

import pytest

from crmkit.errors import InvalidPipeline
from crmkit.pipeline._place import PLACES, TRACKED, place_of
from crmkit.records import RECORDS, Deal, fields_of

BY_KIND = [(kind, place) for kind, place in PLACES.items()]


@pytest.mark.parametrize(("kind", "place"), BY_KIND)
def test_every_field_that_a_move_writes_is_one_of_the_record(kind, place):
    assert place.fields <= set(fields_of(RECORDS[kind]))


@pytest.mark.parametrize(("kind", "place"), BY_KIND)
def test_stage_time_and_reason_are_of_their_kinds(kind, place):
    kinds = {name: spec.kind for name, spec in fields_of(RECORDS[kind]).items()}
    assert kinds[place.stage] in ("text", "choice")
    assert {kinds[name] for name in (place.entered, *place.closed.values())} == {"instant"}
    assert {kinds[name] for name in place.reason.values()} <= {"text"}


def test_the_history_is_kept_of_fields_of_a_deal():
    assert set(TRACKED) <= set(fields_of(Deal))


def test_a_deal_keeps_more_than_its_stage():
    assert place_of("deal", pipeline="p").fields == {
        "stage",
        "stage_entered_at",
        "status",
        "pipeline",
        "pipeline_version",
        "closed_at",
        "lost_reason",
        "updated_at",
    }


def test_a_campaign_keeps_its_status_and_since_when():
    assert place_of("campaign", pipeline="p").fields == {"status", "status_changed_at"}


@pytest.mark.parametrize(
    ("kind", "hint"), [("deals", "; did you mean 'deal'?"), ("pet", "there are: campaign, deal"), (["deal"], "")]
)
def test_a_kind_of_record_without_stages_is_refused(kind, hint):
    with pytest.raises(InvalidPipeline) as caught:
        place_of(kind, pipeline="p")
    assert (caught.value.code, caught.value.value) == ("unknown_record", kind)
    assert hint in str(caught.value)
