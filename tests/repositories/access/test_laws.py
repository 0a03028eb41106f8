"""What someone sees is what the policy means; and of what may not be seen, no answer depends on it."""

import os
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.errors import AccessDenied, NotFound
from crmkit.expressions import ALWAYS, NEVER, field
from crmkit.records import Company, Deal, User, evolve, fields_of
from crmkit.repositories import VERBS, Grant, InMemoryStore, Policy, guarded
from crmkit.repositories.sql import SqlStore
from tests.repositories.access.world import (
    COMPANIES,
    CUSTOM,
    NOW,
    OWN,
    SHARED,
    TEAM,
    TEAMS,
    USERS,
    act,
    answer,
    stocked,
)

EXAMPLES = int(os.environ.get("CRMKIT_EXAMPLES", "0"))

IDS = [f"d{number}" for number in range(6)]
VALUES = {
    "name": [None, "Fern", "Moss"],
    "stage": [None, "Demo", "Won"],
    "status": ["open", "won"],
    "owner_id": [None, "ana", "bo", "cy", "gone"],
    "company_id": [None, "acme", "gone"],
    "amount": [None, 1, 2, 300],
    "tags": [(), ("vip",), ("vip", "open")],
    "shared_with_id": [None, "ana", "cy"],
    "margin": [None, 1, 2],
}
CUSTOM_NAMES = {"shared_with_id", "margin"}
FIELDS = [name for name in VALUES if name != "status"]

wheres = st.sampled_from(
    [
        ALWAYS,
        NEVER,
        OWN,
        TEAM,
        SHARED,
        OWN & (field("stage") == "Demo"),
        TEAM & ~OWN,
        field("amount") < 100,
        field("tags").has("open"),
        field("owner.team.manager_id") == field("actor.id"),
        field("company.country") == "DE",
        (field("owner_id") != field("actor.id")) & field("owner_id").present(),
    ]
)
opened = st.none() | st.sets(st.sampled_from(FIELDS)).map(lambda names: (*sorted(names), "status"))
reading = st.builds(lambda where, fields: Grant(Deal, "read", where=where, fields=fields), wheres, opened)
acting_on = st.builds(
    lambda verb, where, fields: Grant(Deal, verb, where=where, fields=None if verb == "remove" else fields),
    st.sampled_from(VERBS[1:]),
    wheres,
    opened,
)
companies = st.sampled_from([(), (Grant(Company, "read", where=ALWAYS, fields=("country", "name")),)])
policies = st.builds(
    lambda read, do, more: Policy({"rep": [*read, *do, *more]}, custom=CUSTOM),
    st.lists(reading, min_size=1, max_size=3),
    st.lists(acting_on, max_size=4),
    companies,
)
actors = st.sampled_from([{"id": "ana", "team_id": "north"}, {"id": "mia", "team_id": None}]).map(
    lambda actor: {**actor, "roles": ["rep"]}
)
values = st.fixed_dictionaries({name: st.sampled_from(options) for name, options in VALUES.items()})
questions = st.sampled_from(
    [
        ALWAYS,
        field("name") == "Fern",
        field("stage") != "Won",
        field("amount") >= 2,
        field("margin").present(),
        field("tags").has("vip") & ~field("owner_id").missing(),
        field("company.country") == "DE",
        field("owner.team_id") == "north",
    ]
)
orders = st.sampled_from(["id", "-name", "amount", "-margin", ["stage", "-id"]])


@pytest.fixture(scope="module")
def in_memory():
    return lambda: InMemoryStore(custom=CUSTOM)


@pytest.fixture(scope="module")
def in_sqlite():
    names = count()
    with SqlStore("sqlite://") as store:
        store.create_schema()
        yield lambda: store.tenant(f"t{next(names)}", custom=CUSTOM)


def deal_of(identifier, drawn):
    custom = {name: drawn[name] for name in CUSTOM_NAMES if drawn[name] is not None}
    plain = {name: value for name, value in drawn.items() if name not in CUSTOM_NAMES}
    return Deal(id=identifier, **plain, custom=custom, version=1)


