import copy
import pickle
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.errors import InvalidRecord, UnknownField
from crmkit.records import (
    NO_CUSTOM,
    RECORDS,
    Between,
    Contact,
    CustomFields,
    CustomValue,
    Deal,
    Personal,
    StageChange,
    SurveyResponse,
    Unit,
    User,
    evolve,
    fields_of,
    is_record,
    kind_of,
    record,
    ref,
)

from .strategies import field_values, records


@record
class Parcel:
    id: str
    grams: Annotated[Decimal, Unit("g"), Between(None, 30_000)]
    floors: Annotated[int, Between(None, 3)] = 0
    label: Personal[Literal["fragile", "heavy"]] | None = None
    custom: Mapping[str, CustomValue] = NO_CUSTOM
    version: int = 0

    @property
    def kilograms(self) -> Decimal:
        return self.grams / 1000


@settings(max_examples=100)
@given(st.data())
def test_evolving_a_record_gives_what_constructing_it_gives(data):
    cls = data.draw(st.sampled_from(list(RECORDS.values())))
    before, after = data.draw(field_values(cls)), data.draw(field_values(cls))
    names = data.draw(st.sets(st.sampled_from(sorted(before))))
    if cls is SurveyResponse and names & {"kind", "score"}:
        names |= {"kind", "score"}
    changes = {name: after[name] for name in names}
    made = evolve(cls(**before), **changes)
    assert made == cls(**(before | changes))
    assert repr(made) == repr(cls(**(before | changes)))


@settings(max_examples=100)
@given(records())
def test_records_copy_and_pickle_to_their_equals_and_hold_nothing_else(drawn):
    assert pickle.loads(pickle.dumps(drawn)) == copy.copy(drawn) == copy.deepcopy(drawn) == drawn  # noqa: S301
    assert hash(copy.deepcopy(drawn)) == hash(drawn)
    assert not hasattr(drawn, "__dict__")
    with pytest.raises(AttributeError):
        drawn.id = "other"
    with pytest.raises(AttributeError):
        drawn.nickname = "x"


@settings(max_examples=100)
@given(records(Contact))
def test_repr_masks_what_is_personal_and_shows_what_differs_from_the_defaults(contact):
    marked = evolve(contact, first_name="Adaxyz", email="ada@xyz.org", custom={"secret": "xyz"})
    text = repr(marked)
    assert "first_name='***'" in text
    assert "email='***'" in text
    assert "'secret': ***" in text
    assert "xyz" not in text
    assert str(marked) == text
    assert repr(Contact(id="c1")) == "Contact(id='c1')"


def test_custom_values_are_left_out_of_the_hash_but_not_of_equality():
    one, two = Deal(id="d1", custom={"seats": 1}), Deal(id="d1", custom={"seats": 2})
    assert hash(one) == hash(two)
    assert one != two


def test_evolve_leaves_the_record_and_what_does_not_change_as_they_are():
    deal = Deal(id="d1", stage="Demo", tags=("vip",))
    moved = evolve(deal, stage="Offer")
    assert (deal.stage, moved.stage) == ("Demo", "Offer")
    assert moved.tags is deal.tags


def test_evolve_checks_what_changes():
    with pytest.raises(UnknownField, match="no field 'ammount' in Deal; did you mean 'amount'") as caught:
        evolve(Deal(id="d1"), stage="x", ammount=3)
    assert caught.value.suggestion == "amount"
    with pytest.raises(InvalidRecord, match="is not a choice"):
        evolve(Deal(id="d1"), status="gone")
    with pytest.raises(InvalidRecord, match="not on the scale of csat"):
        evolve(SurveyResponse(id="s1", kind="nps", score=9), kind="csat")


def test_evolve_does_not_check_again_what_stays():
    deal = Deal(id="d1")
    object.__setattr__(deal, "name", 7)
    assert evolve(deal, stage="Demo").name == 7


@pytest.mark.parametrize("wrong", [3, "deal", {"id": "d1"}])
def test_what_is_no_record_is_named_as_such(wrong):
    assert not is_record(wrong)
    for ask in (evolve, kind_of, ref, lambda value: fields_of(type(value))):
        with pytest.raises(InvalidRecord, match=f"{type(wrong).__name__} is not a class of records"):
            ask(wrong)


def test_kinds_and_references_are_written_in_words():
    change = StageChange(id="s1", deal_id="d1", to_stage="Won", changed_at=datetime(2017, 3, 31, tzinfo=UTC))
    assert kind_of(StageChange) == kind_of(change) == "stage_change"
    assert ref(change) == "stage_change:s1"
    assert is_record(change)
    assert not is_record(StageChange)


def test_fields_are_listed_in_their_order_with_the_custom_ones_at_the_end():
    names = list(fields_of(User, CustomFields(user={"desk": "text"})))
    assert names == ["id", "name", "email", "active", "team_id", "roles", "created_at", "version", "desk"]
    assert list(fields_of(User)) == names[:-1]
    with pytest.raises(TypeError):
        fields_of(User)["name"] = None


def test_anyone_can_declare_a_record():
    parcel = Parcel(id="p1", grams=1500, label="heavy")
    assert parcel.kilograms == Decimal("1.5")
    assert repr(parcel) == "Parcel(id='p1', grams=Decimal('1500'), label='***')"
    assert fields_of(Parcel)["grams"].unit == "g"
    assert fields_of(Parcel)["grams"].kind == "number"
    for wrong, message in (
        ({"grams": 30_001}, "30001.* is more than 30000"),
        ({"grams": 1, "floors": 4}, "4 is more than 3"),
    ):
        with pytest.raises(InvalidRecord, match=message):
            Parcel(id="p1", **wrong)
    with pytest.raises(InvalidRecord, match=r"\*\*\* is not a choice"):
        Parcel(id="p1", grams=1, label="light")


def test_custom_values_do_not_hide_behind_what_the_record_already_has():
    for taken in ("amount", "version", "custom", "money", "_x", "no name", "", 3):
        with pytest.raises(InvalidRecord, match="names no custom field"):
            Deal(id="d1", custom={taken: 1})
    with pytest.raises(InvalidRecord, match="names no custom field"):
        evolve(Contact(id="c1"), custom=User(id="u1", custom={"city": "Ulm"}).custom)
    with pytest.raises(InvalidRecord, match="not a mapping"):
        Deal(id="d1", custom=[("seats", 1)])


def test_the_name_of_a_record_is_not_its_class():
    with pytest.raises(InvalidRecord, match="'deal' is not a class of records"):
        fields_of("deal")
