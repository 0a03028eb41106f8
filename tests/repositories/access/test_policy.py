"""A policy is data: it proves its grants, prints as a table, and knows its roles."""

import pytest

from crmkit.errors import CrmError, InvalidArgument, InvalidExpression, UnknownField
from crmkit.expressions import ALWAYS, field
from crmkit.records import Deal, User
from crmkit.repositories import VERBS, Grant, Policy
from tests.repositories.access.world import CUSTOM, OWN, SHARED, TEAM, refusal


def test_a_policy_prints_who_may_do_what():
    policy = Policy(
        {
            "rep": [
                Grant(Deal, ("read", "edit"), where=OWN),
                Grant(Deal, "read", where=TEAM, fields=("name", "status")),
            ],
            "guest": [],
            "admin": [Grant(User, VERBS, where=ALWAYS)],
        }
    )
    assert str(policy).splitlines() == [
        "role   record  may                      where                                 fields",
        "rep    deal    read, edit               owner_id == field actor.id            all",
        "rep    deal    read                     owner.team_id == field actor.team_id  name, status",
        "guest  -       nothing                  -                                     -",
        "admin  user    read, add, edit, remove  always                                all but roles",
    ]
    assert repr(policy) == "<Policy: rep, guest, admin>"


def test_policies_of_the_same_grants_are_equal():
    grants = {"rep": [Grant(Deal, "read", where=OWN)]}
    assert Policy(grants) == Policy(grants)
    assert hash(Policy(grants)) == hash(Policy(grants))
    assert Policy(grants) != Policy({"boss": grants["rep"]})
    assert Policy(grants).roles == ("rep",)
    assert Policy(grants).grants("rep") == tuple(grants["rep"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("rep", "no mapping"),
        ({"": []}, "no name of a role"),
        ({7: []}, "no name of a role"),
        ({"rep": 7}, "no Grant"),
        ({"rep": ["read"]}, "no Grant"),
    ],
)
def test_what_is_no_policy_is_refused(wrong, said):
    with pytest.raises(InvalidArgument, match=said):
        Policy(wrong)


def test_one_grant_is_as_good_as_a_list_of_one():
    grant = Grant(Deal, "read", where=OWN)
    assert Policy({"rep": grant}) == Policy({"rep": [grant]})


@pytest.mark.parametrize(
    ("grant", "near"),
    [
        (Grant(Deal, "edit", where=ALWAYS, fields=("ammount",)), "did you mean 'amount'?"),
        (Grant(Deal, "read", where=field("ownr_id") == field("actor.id")), "did you mean 'owner_id'?"),
        (Grant(Deal, "read", where=field("owner.team") == field("actor.team_id")), "no field 'team'"),
        (Grant(Deal, "read", where=field("stag") == "Won"), "did you mean 'stage'?"),
        (Grant(Deal, "read", where=SHARED), "no field 'shared_with_id'"),
    ],
)
def test_a_field_that_its_records_do_not_have_is_refused_with_the_near_miss(grant, near):
    with pytest.raises(UnknownField) as refused:
        Policy({"rep": [grant]})
    assert near in str(refused.value)


def test_custom_fields_are_named_once_they_are_declared():
    grant = Grant(Deal, "edit", where=SHARED, fields=("margin",))
    assert Policy({"rep": [grant]}, custom=CUSTOM).grants("rep") == (grant,)


def test_a_question_of_another_kind_than_its_field_is_refused():
    with pytest.raises(InvalidExpression, match="amount"):
        Policy({"rep": [Grant(Deal, "read", where=field("amount") == "much")]})


def test_a_role_that_is_not_there_is_refused_with_the_near_miss():
    refused = refusal(Policy({"manager": []}).grants, "manger")
    assert isinstance(refused, CrmError)
    assert (refused.code, str(refused)) == (
        "unknown_role",
        "the policy has no role 'manger'; did you mean 'manager'?",
    )
