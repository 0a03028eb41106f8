"""An evolve that is prepared does what an evolve does."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.errors import InvalidRecord, UnknownField
from crmkit.records import RECORDS, Deal, FieldChange, StageChange, evolve, evolver
from tests.records.strategies import field_values, records

DEAL = Deal(id="d1", name="Fern", stage="demo", tags=("hot",), custom={"seats": 5}, version=2)
AT = datetime(2024, 5, 2, tzinfo=UTC)


def outcome(make):
    """The record that is made, or what it is refused with."""
    try:
        made = make()
    except InvalidRecord as fault:
        return str(fault)
    return type(made), made, made.custom, made.version


@given(st.data())
def test_it_makes_the_record_that_evolve_makes_or_is_refused_alike(data):
    cls = data.draw(st.sampled_from(list(RECORDS.values())))
    record, values = data.draw(records(cls)), data.draw(field_values(cls))
    names = data.draw(st.lists(st.sampled_from(sorted(values)), unique=True))
    fixed = data.draw(st.sets(st.sampled_from(sorted(values))).map(lambda found: found - {*names}))
    make = evolver(cls, *names, **{name: values[name] for name in fixed})
    changes = {name: values[name] for name in {*names} | fixed}
    assert outcome(lambda: make(record, *(values[name] for name in names))) == outcome(
        lambda: evolve(record, **changes)
    )


def test_values_come_in_the_order_of_their_names():
    make = evolver(Deal, "version", "name", stage="won")
    assert make(DEAL, 3, "Moss") == evolve(DEAL, version=3, name="Moss", stage="won")


def test_it_is_made_once_and_used_for_many():
    make = evolver(Deal, "version", status="won")
    made = [make(evolve(DEAL, id=f"d{number}"), number) for number in range(3)]
    assert [(deal.id, deal.version, deal.status) for deal in made] == [
        ("d0", 0, "won"),
        ("d1", 1, "won"),
        ("d2", 2, "won"),
    ]
    assert DEAL.status == "open"


def test_what_is_said_for_each_stands_before_what_is_fixed():
    assert evolver(Deal, "name", name="fixed")(DEAL, "given").name == "given"


def test_values_are_brought_into_their_one_form():
    made = evolver(Deal, "closed_at", amount=3)(DEAL, AT.astimezone(timezone(timedelta(hours=5))))
    assert (made.closed_at.tzinfo, repr(made.amount)) == (UTC, "Decimal('3')")


def test_what_it_makes_is_a_record_like_any_other():
    made = evolver(Deal, "version")(DEAL, 3)
    assert hash(made) == hash(evolve(DEAL, version=3))
    with pytest.raises(AttributeError):
        made.name = "Moss"
    assert evolve(made, version=4).version == 4


def test_a_value_that_a_field_does_not_hold_is_refused_as_evolve_refuses_it():
    for value in (1.5, "much", None):
        with pytest.raises(InvalidRecord) as one:
            evolver(Deal, "version")(DEAL, value)
        with pytest.raises(InvalidRecord) as other:
            evolve(DEAL, version=value)
        assert str(one.value) == str(other.value)


def test_a_constant_that_a_field_does_not_hold_is_refused_before_there_is_a_record():
    with pytest.raises(InvalidRecord, match=r"Deal\.status"):
        evolver(Deal, status="wonn")


@pytest.mark.parametrize(("names", "constants"), [(("versoin",), {}), ((), {"versoin": 3})])
def test_an_unknown_field_is_answered_with_the_nearest(names, constants):
    with pytest.raises(UnknownField, match="did you mean 'version'"):
        evolver(Deal, *names, **constants)


def test_only_records_have_new_versions():
    with pytest.raises(InvalidRecord, match="is not a class of records"):
        evolver(dict, "version")


def test_what_is_proven_is_taken_as_it_is():
    first = StageChange(id="-", deal_id="-", to_stage="won", changed_at=AT)
    row = evolver(StageChange, "id", "deal_id", proven=["id", "deal_id"])(first, "żółw:1", "żółw")
    assert row == StageChange(id="żółw:1", deal_id="żółw", to_stage="won", changed_at=AT)


def test_what_a_class_proves_of_the_whole_is_proven():
    first = FieldChange(id="f", record="deal:d1", field="amount", changed_at=AT)
    with pytest.raises(InvalidRecord, match="names no record"):
        evolver(FieldChange, "record")(first, "d1")
    assert evolver(FieldChange, "record")(first, "lead:l1").record == "lead:l1"


def test_a_value_too_many_or_too_few_is_an_error():
    for given_values in ((), (3, 4)):
        with pytest.raises(TypeError, match="expected a value for each of version, found"):
            evolver(Deal, "version")(DEAL, *given_values)
