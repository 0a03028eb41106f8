"""A report for other programs."""

import json
import math

import attrs

from crmkit import _documents, kpi, reporting
from crmkit.expressions import field
from tests.kpi.deals import MIXED, day, deal, deal_table

from .pages import HOSTILE, imported, measured, named


def loaded(source, **asked):
    return _documents.load("report", reporting.render_json(measured(source, **asked)))


def test_every_metric_of_the_kind_is_there_with_its_number():
    document = loaded(MIXED)
    numbers = {metric["name"]: metric for metric in document["metrics"]}
    assert list(numbers) == [name for name, metric in kpi.CATALOGUE.items() if metric.record == "deal"]
    assert numbers["won_revenue"]["value"] == 450.5
    expected = kpi.win_rate(MIXED)
    assert [numbers["win_rate"][part] for part in ("value", "low", "high", "n", "unit", "confidence", "reason")] == [
        expected.value,
        expected.low,
        expected.high,
        5,
        "fraction",
        0.95,
        None,
    ]


def test_slices_carry_keys_periods_and_what_they_left_out():
    table = deal_table(
        deal("1", "won", owner_id="ana", amount=5, created_at=day(0), closed_at=day(1)),
        deal("2", "won", owner_id=None, amount=7),
    )
    over_time, _, by_owner = loaded(table)["slices"]
    assert (over_time["name"], over_time["every"], over_time["by"]) == ("won_revenue", "quarter", [])
    assert over_time["excluded"] == {"closed_at missing": 1}
    assert [(row["period"], row["value"]) for row in over_time["rows"]] == [("2024-Q1", 5)]
    assert [(row["keys"], row["period"], row["n"]) for row in by_owner["rows"]] == [
        (["ana"], None, 1),
        ([None], None, 1),
    ]


def test_numbers_that_do_not_exist_are_null_with_a_reason():
    table = deal_table(deal("1", "open")).drop(columns="probability")
    numbers = {metric["name"]: metric for metric in loaded(table)["metrics"]}
    assert numbers["win_rate"]["value"] is None
    assert numbers["win_rate"]["reason"] == "no deal was won or lost"
    assert numbers["weighted_pipeline"] == {
        "name": "weighted_pipeline",
        "value": None,
        "reason": "needs the column 'probability'",
    }


def test_no_word_in_it_is_not_json():
    table = MIXED.assign(size=[math.inf, -math.inf, 1.5, math.nan, 2.0, 1.0, 1.0, 1.0], closed=MIXED["closed_at"])
    for by in ("size", "closed"):
        text = reporting.render_json(measured(table, by=by))
        assert not {"NaN", "Infinity"} & set(text.replace(",", ":").split(":"))
        json.loads(text, parse_constant=_refuse)
    keys = [row["keys"][0] for row in loaded(table, by="size")["slices"][-1]["rows"]]
    assert set(keys) == {"inf", "-inf", 1.5, 2.0, None}


def _refuse(word):
    raise AssertionError(word)


def test_what_was_asked_for_is_told():
    document = loaded(MIXED, as_of=day(97), where=field("amount") > 100, timezone="Asia/Tokyo")
    assert (document["as_of"], document["where"]) == ("2024-04-07T00:00:00+00:00", "amount > 100")
    assert document["timezone"] == "Asia/Tokyo"
    assert [loaded(MIXED)[part] for part in ("as_of", "where", "accepted")] == [None, None, None]


def test_the_import_is_told_whole():
    report = measured(imported(MIXED, "odd"))
    for text in HOSTILE:
        result = imported(MIXED, text)
        told = attrs.evolve(report, assumptions=result.assumptions, rejected=result.rejected)
        document = _documents.load("report", reporting.render_json(told))
        assert (document["accepted"], document["rows"], document["gaps"]["owner_id"]) == (8, 8, 2)
        assert document["assumptions"][1] == {"code": "odd", "subject": text, "text": text}
        first = {"column": text, "value": text, "reason": "it is no date"}
        second = {"column": None, "value": None, "reason": text}
        assert document["rejected"] == [{"line": 3, "problems": [first, second]}]


def test_names_of_any_origin_come_back_as_they_were():
    rows = loaded(named(HOSTILE[:8]))["slices"][-1]["rows"]
    assert {row["keys"][0] for row in rows} == set(HOSTILE[:8])
