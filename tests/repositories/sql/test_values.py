"""What is stored comes back: every value of every kind, on both databases."""

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crmkit.errors import InvalidRecord
from crmkit.records import Activity, Change, Company, Deal, Subscription, evolve
from tests.records.strategies import NOW, records

EXAMPLES = settings(
    max_examples=int(os.environ.get("CRMKIT_EXAMPLES", "25")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def change(**sides):
    return Change.of(**sides, act="test", at=NOW, by="ana")


def kept(store, record):
    """Store a record and read it back."""
    stored = store.apply(change(add=[record])).edits[0].after
    found = store.repository(type(record)).get(record.id)
    assert found == stored
    assert type(found) is type(record)
    return found


def holds_nul(change):
    return "\\u0000" in change.to_json().replace("\\\\", "")


@EXAMPLES
@given(record=records())
def test_what_went_in_comes_out(open_store, record):
    store, add = open_store(), change(add=[record])
    if holds_nul(add):
        with pytest.raises(InvalidRecord) as refused:
            store.apply(add)
        assert refused.value.code == "nul_character"
        return
    stored = store.apply(add).edits[0].after
    repository = store.repository(type(record))
    assert repository.get(record.id) == stored
    assert list(repository.find()) == [stored]
    assert store.history(type(record), record.id)[0].edits[0].after == stored
    assert store.verify().intact


@EXAMPLES
@given(
    pair=st.sampled_from([Deal, Company, Activity, Subscription]).flatmap(
        lambda cls: st.tuples(records(cls), records(cls))
    )
)
def test_an_edit_of_any_fields_comes_out(open_store, pair):
    store = open_store()
    before, after = (evolve(record, id="r") for record in pair)
    assume(not holds_nul(change(add=[before, evolve(after, id="s")])))
    added = store.apply(change(add=[before])).edits[0].after
    edited = store.apply(change(edit=[(added, after)])).edits[0].after
    assert store.repository(type(before)).get("r") == edited
    assert store.verify().intact


@pytest.mark.parametrize(
    "text", ["0", "1.50", "-0.010", "0.1", "19.99", "12345678901234567890.123456789", "1E+5", "1E-30"]
)
def test_decimals_come_back_exactly(store, text):
    amount = Decimal(text)
    found = kept(store, Deal(id="d", amount=amount, custom={"rate": amount})).amount
    assert found == amount
    if amount.as_tuple().exponent <= 0:
        assert str(found) == str(amount)  # trailing zeros too


@pytest.mark.parametrize(
    "instant",
    [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
        datetime(999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2017, 3, 26, 1, 30, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_instants_come_back_to_the_microsecond_and_in_utc(store, instant):
    found = kept(store, Deal(id="d", created_at=instant, expected_close_on=instant.date(), custom={"at": instant}))
    assert found.created_at == instant
    assert found.created_at.tzinfo is UTC
    assert found.custom["at"] == instant


def test_dates_integers_doubles_and_flags_come_back(store):
    values = {"day": date(1, 1, 1), "int": 2**63 - 1, "low": -(2**63), "tiny": 5e-324, "yes": True, "no": False}
    values |= {"none": None, "labels": ("a", ""), "no_tags": (), "text": "", "odd": '{"date": 1}', "third": 1 / 3}
    found = kept(store, Deal(id="d", probability=1 / 3, custom=values))
    assert dict(found.custom) == values
    assert {name: type(value) for name, value in found.custom.items()} == {n: type(v) for n, v in values.items()}


def test_texts_come_back_to_the_last_code_point(store):
    text = "é e\u0301 \U0001f600 \u2028 \t\r\n ' \" % _ \\ \ufffe \x01"
    found = kept(store, Deal(id=text, name=text, tags=(text, ""), custom={"größe": text}))
    assert (found.id, found.name, found.tags, found.custom["größe"]) == (text, text, (text, ""), text)


def test_an_edit_of_trailing_zeros_alone_is_kept(store):
    before = kept(store, Deal(id="d", amount=Decimal("1.0")))
    store.apply(change(edit=[(before, evolve(before, amount=Decimal("1.00")))]))
    assert str(store.repository(Deal).get("d").amount) == "1.00"


def test_an_edit_may_begin_with_an_equal_record_that_is_written_otherwise(store):
    kept(store, Deal(id="d", amount=Decimal("1.0"), custom={"n": 1}))
    same = Deal(id="d", amount=Decimal("1.000"), custom={"n": 1.0}, version=1)
    assert store.apply(change(edit=[(same, evolve(same, stage="x"))]))
    assert store.repository(Deal).get("d") == evolve(same, stage="x", version=2)
    assert store.verify().intact


def test_instants_differ_by_their_instant_only(store):
    zone = datetime(2017, 3, 31, 12, tzinfo=UTC) + timedelta(0)
    assert kept(store, Deal(id="d", created_at=zone)).created_at == NOW