def linked(deal, actor):
    """A deal as a plain mapping in which references are mappings too."""
    row = {name: deal.custom.get(name, getattr(deal, name, None)) for name in fields_of(Deal, CUSTOM)}
    owner, company = USERS.get(deal.owner_id), {each.id: each for each in COMPANIES}.get(deal.company_id)
    team = {each.id: each for each in TEAMS}.get(owner.team_id) if owner else None
    row["owner"] = owner and {"team_id": owner.team_id, "team": team and {"manager_id": team.manager_id}}
    row["company"] = company and {"country": company.country}
    return {**row, "actor": actor}


def holds(grant, deal, actor):
    """What a grant means: its question is true, and every value of the actor that it names is there."""
    there = all(actor[path.partition(".")[2]] is not None for path in grant.where.fields if path.startswith("actor."))
    return there and grant.where.test(linked(deal, actor))


def view(policy, actor, deal):
    """What the actor sees of a deal, by the meaning of the policy; None where it is hidden."""
    grants = [grant for grant in policy.grants("rep") if grant.record is Deal and "read" in grant.verbs]
    given = [grant.fields for grant in grants if holds(grant, deal, actor)]
    if not given:
        return None
    if None in given:
        return deal
    names = {"id", "version"}.union(*given)
    custom = {name: value for name, value in deal.custom.items() if name in names}
    return Deal(**{name: getattr(deal, name) for name in fields_of(Deal) if name in names}, custom=custom)


def store_of(place, deals):
    """A store whose deals got to be what they are in two Changes."""
    store = stocked(deals=[], store=place())
    first = [deal_of(deal.id, {name: options[0] for name, options in VALUES.items()}) for deal in deals]
    if first:
        store.apply(act(add=[evolve(each, version=0) for each in first], reason="first"))
        store.apply(act(edit=list(zip(first, deals, strict=True)), reason="second"))
    return store


finding = given(policies, actors, st.lists(values, max_size=6), questions, orders, st.integers(1, 4))
telling = given(
    policies,
    actors,
    st.lists(st.tuples(values, st.lists(values, max_size=8)), min_size=2, max_size=6),
    st.lists(st.tuples(st.sampled_from([*IDS, "new"]), st.sampled_from(VERBS[1:]), values), max_size=5),
    questions,
    orders,
)


@settings(max_examples=EXAMPLES or 25)
@finding
def test_what_is_found_is_what_the_policy_means(in_memory, policy, actor, drawn, question, order, limit):
    found_as_meant(in_memory, policy, actor, drawn, question, order, limit)


@settings(max_examples=EXAMPLES or 5)
@finding
def test_what_is_found_in_a_database_is_what_the_policy_means(in_sqlite, policy, actor, drawn, question, order, limit):
    found_as_meant(in_sqlite, policy, actor, drawn, question, order, limit)


@settings(max_examples=EXAMPLES or 12)
@telling
def test_no_answer_depends_on_what_may_not_be_seen(in_memory, policy, actor, drawn, acts, question, order):
    told_alike(in_memory, policy, actor, drawn, acts, question, order)


@settings(max_examples=EXAMPLES or 1)
@telling
def test_no_answer_of_a_database_depends_on_it_either(in_sqlite, policy, actor, drawn, acts, question, order):
    told_alike(in_sqlite, policy, actor, drawn, acts, question, order)


