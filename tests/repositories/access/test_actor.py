"""Whoever acts: any object with an id and roles, read once."""

from types import SimpleNamespace

import pytest

from crmkit.errors import CrmError, InvalidArgument, InvalidExpression, UnknownField
from crmkit.expressions import field
from crmkit.records import CustomFields, Deal, User
from crmkit.repositories import Grant, InMemoryStore, Policy, guarded
from tests.repositories.access.world import OWN, TEAM, USERS, refusal, stocked

REGIONAL = field("stage") == field("actor.region")
POLICY = Policy(
    {
        "rep": [Grant(Deal, "read", where=OWN), Grant(Deal, "read", where=TEAM)],
        "regional": [Grant(Deal, "read", where=REGIONAL)],
        "nested": [Grant(Deal, "read", where=field("stage") == field("actor.profile.stage"))],
        "bystander": [Grant(Deal, "read", where=field("owner_id").present() & ~OWN)],
    }
)


def seen(actor, store=None):
    return {deal.id for deal in guarded(store or stocked(), actor=actor, policy=POLICY).repository(Deal).find()}


@pytest.mark.parametrize(
    "actor",
    [
        USERS["ana"],
        {"id": "ana", "roles": ["rep"], "team_id": "north"},
        SimpleNamespace(id="ana", roles={"rep"}, team_id="north"),
    ],
)
def test_an_actor_is_a_user_a_mapping_or_any_object(actor):
    assert seen(actor) == {"ana1", "ana2", "bo1"}


def test_several_roles_unite():
    assert seen({"id": "cy", "roles": ("rep", "regional"), "team_id": None, "region": "Offer"}) == {
        "cy1",
        "cy2",
        "ana2",
    }


def test_a_value_that_is_missing_grants_nothing_and_takes_nothing_from_the_other_grants():
    assert seen({"id": "ana", "roles": ["rep"], "team_id": None}) == {"ana1", "ana2"}


def test_a_missing_value_grants_nothing_through_a_complement_either():
    theirs = field("owner_id").present() & (field("owner.team_id") != field("actor.team_id"))
    policy = Policy({"rep": [Grant(Deal, "read", where=theirs)]})
    found = guarded(stocked(), actor={"id": "x", "roles": ["rep"], "team_id": None}, policy=policy)
    assert found.repository(Deal).count() == 0
    assert seen({"id": "ana", "roles": ["bystander"]}) == {"bo1", "cy1", "cy2"}


def test_values_hang_on_values():
    assert seen({"id": "x", "roles": ["nested"], "profile": {"stage": "Won"}}) == {"cy2"}
    assert seen({"id": "x", "roles": ["nested"], "profile": SimpleNamespace(stage="Won")}) == {"cy2"}
    assert seen({"id": "x", "roles": ["nested"], "profile": None}) == set()


def test_custom_values_of_a_user_count_too():
    user = User(id="x", roles=("regional",), custom={"region": "Offer"})
    assert seen(user) == {"ana2"}
    declared = InMemoryStore(custom=CustomFields(user={"region": "text"}))
    assert seen(User(id="x", roles=("regional",)), declared) == set()


@pytest.mark.parametrize(
    "actor",
    [
        {"id": "x", "roles": ["regional"], "regoin": "Offer"},
        SimpleNamespace(id="x", roles=["regional"], regoin="Offer"),
        User(id="x", roles=("regional",), custom={"regoin": "Offer"}),
        {"id": "x", "role": ["regional"]},
        SimpleNamespace(roles=["rep"]),
    ],
)
def test_a_value_that_an_actor_does_not_have_is_a_mistake_that_is_said(actor):
    assert isinstance(refusal(seen, actor), UnknownField)


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        ({"id": None, "roles": ["rep"]}, "no id"),
        ({"id": "", "roles": ["rep"]}, "no id"),
        ({"id": "x", "roles": "rep"}, "no collection"),
        ({"id": "x", "roles": None}, "no collection"),
        ({"id": "x", "roles": ["reb"]}, "did you mean 'rep'?"),
        ({"id": "x", "roles": [7]}, "no role 7"),
    ],
)
def test_an_actor_without_id_or_with_strange_roles_is_refused(actor, said):
    refused = refusal(seen, actor)
    assert isinstance(refused, InvalidArgument)
    assert said in str(refused)


def test_an_actor_without_roles_is_granted_nothing():
    denied = refusal(seen, {"id": "x", "roles": ()})
    assert denied.code == "access_denied"


def test_a_value_of_another_kind_than_the_field_it_is_compared_with_is_refused():
    refused = refusal(seen, {"id": 7, "roles": ["rep"], "team_id": "north"})
    assert isinstance(refused, InvalidExpression)
    assert isinstance(refusal(seen, {"id": "x", "roles": ["rep"], "team_id": ["north"]}), CrmError)


def test_a_field_that_the_store_does_not_have_is_refused_before_anything_is_asked():
    policy = Policy(
        {"rep": [Grant(Deal, "read", where=field("region") == "x")]}, custom=CustomFields(deal={"region": "text"})
    )
    refused = refusal(guarded, InMemoryStore(), actor={"id": "x", "roles": ["rep"]}, policy=policy)
    assert isinstance(refused, UnknownField)
