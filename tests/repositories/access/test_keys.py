"""An idempotency key is the actor's own: no one meets the act of another by it."""

import pytest

from crmkit.errors import Conflict, RepositoryError
from crmkit.expressions import ALWAYS
from crmkit.records import Deal, evolve
from crmkit.repositories import Grant, Policy, guarded
from tests.repositories.access.world import OWN, TEAM, act, acting, refusal, stocked

TOGETHER = Policy(
    {
        "rep": [
            Grant(Deal, "read", where=TEAM, fields=("name", "stage", "status")),
            Grant(Deal, ("add", "edit"), where=TEAM),
            Grant(Deal, "remove", where=TEAM),
        ],
    }
)


@pytest.fixture
def store():
    return stocked()


def change_of(guarded, identifier="ana1", key="k", **changes):
    before = guarded.repository(Deal).get(identifier)
    return act(edit=[(before, evolve(before, **changes))], key=key)


def test_the_same_act_again_gives_the_first_result(store):
    ana = acting(store, "ana", TOGETHER)
    for change in (
        change_of(ana, stage="Offer"),
        act(add=[Deal(id="new", owner_id="ana", amount=7)], key="add"),
        act(remove=[ana.repository(Deal).get("bo1")], key="remove"),
        change_of(ana, "ana2", "amount", amount=400),  # what it was, which the actor cannot see
    ):
        first = ana.apply(change)
        again = ana.apply(change)
        assert (again, again.id) == (first, first.id) == (change, again.id)
        assert again.idempotency_key == change.idempotency_key
    assert [change.id for change in store.history(Deal, "ana1")] == ["1", "2"]


def test_a_replay_is_recognised_though_the_record_went_on_or_went_away(store):
    ana = acting(store, "ana", TOGETHER)
    change = change_of(ana, stage="Offer")
    first = ana.apply(change)
    ana.apply(change_of(ana, key=None, stage="Won"))
    assert ana.apply(change).id == first.id
    store.apply(act(edit=[(one := store.repository(Deal).get("ana1"), evolve(one, owner_id="cy"))]))
    assert ana.apply(change).id == first.id
    assert ana.history(Deal, "ana1") == ()


@pytest.mark.parametrize(
    "other",
    [
        lambda ana: change_of(ana, stage="Won"),
        lambda ana: change_of(ana, name="Other"),
        lambda ana: change_of(ana, "ana2", stage="Offer"),
        lambda ana: act(add=[Deal(id="new", owner_id="ana")], key="k"),
        lambda ana: act(remove=[ana.repository(Deal).get("ana1")], key="k"),
    ],
)
def test_another_act_under_the_same_key_is_refused(store, other):
    ana = acting(store, "ana", TOGETHER)
    ana.apply(change_of(ana, stage="Offer"))
    refused = refusal(ana.apply, other(ana))
    assert (type(refused), refused.code, refused.key, refused.id) == (RepositoryError, "key_reused", "k", "2")
    assert '"' not in str(refused), "the key under which the store knows the act is not shown"


def test_an_act_that_sets_less_or_other_than_the_first_is_another(store):
    ana = acting(store, "ana", TOGETHER)
    before = ana.repository(Deal).get("ana1")
    ana.apply(act(edit=[(before, evolve(before, stage="Offer", amount=5))], key="k"))
    for changes in ({"stage": "Offer"}, {"stage": "Offer", "amount": 6}, {"stage": "Offer", "amount": 5, "name": "x"}):
        assert refusal(ana.apply, act(edit=[(before, evolve(before, **changes))], key="k")).code == "key_reused"
    again = act(edit=[(before, evolve(before, stage="Offer", amount=5))], key="k")
    assert ana.apply(again).id == "2"
    assert refusal(ana.apply, act(edit=[(before, evolve(before, stage="Offer", amount=5))], key="k", by="bo"))


def test_another_actor_s_key_is_another_key(store):
    ana, bo = acting(store, "ana", TOGETHER), acting(store, "bo", TOGETHER)
    change = change_of(ana, stage="Offer")
    first = ana.apply(change)
    assert isinstance(refusal(bo.apply, change), Conflict)  # applied as anew, and the record went on
    mine = bo.apply(change_of(bo, name="Fern II"))
    assert mine.id != first.id
    assert store.apply(act(add=[Deal(id="x")], key="k")).id not in (mine.id, first.id)


def test_a_history_shows_one_s_own_keys_only(store):
    ana, bo = acting(store, "ana", TOGETHER), acting(store, "bo", TOGETHER)
    ana.apply(change_of(ana, stage="Offer"))
    bo.apply(change_of(bo, stage="Won", key="mine"))
    for key in ('["ana"]', '["ana", 7]', '{"ana": 1, "k": 2}', "7", "plain", '["ana","k"]'):
        one = store.repository(Deal).get("ana1")
        store.apply(act(edit=[(one, evolve(one, stage=f"s{one.version}"))], key=key))
    assert [change.idempotency_key for change in ana.history(Deal, "ana1")] == [None, "k", *[None] * 7]
    assert [change.idempotency_key for change in bo.history(Deal, "ana1")] == [None, None, "mine", *[None] * 6]


def test_whose_a_key_is_cannot_be_forged_through_the_text_of_an_id_or_a_key():
    policy = Policy({"rep": [Grant(Deal, ("read", "add"), where=ALWAYS)]})
    store = stocked()
    pairs = [("a", 'b", "c'), ('a", "b', "c"), ("a", "b"), ("a\ud800", 'ä"é'), ("a:b", "c"), ("a", "b:c")]
    for number, (actor, key) in enumerate(pairs):
        own = guarded(store, actor={"id": actor, "roles": ["rep"]}, policy=policy)
        assert own.apply(act(add=[Deal(id=f"n{number}")], key=key)).id == str(number + 2)


def test_a_history_that_was_erased_hides_no_key_that_is_looked_for(store, monkeypatch):
    ana = acting(store, "ana", Policy({"rep": [Grant(Deal, ("read", "edit"), where=OWN)]}))
    change = change_of(ana, stage="Offer")

    def erased(self, cls, identifier):
        raise RepositoryError("the contents were erased", code="erased")

    monkeypatch.setattr(type(store), "history", erased)
    assert ana.apply(change).id == "2"