def found_as_meant(place, policy, actor, drawn, question, order, limit):
    deals = [deal_of(identifier, each) for identifier, each in zip(IDS, drawn, strict=False)]
    store = store_of(place, deals)
    deals = [store.repository(Deal).get(deal.id) for deal in deals]
    seen = {deal.id: shown for deal in deals if (shown := view(policy, actor, deal)) is not None}
    mine = guarded(store, actor=actor, policy=policy).repository(Deal)

    assert {deal.id: deal for deal in mine.find()} == seen
    assert mine.count() == len(seen)
    for deal in deals:
        found = answer(mine.get, deal.id)
        assert found == seen[deal.id] if deal.id in seen else found[0] is NotFound

    found = answer(mine.find, question, order_by=order)
    if isinstance(found, tuple):
        assert found[0] is AccessDenied
        return
    true = {deal.id for deal in deals if deal.id in seen and question.test(linked(deal, actor))}
    in_order = store.repository(Deal).find(order_by=order)
    assert [*found] == [seen[deal.id] for deal in in_order if deal.id in true]
    paged, after = [], None
    while True:
        page = mine.find(question, order_by=order, limit=limit, after=after)
        paged += page
        after = page.next
        if after is None:
            break
    assert paged == [*found]
    assert (mine.count(question), mine.exists(question)) == (len(found), bool(found))


def told_alike(place, policy, actor, drawn, acts, question, order):
    """Two stores in which all that the actor may see is the same answer every call alike."""
    one = [deal_of(identifier, value) for identifier, (value, _) in zip(IDS, drawn, strict=False)]
    other = [_like(deal, others, policy, actor) for deal, (_, others) in zip(one, drawn, strict=False)]
    stores = [store_of(place, one), store_of(place, other)]
    mine = [guarded(store, actor=actor, policy=policy) for store in stores]

    def alike(call):
        first, second = (answer(call, each) for each in mine)
        assert first == second
        return first

    def all_alike():
        for identifier in (*IDS, "new", "acme", "ana"):
            alike(lambda each, key=identifier: each.repository(Deal).get(key))
            alike(lambda each, key=identifier: each.history(Deal, key))
        for cls in (Deal, Company, User):
            alike(lambda each, cls=cls: [*each.repository(cls).find()])
            alike(lambda each, cls=cls: each.repository(cls).count())
        alike(lambda each: [*each.repository(Deal).find(question, order_by=order)])
        alike(lambda each: (page := each.repository(Deal).find(question, order_by=order, limit=1)) and page.next)
        alike(lambda each: each.repository(Deal).count(question))
        alike(lambda each: each.repository(Deal).exists(question))

    all_alike()
    for number, (identifier, verb, value) in enumerate(acts):
        change = _act(mine[0], identifier, verb, value, key=None if number % 2 else f"k{number}")
        alike(lambda each, change=change: each.apply(change))
        alike(lambda each, change=change: each.apply(change))
        all_alike()
    for identifier in range(1, len(acts) + 5):
        alike(lambda each, key=str(identifier): each.undo(key, at=NOW, by="ana"))
    all_alike()


def _like(deal, others, policy, actor):
    """Another deal of the same id that looks the same to the actor and opens the same, if one was drawn."""
    for value in others:
        other = deal_of(deal.id, value)
        if view(policy, actor, other) == view(policy, actor, deal) and _granted(policy, actor, other) == _granted(
            policy, actor, deal
        ):
            return other
    return deal


def _granted(policy, actor, deal):
    """What is granted of a deal is itself something that the actor may find out, where the deal may be seen."""
    if view(policy, actor, deal) is None:
        return None
    return [holds(grant, deal, actor) for grant in policy.grants("rep") if grant.record is Deal]


def _act(mine, identifier, verb, value, key):
    """An act on a deal as it looks to the actor; on one that is hidden, an act on what it may be."""
    becomes = deal_of(identifier, value)
    if verb == "add":
        return act(add=[evolve(becomes, version=0)], key=key)
    try:
        seen = mine.repository(Deal).get(identifier)
    except (LookupError, AccessDenied):
        seen = evolve(becomes, version=2)
    if verb == "remove":
        return act(remove=[seen], key=key)
    changes = {name: getattr(becomes, name) for name in ("name", "stage", "owner_id", "amount") if value["tags"]}
    return act(edit=[(seen, evolve(seen, **changes, tags=("edited",)))], key=key)
