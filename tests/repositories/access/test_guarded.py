"""A guarded store shows what is granted, and answers about the rest as if it were not there."""

import pytest

from crmkit.errors import AccessDenied, InvalidExpression, NotFound
from crmkit.expressions import ALWAYS, NEVER, field
from crmkit.records import Company, Deal, Lead, StageChange, Team, User, evolve
from crmkit.repositories import Grant, GuardedStore, InMemoryStore, Policy, Store, guarded
from tests.repositories.access.world import CUSTOM, DEALS, NOW, OWN, TEAM, USERS, act, acting, answer, refusal, stocked

OWN_ONLY = Policy({"rep": [Grant(Deal, "read", where=OWN)]})
BY_ID = {deal.id: deal for deal in DEALS}


@pytest.fixture
def store():
    return stocked()


@pytest.fixture
def ana(store):
    return acting(store, "ana")


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("ana", ["ana1", "ana2", "bo1", "cy2"]),
        ("bo", ["ana1", "ana2", "bo1"]),
        ("cy", ["cy1", "cy2"]),
        ("mia", ["ana1", "ana2", "bo1"]),
        ("sam", ["cy1", "cy2"]),
        ("loner", []),
        ("root", ["ana1", "ana2", "bo1", "cy1", "cy2", "nobody"]),
    ],
)
def test_everyone_sees_what_the_grants_say(store, who, sees):
    deals = acting(store, who).repository(Deal)
    assert [deal.id for deal in deals.find()] == sees
    assert deals.count() == len(sees)
    assert deals.exists() == bool(sees)
    for identifier in BY_ID:
        assert deals.exists(field("id") == identifier) == (identifier in sees)
        assert isinstance(answer(deals.get, identifier), Deal) == (identifier in sees)


def test_what_is_hidden_is_not_found_as_what_is_not_there(ana):
    deals = ana.repository(Deal)
    hidden, absent = answer(deals.get, "cy1"), answer(deals.get, "none")
    assert hidden[0] is absent[0] is NotFound
    assert [str(part).replace("cy1", "none") for part in hidden] == [str(part) for part in absent]


def test_a_record_shows_the_fields_of_the_grants_that_hold_for_it(ana):
    deals = ana.repository(Deal)
    assert deals.get("ana2").custom == {"margin": 7}
    assert deals.get("ana1").amount == 100
    assert deals.get("bo1") == Deal(id="bo1", name="Reed", owner_id="bo", stage="Demo", version=1)
    assert deals.get("cy2") == Deal(id="cy2", name="Alga", owner_id="cy", stage="Won", status="won", version=1)
    assert [*deals.find()] == [deals.get(deal.id) for deal in deals.find()]


def test_several_hundred_records_are_masked_at_once():
    many = [Deal(id=f"m{number:04}", owner_id="bo", amount=7, name="x") for number in range(1100)]
    found = acting(stocked(deals=many), "ana").repository(Deal).find()
    assert len(found) == 1100
    assert {deal.amount for deal in found} == {None}
    assert {deal.name for deal in found} == {"x"}


def test_a_record_that_comes_into_reach_while_it_is_read_shows_what_it_showed_before():
    store = stocked()
    in_part = Grant(Deal, "read", where=field("stage") == "Demo", fields=("stage", "status"))
    policy = Policy({"rep": [in_part, Grant(Deal, "read", where=TEAM)]})

    class Moving:
        """A store in which someone assigns a deal between two questions."""

        custom = CUSTOM

        def repository(self, cls):
            return self

        def find(self, *asked, **page):
            found = store.repository(Deal).find(*asked, **page)
            deal = store.repository(Deal).get("cy1")
            if deal.owner_id == "cy":
                store.apply(act(edit=[(deal, evolve(deal, owner_id="bo"))]))
            return found

    deals = guarded(Moving(), actor=USERS["ana"], policy=policy).repository(Deal)
    assert deals.get("cy1") == Deal(id="cy1", stage="Demo", version=1)
    assert deals.get("cy1").amount == 300


def test_questions_pages_and_orders_are_those_of_the_store(ana):
    deals = ana.repository(Deal)
    assert [deal.id for deal in deals.find(field("stage") == "Demo", order_by="-name")] == ["bo1", "ana1"]
    first = deals.find(order_by=["stage", "-name"], limit=3)
    rest = deals.find(order_by=["stage", "-name"], limit=3, after=first.next)
    assert [deal.id for deal in (*first, *rest)] == ["bo1", "ana1", "ana2", "cy2"]
    assert rest.next is None
    assert deals.count(field("name") > "G") == 2
    assert deals.exists(field("name") == "Kelp") is False


@pytest.mark.parametrize("name", ["amount", "-amount", "margin", "contract", "shared_with_id", "closed_at"])
def test_nothing_is_sorted_or_asked_by_a_field_that_some_grant_hides(ana, name):
    deals, bare = ana.repository(Deal), name.removeprefix("-")
    asked = field(bare).present()
    calls = [
        lambda: deals.find(order_by=name),
        lambda: deals.find(order_by=["stage", name], limit=1),
        lambda: deals.find(asked),
        lambda: deals.find(NEVER & asked),
        lambda: deals.count((field("name") == "x") | ~asked),
        lambda: deals.exists(field("id") == "ana1", as_of=NOW) and deals.exists(asked & (field("id") == "ana1")),
    ]
    for call in calls:
        refused = refusal(call)
        assert isinstance(refused, AccessDenied)
        assert (refused.record, refused.verb, refused.field) == ("deal", "read", bare)


def test_a_field_is_asked_where_every_grant_opens_it():
    policy = Policy({"rep": [Grant(Deal, "read", where=OWN), Grant(Deal, "edit", where=OWN, fields=("name",))]})
    assert acting(stocked(), "ana", policy).repository(Deal).count(field("amount") > 100) == 1


