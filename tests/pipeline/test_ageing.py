"""How long something has been in its stage, and from when on that is too long."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.calendars import BusinessCalendar, add_business_days
from crmkit.errors import InvalidArgument, InvalidPeriod, UnknownField, UnknownStage
from crmkit.pipeline import Ageing, Pipeline, Stage
from crmkit.records import evolve
from tests.pipeline.sales import DAY, DEAL, NOW, SALES, named

MAY_DAY = BusinessCalendar(holidays=[date(2024, 5, 1)], timezone="Europe/Berlin")


def in_business_days(days):
    return Pipeline("p", stages=[Stage("a", rots_after_business_days=days), Stage("won", kind="won")], calendar=MAY_DAY)


def test_it_counts_days_of_24_hours_since_the_stage_was_entered():
    assert SALES.ageing(DEAL, as_of=NOW + 3.5 * DAY) == Ageing("qualify", NOW, 3.5, NOW + 14 * DAY, rotten=False)


@pytest.mark.parametrize(
    ("later", "rotten"), [(timedelta(0), False), (14 * DAY - timedelta.resolution, False), (14 * DAY, True)]
)
def test_it_rots_at_an_instant(later, rotten):
    assert SALES.ageing(DEAL, as_of=NOW + later).rotten is rotten


def test_in_a_stage_without_such_days_nothing_rots():
    ageing = SALES.ageing({"stage": "propose", "stage_entered_at": NOW}, as_of=NOW + 9999 * DAY)
    assert (ageing.rots_at, ageing.rotten) == (None, False)


def test_business_days_leave_out_weekends_and_holidays():
    entered = datetime(2024, 4, 26, 13, tzinfo=UTC)  # a Friday, 15:00 in Berlin
    ageing = in_business_days(3).ageing({"stage": "a", "stage_entered_at": entered}, as_of=entered + 6 * DAY)
    assert ageing.rots_at == datetime(2024, 5, 2, 13, tzinfo=UTC)  # Monday, Tuesday, Thursday
    assert ageing.rotten
    assert ageing.days == 6


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2024, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # the zone is given
    st.integers(1, 40),
)
def test_business_days_are_those_of_numpy(entered, days):
    start = datetime.combine(entered.date(), datetime.min.time(), UTC)
    plain = Pipeline(
        "p",
        stages=[Stage("a", rots_after_business_days=days), Stage("won", kind="won")],
        calendar=BusinessCalendar(holidays=[date(2024, 5, 1)]),
    )
    rots_at = plain.ageing({"stage": "a", "stage_entered_at": start}, as_of=start).rots_at
    expected = np.busday_offset(start.date(), days, roll="forward", holidays=["2024-05-01"])
    assert rots_at.date() == expected.item()


def test_business_days_are_those_of_calendars():
    row = {"stage": "a", "stage_entered_at": NOW}
    assert in_business_days(7).ageing(row, as_of=NOW).rots_at == add_business_days(NOW, 7, calendar=MAY_DAY)


def test_where_nothing_says_when_it_entered_it_counts_from_its_creation():
    row = {"stage": "qualify", "stage_entered_at": None, "created_at": NOW - 20 * DAY}
    assert SALES.ageing(row, as_of=NOW) == Ageing("qualify", NOW - 20 * DAY, 20.0, NOW - 6 * DAY, rotten=True)


@pytest.mark.parametrize("row", [{"stage": "qualify"}, evolve(DEAL, stage_entered_at=None)], ids=["mapping", "deal"])
def test_where_nothing_says_that_either_no_age_is_known(row):
    ageing = SALES.ageing(row, as_of=NOW)
    assert ageing == Ageing("qualify", None, None, None, rotten=False)
    assert str(ageing) == "in qualify since nobody knows when"


def test_an_age_is_written_in_a_line():
    assert str(SALES.ageing(DEAL, as_of=NOW + 1.26 * DAY)) == "in qualify for 1.3 days"
    assert str(SALES.ageing(DEAL, as_of=NOW + 20 * DAY)) == "in qualify for 20.0 days, rotten"


def test_names_of_the_callers_own_stand_for_fields():
    row = {"phase": "qualify", "since": NOW}
    names = {"stage": "phase", "stage_entered_at": "since"}
    assert SALES.ageing(row, as_of=NOW + DAY, fields=names).days == 1


@pytest.mark.parametrize(
    ("other", "code"), [({"pipeline": "service"}, "other_pipeline"), ({"pipeline_version": 9}, "other_version")]
)
def test_in_the_stages_of_another_definition_it_has_no_age_here(other, code):
    with pytest.raises(InvalidArgument, match="migrate it") as caught:
        SALES.ageing(evolve(DEAL, **other), as_of=NOW + DAY)
    assert caught.value.code == code


@pytest.mark.parametrize("days", [10**6 * 5, 10**30])
def test_what_would_rot_after_the_last_year_there_is_does_not(days):
    by_days = Pipeline("p", stages=[Stage("a", rots_after_days=days), Stage("won", kind="won")])
    for pipeline in (by_days, in_business_days(days)):
        ageing = pipeline.ageing({"stage": "a", "stage_entered_at": NOW}, as_of=NOW)
        assert (ageing.rots_at, ageing.rotten) == (None, False)


def test_what_is_in_no_stage_has_no_age():
    with pytest.raises(InvalidArgument) as caught:
        SALES.ageing(evolve(DEAL, stage=None), as_of=NOW)
    assert caught.value.code == "no_stage"


def test_before_it_entered_it_has_no_age():
    with pytest.raises(InvalidArgument, match="2024-05-01 09:00 UTC is before it entered qualify") as caught:
        SALES.ageing(DEAL, as_of=NOW - DAY)
    assert caught.value.code == "too_early"


def test_an_unknown_stage_and_a_missing_one_are_errors():
    with pytest.raises(UnknownStage, match="did you mean 'qualify'"):
        SALES.ageing({"stage": "qualifi"}, as_of=NOW)
    with pytest.raises(UnknownField):
        SALES.ageing({}, as_of=NOW)


@pytest.mark.parametrize("naive", [datetime(2024, 5, 2), date(2024, 5, 2), None])  # noqa: DTZ001  # the point
def test_now_is_an_instant(naive):
    with pytest.raises(InvalidPeriod):
        named("a").ageing({"stage": "a"}, as_of=naive)
