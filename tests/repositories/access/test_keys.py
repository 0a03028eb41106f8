"""An idempotency key is the actor's own: no one meets the act of another by it."""

from datetime import timedelta
from itertools import count

import attrs
import pytest

from crmkit.errors import AccessDenied, Conflict, RepositoryError
from crmkit.expressions import ALWAYS
from crmkit.records import Deal, evolve
from crmkit.repositories import Grant, InMemoryStore, Policy, guarded
from crmkit.repositories.sql import SqlStore
from tests.repositories.access.world import CUSTOM, OWN, TEAM, act, acting, answer, refusal, stocked

TOGETHER = Policy(
    {
        "rep": [
            Grant(Deal, "read", where=TEAM, fields=("name", "stage", "status", "pipeline")),
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
    ):
        first = ana.apply(change)
        again = ana.apply(change)
        assert (again, again.id) == (first, first.id) == (change, again.id)
        assert again.idempotency_key == change.idempotency_key
    assert [change.id for change in store.history(Deal, "ana1")] == ["1", "2"]


def test_the_same_act_again_at_a_later_moment_gives_the_first_result(store):
    ana = acting(store, "ana", TOGETHER)
    change = change_of(ana, stage="Offer")
    later = attrs.evolve(change, at=change.at + timedelta(days=1))
    first = ana.apply(change)
    again = ana.apply(later)
    assert (again, again.id) == (first, first.id)
    assert ana.history(Deal, "ana1")[-1].at == again.at == change.at


@pytest.fixture(scope="module")
def in_sqlite():
    names = count()
    with SqlStore("sqlite://") as sql:
        sql.create_schema()
        yield lambda: sql.tenant(f"t{next(names)}", custom=CUSTOM)


@pytest.mark.parametrize("in_database", [False, True])
@pytest.mark.parametrize("hidden", [{"amount": 400}, {"custom": {"margin": 7}}, {"owner_id": "ana"}])
@pytest.mark.parametrize(
    "edit",
    [
        Grant(Deal, "edit", where=TEAM),
        Grant(Deal, "edit", where=TEAM, fields=("stage",)),
        Grant(Deal, "edit", where=TEAM, fields=("stage", "amount", "margin", "owner_id")),
    ],
)
def test_a_key_that_was_used_tells_no_right_guess_of_what_is_hidden_from_a_wrong_one(
    in_sqlite, in_database, hidden, edit
):
    read = Grant(Deal, "read", where=TEAM, fields=("stage", "status"))
    store = stocked(store=in_sqlite() if in_database else InMemoryStore(custom=CUSTOM))
    ana = acting(store, "ana", Policy({"rep": [read, edit]}, custom=CUSTOM))
    before = ana.repository(Deal).get("ana2")
    ana.apply(act(edit=[(before, evolve(before, stage="Won"))], key="k"))
    wrong = {"amount": 401} if "amount" in hidden else {"custom": {"margin": 8}} if "custom" in hidden else {}
    answers = {
        str(answer(ana.apply, act(edit=[(before, evolve(before, stage="Won", **guess))], key="k")))
        for guess in (hidden, wrong or {"owner_id": "bo"})
    }
    assert len(answers) == 1
    assert "Change(" not in answers.pop()


def test_under_a_key_no_hidden_field_is_set_since_its_repetition_would_tell_what_it_was(store):
    ana = acting(store, "ana", TOGETHER)
    for amount in (400, 401):  # what it was, and what it was not
        refused = refusal(ana.apply, change_of(ana, "ana2", amount=amount))
        assert (type(refused), refused.verb, refused.field) == (AccessDenied, "read", "amount")
        assert "leave the key out" in str(refused)
    ana.apply(change_of(ana, "ana2", key=None, amount=401))
    assert store.repository(Deal).get("ana2").amount == 401


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
    ana.apply(act(edit=[(before, evolve(before, stage="Offer", pipeline="a"))], key="k"))
    for other in ({}, {"pipeline": "b"}, {"pipeline": "a", "name": "x"}, {"pipeline": "a", "amount": 100}):
        changes = {"stage": "Offer", **other}
        assert refusal(ana.apply, act(edit=[(before, evolve(before, **changes))], key="k")).code == "key_reused"
    again = act(edit=[(before, evolve(before, stage="Offer", pipeline="a"))], key="k")
    assert ana.apply(again).id == "2"
    assert refusal(ana.apply, act(edit=[(before, evolve(before, stage="Offer", pipeline="a"))], key="k", by="bo"))


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
