"""NPS and CSAT: published numbers, tables, and answers off the scale."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from crmkit import kpi
from crmkit.errors import InvalidArgument, InvalidColumn, UndefinedMetricWarning

from .deals import answer_table, day


def test_six_answers_of_the_definition_give_33_points():
    assert float(kpi.nps.of([0, 7, 7, 9, 9, 9])) == pytest.approx(33.33, abs=0.005)


def test_the_interval_of_one_detractor_two_passives_three_promoters():
    measured = kpi.nps.of([6, 7, 8, 9, 9, 10])
    assert (measured.low, measured.high) == pytest.approx((-26.743, 71.188), abs=0.001)
    assert measured.unit == "points"


def test_nought_and_ten_are_legal_answers():
    assert float(kpi.nps.of([0])) == -100
    assert float(kpi.nps.of([10])) == 100


@settings(max_examples=25)
@given(st.lists(st.integers(0, 10), min_size=1, max_size=30))
def test_a_table_of_answers_gives_what_the_answers_give(scores):
    assert kpi.nps(answer_table("nps", *scores)) == kpi.nps.of(scores)
    assert -100 <= kpi.nps.of(scores).low <= float(kpi.nps.of(scores)) <= kpi.nps.of(scores).high <= 100


@settings(max_examples=25)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=30))
def test_csat_is_the_share_of_the_two_best_answers(scores):
    measured = kpi.csat(answer_table("csat", *scores))
    happy = sum(score >= 4 for score in scores)
    assert measured == kpi.csat.of(scores)
    assert float(measured) == happy / len(scores)
    low, high = proportion_confint(happy, len(scores), method="wilson")
    assert (measured.low, measured.high) == pytest.approx((low, high), abs=1e-9)


def test_answers_to_other_surveys_do_not_count():
    both = answer_table("nps", 10, 0)
    both.loc[1, "kind"] = "ces"
    assert float(kpi.nps(both)) == 100
    assert kpi.csat.of([5, 1], confidence=0.5).confidence == 0.5


@pytest.mark.parametrize("score", [-1, 11, 9.0, "9", None, True])
def test_what_is_not_on_the_scale_is_refused_with_its_value(score):
    with pytest.raises(InvalidArgument, match="whole number from 0 to 10"):
        kpi.nps.of([9, score])


def test_whole_numbers_of_numpy_are_whole_numbers():
    assert kpi.nps.of(np.array([9, 3])) == kpi.nps.of([9, 3])


def test_a_table_with_an_answer_off_the_scale_is_refused_with_its_value():
    answers = answer_table("nps", 10, 0)
    answers["score"] = [10, 11]
    with pytest.raises(InvalidColumn, match="column 'score' holds 11") as refused:
        kpi.nps(answers)
    assert refused.value.value == 11


def test_an_answer_off_the_scale_after_as_of_is_nobody_s_business_yet():
    answers = answer_table("nps", 10, 0)
    answers["score"] = [10, 11]
    assert float(kpi.nps(answers, as_of=day(1))) == 100


def test_nobody_answered_is_not_a_score_of_nought():
    with pytest.warns(UndefinedMetricWarning, match="nobody answered"):
        assert not kpi.nps.of([]).defined
    with pytest.warns(UndefinedMetricWarning, match="nobody answered"):
        assert not kpi.csat(answer_table("nps", 3)).defined
