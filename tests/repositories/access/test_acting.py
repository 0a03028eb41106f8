"""A Change through a guarded store does what it says, to what is granted, and leaves the hidden as it is."""

import pytest

from crmkit.errors import AccessDenied, AlreadyExists, Conflict, InvalidRecord, UnknownField
from crmkit.expressions import ALWAYS, field
from crmkit.records import Company, Deal, Team, User, evolve
from crmkit.repositories import Grant, Policy
from tests.repositories.access.world import CUSTOM, DEALS, OWN, TEAM, act, acting, answer, refusal, stocked

BY_ID = {deal.id: deal for deal in DEALS}

# All of the team's deals are seen in part, and may be edited in part.
PARTLY = Policy(
    {
        "rep": [
            Grant(Deal, "read", where=TEAM, fields=("name", "stage", "status", "owner_id", "tags")),
            Grant(Deal, "edit", where=TEAM, fields=("name", "stage", "amount", "owner_id", "margin")),
            Grant(Deal, "remove", where=OWN),
            Grant(Deal, "add", where=TEAM, fields=("name", "owner_id")),
        ]
    },
    custom=CUSTOM,
)


@pytest.fixture
def store():
    return stocked()


def stored(store, identifier):
    return store.repository(Deal).get(identifier)


def edited(guarded, identifier, **changes):
    before = guarded.repository(Deal).get(identifier)
    return guarded.apply(act(edit=[(before, evolve(before, **changes))]))


def test_what_is_granted_is_done(store):
    ana = acting(store, "ana")
    change = act(edit=[(ana.repository(Deal).get("ana1"), evolve(ana.repository(Deal).get("ana1"), stage="Won"))])
    done = ana.apply(change)
    assert (done, done.id) == (change, "2")
    assert stored(store, "ana1").stage == "Won"
    added = ana.apply(act(add=[Deal(id="new", owner_id="ana", amount=5)]))
    assert stored(store, "new") == added.edits[0].after


def test_an_edit_leaves_what_is_hidden_as_it_is(store):
    ana = acting(store, "ana", PARTLY)
    assert ana.repository(Deal).get("ana2").amount is None
    done = edited(ana, "ana2", stage="Won", name=None)
    assert stored(store, "ana2") == evolve(BY_ID["ana2"], stage="Won", name=None, version=2)
    assert done.edits[0].after == ana.repository(Deal).get("ana2")


def test_a_hidden_field_can_be_set_where_that_is_granted(store):
    ana = acting(store, "ana", PARTLY)
    edited(ana, "bo1", amount=1, custom={"margin": 2})
    assert (stored(store, "bo1").amount, stored(store, "bo1").custom) == (1, {"margin": 2})
    assert ana.repository(Deal).get("bo1").amount is None


def test_a_custom_value_that_is_seen_can_be_taken_away_and_no_other(store):
    full = acting(store, "ana")
    edited(full, "ana2", custom={"contract": "k-2"})
    assert stored(store, "ana2").custom == {"contract": "k-2"}
    edited(acting(store, "ana", PARTLY), "ana2", custom={"margin": 3})
    assert stored(store, "ana2").custom == {"contract": "k-2", "margin": 3}


def test_no_field_is_set_that_is_not_granted(store):
    ana = acting(store, "ana", PARTLY)
    for changes, name in [({"status": "won"}, "status"), ({"custom": {"contract": "x"}}, "contract")]:
        refused = refusal(edited, ana, "ana1", **changes)
        assert isinstance(refused, AccessDenied)
        assert (refused.record, refused.verb, refused.field) == ("deal", "edit", name)
    refused = refusal(ana.apply, act(add=[Deal(id="new", owner_id="ana", amount=5)]))
    assert (refused.verb, refused.field) == ("add", "amount")
    assert ana.apply(act(add=[Deal(id="new", owner_id="ana", name="x")]))  # the rest is as it is by itself


def test_fields_are_granted_for_the_records_that_the_grant_holds_for(store):
    policy = Policy(
        {
            "rep": [
                Grant(Deal, "read", where=TEAM),
                Grant(Deal, "edit", where=OWN),
                Grant(Deal, "edit", where=TEAM, fields=("stage",)),
            ]
        }
    )
    ana = acting(store, "ana", policy)
    edited(ana, "ana1", amount=1)
    edited(ana, "bo1", stage="Offer")
    refused = refusal(edited, ana, "bo1", amount=1)
    assert (type(refused), refused.field) == (AccessDenied, "amount")
    assert "'bo1'" in str(refused)


