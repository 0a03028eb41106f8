"""A store applies an act once, whole or not at all, and takes it back."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.errors import Conflict, MoveRefused, RepositoryError
from crmkit.pipeline import Pipeline, Stage, lead_lifecycle, revise_deal
from crmkit.records import RECORDS, Change, Deal, FieldChange, Lead, StageChange, evolve
from crmkit.repositories import InMemoryStore
from crmkit.repositories.sql import SqlStore
from tests.pipeline.sales import DAY, LATER, NOW, SALES, after
from tests.pipeline.strategies import deals, definitions, fewer

NEW = Deal(id="żółw:1", amount=900, currency="EUR")
STARTED = SALES.start(NEW, at=NOW, by="ana")
PROPOSED = SALES.move(after(STARTED), to="propose", at=LATER, by="ana", values={"amount": 950})


@pytest.fixture(params=["in memory", "in SQLite"])
def store(request):
    if request.param == "in memory":
        yield InMemoryStore()
        return
    with SqlStore("sqlite://") as kept:
        kept.create_schema()
        yield kept


def everything(store):
    return {(kind, record.id): record for kind, cls in RECORDS.items() for record in store.repository(cls).find()}


def test_what_a_change_says_is_what_the_store_holds(store):
    store.apply(STARTED)
    store.apply(PROPOSED)
    assert store.repository(Deal).get(NEW.id) == after(PROPOSED)
    assert {row.id for row in store.repository(StageChange).find()} == {"żółw:1:1", "żółw:1:2"}
    assert {(row.field, row.to_value) for row in store.repository(FieldChange).find()} == {
        ("amount", "900"),
        ("currency", "EUR"),
        ("amount", "950"),
    }


def test_an_act_that_is_applied_twice_is_applied_once(store):
    for change in (STARTED, STARTED, PROPOSED, PROPOSED, STARTED):
        store.apply(change)
    assert len(store.history(Deal, NEW.id)) == 2
    assert store.repository(Deal).get(NEW.id).version == 2
    assert store.verify().entries == 2


def test_a_second_move_out_of_the_same_version_is_a_conflict(store):
    store.apply(STARTED)
    store.apply(PROPOSED)
    before = everything(store)
    with pytest.raises(Conflict):
        store.apply(SALES.move(after(STARTED), to="won", at=LATER, by="bo"))
    assert everything(store) == before


def test_the_same_move_by_someone_else_is_not_taken_for_the_first(store):
    store.apply(STARTED)
    store.apply(PROPOSED)
    before = everything(store)
    with pytest.raises(RepositoryError) as caught:
        store.apply(SALES.move(after(STARTED), to="propose", at=LATER + DAY, by="bo"))
    assert caught.value.code == "key_reused"
    assert everything(store) == before


def test_what_has_started_does_not_start_again(store):
    store.apply(STARTED)
    with pytest.raises(RepositoryError) as caught:
        store.apply(SALES.start(evolve(NEW, amount=1), at=NOW, by="ana"))
    assert caught.value.code == "key_reused"


def test_a_refused_move_changes_nothing(store):
    store.apply(STARTED)
    before = everything(store)
    with pytest.raises(MoveRefused):
        store.apply(SALES.move(store.repository(Deal).get(NEW.id), to="lost", at=LATER, by="ana"))
    assert everything(store) == before
    assert store.verify().entries == 1


NEXT = Pipeline(
    "sales", version=2, stages=[Stage("qualify"), Stage("offer"), Stage("won", kind="won"), Stage("lost", kind="lost")]
)
ACTS = {
    "move": lambda deal: SALES.move(deal, to="won", at=LATER, by="ana", values={"amount": 5}),
    "reopen": lambda deal: SALES.move(deal, to="lost", at=LATER, by="ana", reason="price"),
    "revise": lambda deal: revise_deal(deal, at=LATER, by="ana", amount=5, probability=0.4),
    "migrate": lambda deal: NEXT.migrate(deal, stages={"qualify": "offer"}, at=LATER, by="ana"),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_the_inverse_restores_everything_but_the_version(store, act):
    store.apply(STARTED)
    before = everything(store)
    change = store.apply(act(store.repository(Deal).get(NEW.id)))
    assert everything(store) != before
    store.apply(change.inverse())
    assert {key: evolve(record, version=1) for key, record in everything(store).items()} == {
        key: evolve(record, version=1) for key, record in before.items()
    }


def test_a_start_that_is_undone_leaves_nothing(store):
    store.undo(store.apply(STARTED).id, at=LATER, by="bo")
    assert everything(store) == {}
    assert store.verify().intact


def test_after_a_start_was_undone_the_deal_can_start_again(store):
    store.undo(store.apply(STARTED).id, at=LATER, by="bo")
    store.apply(SALES.start(evolve(NEW, version=1), at=LATER, by="bo"))
    assert store.repository(Deal).get(NEW.id).version == 2


def test_after_an_undo_the_deal_moves_on(store):
    store.apply(STARTED)
    store.undo(store.apply(PROPOSED).id, at=LATER, by="bo")
    deal = store.repository(Deal).get(NEW.id)
    assert (deal.stage, deal.version) == ("qualify", 3)
    store.apply(SALES.move(deal, to="propose", at=LATER, by="bo"))
    assert store.repository(Deal).get(NEW.id).version == 4
    assert store.verify().intact


def test_a_lead_walks_through_a_store(store):
    store.apply(lead_lifecycle.start(Lead(id="l1"), at=NOW, by="ana"))
    for to in ("working", "unqualified", "nurturing", "qualified"):
        store.apply(lead_lifecycle.move(store.repository(Lead).get("l1"), to=to, at=LATER, by="ana"))
    assert store.repository(Lead).get("l1").status == "qualified"
    assert len(list(store.repository(FieldChange).find())) == 5


@fewer
@given(definitions(), deals(NOW), st.lists(st.integers(0, 8), max_size=6))
def test_whatever_is_allowed_is_kept_and_can_all_be_taken_back(pipeline, deal, walk):
    store, done = InMemoryStore(), []
    with suppress(MoveRefused):
        done.append(store.apply(pipeline.start(deal, at=NOW, by="ana")))
    for number in walk if done else []:
        there, to = store.repository(Deal).get(deal.id), pipeline.names[number % len(pipeline.names)]
        with suppress(MoveRefused):
            change = pipeline.move(there, to=to, at=NOW, by="ana", reason="price")
            done.append(store.apply(change))
            assert store.apply(change) == done[-1]
            assert store.repository(Deal).get(deal.id) == after(change)
    if done:
        store.apply(Change.combine(done, act="all", at=NOW, by="ana").inverse())
    assert everything(store) == {}
    assert store.verify().intact
