"""A grant says whose records, which verbs, which fields; what cannot be meant is refused."""

import pytest

from crmkit.errors import CrmError, InvalidArgument
from crmkit.expressions import ALWAYS, NEVER, field
from crmkit.records import RECORDS, Activity, Contact, Deal, StageChange, User
from crmkit.repositories import VERBS, Grant
from tests.repositories.access.world import OWN, refusal


def test_one_verb_or_field_can_be_given_as_it_is():
    grant = Grant(Contact, "read", where=ALWAYS, fields="email")
    assert (grant.verbs, grant.fields) == (("read",), ("email",))
    assert Grant(Deal, ["edit", "read", "edit"], where=ALWAYS).verbs == ("edit", "read")


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ({"record": "dael"}, "did you mean 'deal'?"),
        ({"record": "deal"}, "give the class"),
        ({"record": str}, "not a class of records"),
        ({"verbs": "raed"}, "did you mean 'read'?"),
        ({"verbs": ("read", "delete")}, "'delete' is no verb"),
        ({"verbs": ()}, "grant nothing"),
        ({"verbs": 7}, "no text"),
        ({"verbs": (7,)}, "no text"),
        ({"fields": 7}, "no text"),
        ({"where": "owner_id"}, "no expression"),
        ({"where": True}, "no expression"),
        ({"where": field("created_at").within(days=3)}, "as_of"),
        ({"where": field("actor.team_id") == "north"}, "actor alone"),
        ({"where": OWN & field("actor.team_id").present()}, "actor alone"),
    ],
)
def test_what_cannot_be_granted_is_refused(wrong, near):
    refused = refusal(lambda: Grant(**{"record": Deal, "verbs": "read", "where": ALWAYS, **wrong}))
    assert isinstance(refused, CrmError)
    assert near in str(refused)


@pytest.mark.parametrize(
    "where",
    [
        ~OWN,
        field("owner_id") != field("actor.id"),
        field("stage") != "Won",
        field("amount").missing(),
        ~field("tags").has("secret"),
        field("company.country") != "DE",
        ALWAYS & ALWAYS,
        OWN | ~NEVER,
    ],
)
def test_a_grant_of_records_of_which_nothing_is_known_has_to_be_meant(where):
    with pytest.raises(InvalidArgument) as refused:
        Grant(Deal, "read", where=where)
    assert refused.value.code == "selects_missing"
    assert "including_missing=True" in str(refused.value)
    assert Grant(Deal, "read", where=where, including_missing=True).where == where


@pytest.mark.parametrize("where", [ALWAYS, NEVER, OWN, (field("stage") != "Won") & field("stage").present()])
def test_other_grants_need_not_say_so(where):
    assert Grant(Deal, "read", where=where).where == where


def test_a_grant_to_read_names_the_fields_that_cannot_be_missing():
    with pytest.raises(InvalidArgument, match="leave out to_stage, changed_at") as refused:
        Grant(StageChange, "read", where=ALWAYS, fields=("deal_id",))
    assert refused.value.code == "cannot_hide"
    for cls in RECORDS.values():
        assert Grant(cls, "edit", where=ALWAYS, fields=()).fields == ()


def test_a_grant_to_add_names_the_fields_that_every_such_record_needs():
    with pytest.raises(InvalidArgument, match="leave out kind") as refused:
        Grant(Activity, "add", where=ALWAYS, fields=("subject",))
    assert refused.value.code == "cannot_hide"
    assert Grant(Deal, "add", where=ALWAYS, fields=("name",)).fields == ("name",)


def test_a_removal_is_granted_as_a_whole():
    with pytest.raises(InvalidArgument, match="removing, which takes all"):
        Grant(Contact, VERBS, where=ALWAYS, fields=("email",))


def test_a_grant_reads_as_a_sentence():
    assert str(Grant(Deal, ("read", "edit"), where=OWN)) == "read, edit deal where owner_id == field actor.id: all"
    assert str(Grant(User, "read", where=ALWAYS)) == "read user where always: all but roles"
    assert str(Grant(Contact, "read", where=ALWAYS, fields=())) == "read contact where always: id, version"
    assert str(Grant(Contact, "edit", where=ALWAYS, fields=("email", "phone"))).endswith(": email, phone")