@pytest.mark.parametrize("verb", ["add", "edit", "remove"])
def test_no_verb_is_done_that_is_not_granted(store, verb):
    policy = Policy({"rep": [Grant(Deal, "read", where=ALWAYS)]})
    ana, deal = acting(store, "ana", policy), evolve(BY_ID["ana1"], version=1)
    what = {"add": [Deal(id="x")], "edit": [(deal, evolve(deal, stage="x"))], "remove": [deal]}
    refused = refusal(ana.apply, act(**{verb: what[verb]}))
    assert (type(refused), refused.verb, refused.field) == (AccessDenied, verb, None)
    assert refusal(ana.apply, act(add=[Company(id="x")])).record == "company"


def test_nothing_is_edited_blindly(store):
    ana = acting(store, "ana", Policy({"rep": [Grant(Deal, ("edit", "remove"), where=ALWAYS)]}))
    deal = evolve(BY_ID["ana1"], version=1)
    for change in (act(edit=[(deal, evolve(deal, stage="x"))]), act(remove=[deal])):
        refused = refusal(ana.apply, change)
        assert (type(refused), refused.verb) == (AccessDenied, "read")


def test_a_hidden_record_is_as_one_that_is_gone(store):
    ana = acting(store, "ana")
    answers = set()
    for ghost in (evolve(BY_ID["cy1"], version=1), Deal(id="none", owner_id="ana", version=1)):
        change = act(edit=[(ghost, evolve(ghost, stage="x"))])
        assert isinstance(refusal(ana.apply, change), Conflict)
        answers.add(str(answer(ana.apply, change)).replace(ghost.id, "cy1"))
    assert len(answers) == 1
    mia = acting(store, "mia")
    assert refusal(mia.apply, act(remove=[evolve(BY_ID["cy1"], version=1)])).found is None


def test_nothing_is_moved_out_of_reach_or_into_it(store):
    ana, mia = acting(store, "ana"), acting(store, "mia")
    out = refusal(edited, ana, "ana1", owner_id="bo")
    assert (type(out), out.verb) == (AccessDenied, "edit")
    into = refusal(edited, ana, "bo1", owner_id="ana")
    assert (type(into), into.verb) == (AccessDenied, "edit")
    assert "may not edit" in str(out)
    edited(mia, "ana1", owner_id="bo")  # within the team, which is hers
    assert isinstance(refusal(edited, mia, "ana1", owner_id="cy"), AccessDenied)
    assert isinstance(refusal(edited, mia, "ana1", owner_id="nobody at all"), AccessDenied)
    assert isinstance(refusal(edited, mia, "ana1", owner_id=None), AccessDenied)
    assert stored(store, "ana1").owner_id == "bo"


def test_nothing_is_added_out_of_reach(store):
    for owner in ("bo", None, "nobody"):
        refused = refusal(acting(store, "ana").apply, act(add=[Deal(id="new", owner_id=owner)]))
        assert (type(refused), refused.verb) == (AccessDenied, "add")
    mia = acting(store, "mia")
    mia.apply(act(add=[Deal(id="new", owner_id="bo")]))
    assert isinstance(refusal(mia.apply, act(add=[Deal(id="new2", owner_id="cy")])), AccessDenied)


def test_reach_after_a_change_is_judged_by_all_that_the_change_does(store):
    policy = Policy(
        {
            "manager": [
                Grant(Deal, ("read", "add"), where=field("owner.team.manager_id") == field("actor.id")),
                Grant(User, ("read", "add"), where=field("team_id") == field("actor.team_id")),
                Grant(Team, "read", where=ALWAYS),
            ]
        }
    )
    mia = acting(store, "mia", policy)
    change = act(add=[Deal(id="new", owner_id="dee"), User(id="dee", team_id="north")])
    assert mia.apply(change) == change
    assert mia.repository(Deal).get("new").owner_id == "dee"
    refused = refusal(mia.apply, act(add=[Deal(id="new2", owner_id="eve"), User(id="eve", team_id="south")]))
    assert refused.record == "deal"


def test_one_grant_may_hold_before_and_another_after(store):
    policy = Policy(
        {
            "rep": [
                Grant(Deal, "read", where=OWN),
                Grant(Deal, "edit", where=OWN & (field("stage") == "Demo"), fields=("stage", "amount")),
                Grant(Deal, "edit", where=OWN & (field("stage") == "Offer"), fields=("stage",)),
            ]
        }
    )
    ana = acting(store, "ana", policy)
    assert refusal(edited, ana, "ana1", stage="Offer", amount=1).field == "amount"
    edited(ana, "ana1", stage="Offer")
    assert refusal(edited, ana, "ana1", stage="Won").field is None