def test_a_path_leads_only_to_classes_of_which_all_may_be_read_with_that_field(ana):
    deals = ana.repository(Deal)
    assert refusal(deals.count, field("company.country") == "DE").field == "company_id"
    policy = Policy(
        {
            "rep": [
                Grant(Deal, "read", where=OWN),
                Grant(Company, "read", where=ALWAYS, fields=("name", "country", "owner_id")),
                Grant(User, "read", where=field("id") == field("actor.id")),
            ],
        }
    )
    deals = acting(stocked(), "ana", policy).repository(Deal)
    assert deals.count(field("company.country") == "DE") == 1
    for path, name in [
        ("company.annual_revenue", "annual_revenue"),
        ("company.owner.name", "name"),
        ("company.parent.name", "parent_id"),
        ("owner.id", "id"),
        ("owner.team.name", "team_id"),
        ("contact.email", "email"),
    ]:
        refused = refusal(deals.find, field(path).present())
        assert (type(refused), refused.field) == (AccessDenied, name), path
        assert path in str(refused)


def test_no_path_leads_through_roles():
    policy = Policy({"admin": [Grant(Deal, "read", where=ALWAYS), Grant(User, "read", where=ALWAYS)]})
    deals = acting(stocked(), "root", policy).repository(Deal)
    assert deals.count(field("owner.name") == "Ana") == 2
    assert refusal(deals.count, field("owner.roles").has("admin")).field == "roles"
    users = acting(stocked(), "root", policy).repository(User)
    assert refusal(users.count, field("roles").has("admin")).field == "roles"
    assert {user.roles for user in users.find()} == {()}


def test_a_grant_of_all_that_names_roles_opens_them_to_questions():
    policy = Policy(
        {
            "admin": [
                Grant(User, "read", where=ALWAYS),
                Grant(User, "read", where=ALWAYS, fields=("active", "roles")),
            ]
        }
    )
    users = acting(stocked(), "root", policy).repository(User)
    assert users.count(field("roles").has("manager")) == 2
    assert users.get("mia").roles == ("manager",)


def test_without_any_grant_nothing_is_answered(ana):
    for call in (
        lambda: ana.repository(User).get("ana"),
        lambda: ana.repository(User).find(),
        lambda: ana.repository(Lead).count(),
        lambda: ana.repository(Team).exists(),
        lambda: ana.history(User, "ana"),
    ):
        refused = refusal(call)
        assert isinstance(refused, AccessDenied)
        assert (refused.verb, refused.field) == ("read", None)
        assert "Grant(" in str(refused)


def test_what_cannot_be_asked_at_all_is_refused_as_the_store_refuses_it(store, ana):
    for call in (
        lambda deals: deals.find("all"),
        lambda deals: deals.find(field("nam") == "x"),
        lambda deals: deals.find(field("name") == 7),
        lambda deals: deals.find(order_by="nam"),
        lambda deals: deals.find(order_by="tags"),
        lambda deals: deals.find(limit=0),
        lambda deals: deals.find(after="x"),
        lambda deals: deals.count(7),
        lambda deals: deals.exists(None),
        lambda deals: deals.get(7),
        lambda deals: deals.get("\ud800"),
    ):
        assert answer(call, ana.repository(Deal))[:4] == answer(call, store.repository(Deal))[:4]


def test_relative_questions_may_be_asked(ana):
    deals = acting(stocked(Deal(id="new", owner_id="ana", created_at=NOW)), "ana", OWN_ONLY).repository(Deal)
    assert deals.count(field("created_at").next(days=1), as_of=NOW) == 1
    assert [deal.id for deal in deals.find(field("created_at").next(days=1), as_of=NOW)] == ["new"]


def test_the_limit_is_asked_first_so_that_a_question_meets_no_hidden_record():
    undeclared = InMemoryStore()  # any custom value may be stored here
    store = stocked(deals=[], store=undeclared.tenant("", custom=CUSTOM))
    undeclared.apply(act(add=[Deal(id="odd", owner_id="cy", custom={"margin": "a secret"})]))
    deals = acting(store, "ana", OWN_ONLY).repository(Deal)
    assert isinstance(refusal(store.repository(Deal).count, field("margin") > 3), InvalidExpression)
    assert deals.count(field("margin") > 3) == 0


def test_a_grant_whose_question_can_be_true_of_none_shows_none():
    policy = Policy({"rep": [Grant(Deal, "read", where=NEVER)]})
    deals = acting(stocked(), "ana", policy).repository(Deal)
    assert (deals.count(), len(deals.find()), deals.exists()) == (0, 0, False)


def test_a_guarded_store_is_a_store_and_has_no_way_round(ana):
    assert isinstance(ana, Store)
    assert ana.custom is CUSTOM
    for name in ("verify", "subscribe", "tenant", "applied", "apply_all"):
        assert not hasattr(ana, name)
    shown = repr(ana) + repr(ana.repository(Deal)) + str(ana)
    assert not any(word in shown for word in ("ana", "owner_id", "rep", "cy1"))
    with pytest.raises(AttributeError):
        ana._actor = "root"


def test_guards_can_be_put_before_guards(ana):
    policy = Policy({"rep": [Grant(Deal, "read", where=field("stage") == "Demo")]})
    both = guarded(ana, actor=USERS["ana"], policy=policy)
    assert isinstance(both, GuardedStore)
    assert [deal.id for deal in both.repository(Deal).find()] == ["ana1", "bo1"]
    assert both.repository(Deal).get("bo1").amount is None


def test_a_class_that_the_store_behind_refuses_is_refused(ana):
    assert answer(ana.repository, str)[:4] == answer(stocked().repository, str)[:4]
    assert ana.repository(StageChange)