def test_a_change_is_done_whole_or_not_at_all(store):
    ana = acting(store, "ana")
    before = ana.repository(Deal).get("ana1")
    for last in (Deal(id="new", owner_id="bo"), Deal(id="ana2", owner_id="ana")):
        assert refusal(ana.apply, act(edit=[(before, evolve(before, stage="x"))], add=[last]))
        assert stored(store, "ana1").stage == "Demo"
    assert len(store.history(Deal, "ana1")) == 1


def test_a_version_that_is_not_the_stored_one_is_a_conflict(store):
    ana = acting(store, "ana")
    stale = ana.repository(Deal).get("ana1")
    edited(ana, "ana1", stage="Offer")
    refused = refusal(ana.apply, act(edit=[(stale, evolve(stale, stage="x"))]))
    assert (type(refused), refused.expected, refused.found) == (Conflict, 1, 2)
    assert (
        answer(ana.apply, act(edit=[(stale, evolve(stale, stage="x"))]))[:4]
        == (answer(store.apply, act(edit=[(stale, evolve(stale, stage="x"))]))[:4])
    )


def test_guessing_what_is_hidden_is_a_conflict_whether_it_is_right_or_wrong(store):
    ana = acting(store, "ana", PARTLY)
    seen = ana.repository(Deal).get("bo1")
    right, wrong = evolve(seen, amount=200, custom={"margin": 9}), evolve(seen, amount=201, custom={"margin": 9})
    answers = {str(answer(ana.apply, act(edit=[(guess, evolve(guess, stage="x"))]))) for guess in (right, wrong)}
    assert len(answers) == 1
    assert "with other values" in answers.pop()


def test_a_removal_takes_the_record_with_all_that_is_hidden(store):
    ana = acting(store, "ana", PARTLY)
    seen = ana.repository(Deal).get("ana2")
    done = ana.apply(act(remove=[seen]))
    assert done.edits[0].before == seen
    assert store.repository(Deal).count(field("id") == "ana2") == 0
    assert store.history(Deal, "ana2")[-1].edits[0].before == evolve(BY_ID["ana2"], version=1)
    assert refusal(ana.apply, act(remove=[ana.repository(Deal).get("bo1")])).verb == "remove"


def test_an_id_that_is_taken_is_refused_in_the_same_words_whoever_has_it_or_had_it(store):
    ana = acting(store, "ana")
    store.apply(act(remove=[stored(store, "nobody")]))
    answers = {
        str(answer(ana.apply, act(add=[Deal(id=identifier, owner_id="ana")]))).replace(identifier, "x")
        for identifier in ("cy1", "ana1", "nobody")
    }
    assert len(answers) == 1
    assert isinstance(refusal(ana.apply, act(add=[Deal(id="cy1", owner_id="ana")])), AlreadyExists)
    assert isinstance(refusal(acting(store, "root").apply, act(add=[Deal(id="nobody")])), Conflict)


def test_a_unique_value_that_is_taken_does_not_say_by_whom(store):
    refused = refusal(acting(store, "ana").apply, act(add=[Deal(id="n", owner_id="ana", custom={"contract": "k-1"})]))
    assert isinstance(refused, AlreadyExists)
    assert "cy" not in str(refused) + str(dict(refused.facts))


def test_what_the_store_does_not_take_is_refused_as_ever(store):
    ana = acting(store, "ana")
    assert isinstance(refusal(ana.apply, act(add=[Deal(id="x", owner_id="ana", custom={"seat": 1})])), UnknownField)
    assert isinstance(refusal(ana.apply, act(add=[Deal(id="x", owner_id="ana", name="a\0b")])), InvalidRecord)
    assert isinstance(refusal(ana.apply, act(add=[Deal(id="a\0b", owner_id="ana")])), InvalidRecord)
    assert refusal(ana.apply, "a change").code == "invalid_argument"


def test_what_needs_no_data_is_refused_before_any_is_read(store):
    ana = acting(store, "ana")
    ghost = Deal(id="cy1", version=7)
    change = act(edit=[(ghost, evolve(ghost, stage="x"))], add=[Company(id="c9")])
    assert refusal(ana.apply, change).record == "company"
    change = act(edit=[(ghost, evolve(ghost, status="won"))])
    assert refusal(acting(store, "ana", PARTLY).apply, change).field == "status"


def test_a_transaction_is_that_of_the_store(store):
    ana = acting(store, "ana")

    def twice():
        with ana.transaction():
            ana.apply(edited(ana, "ana1", stage="Offer"))

    assert isinstance(refusal(twice), Conflict)
    assert stored(store, "ana1").stage == "Demo"
