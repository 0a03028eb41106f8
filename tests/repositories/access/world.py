"""A company of two teams, the records they keep, and who may do what with them."""

from datetime import UTC, datetime
from decimal import Decimal

from crmkit.errors import CrmError
from crmkit.expressions import ALWAYS, field
from crmkit.records import Change, Company, CustomField, CustomFields, Deal, StageChange, Team, User
from crmkit.repositories import VERBS, Grant, InMemoryStore, Policy, guarded

NOW = datetime(2024, 5, 3, 9, tzinfo=UTC)

CUSTOM = CustomFields(
    deal={
        "shared_with_id": CustomField("id", record="user"),
        "margin": "integer",
        "contract": CustomField("id", unique=True),
    }
)

TEAMS = [Team(id="north", manager_id="mia"), Team(id="south", manager_id="sam")]
USERS = {
    user.id: user
    for user in [
        User(id="root", name="Root", roles=("admin",)),
        User(id="mia", name="Mia", team_id="north", roles=("manager",)),
        User(id="sam", name="Sam", team_id="south", roles=("manager",)),
        User(id="ana", name="Ana", team_id="north", roles=("rep",)),
        User(id="bo", name="Bo", team_id="north", roles=("rep",)),
        User(id="cy", name="Cy", team_id="south", roles=("rep",)),
        User(id="loner", name="Lo", roles=("rep",)),
    ]
}
COMPANIES = [Company(id="acme", name="Acme", country="DE", annual_revenue=Decimal("5000000"))]
DEALS = [
    Deal(id="ana1", name="Fern", owner_id="ana", stage="Demo", amount=Decimal("100"), company_id="acme"),
    Deal(id="ana2", name="Moss", owner_id="ana", stage="Offer", amount=Decimal("400"), custom={"margin": 7}),
    Deal(id="bo1", name="Reed", owner_id="bo", stage="Demo", amount=Decimal("200"), custom={"margin": 9}),
    Deal(id="cy1", name="Kelp", owner_id="cy", stage="Demo", amount=Decimal("300"), custom={"contract": "k-1"}),
    Deal(id="cy2", name="Alga", owner_id="cy", stage="Won", status="won", custom={"shared_with_id": "ana"}),
    Deal(id="nobody", name="Dust"),
]

OWN = field("owner_id") == field("actor.id")
TEAM = field("owner.team_id") == field("actor.team_id")
SHARED = field("shared_with_id") == field("actor.id")

POLICY = Policy(
    {
        "rep": [
            Grant(Deal, ("read", "add", "edit"), where=OWN),
            Grant(Deal, "read", where=TEAM, fields=("name", "stage", "status", "owner_id")),
            Grant(Deal, "read", where=SHARED, fields=("name", "stage", "status", "owner_id")),
            Grant(Company, "read", where=ALWAYS, fields=("name", "country")),
        ],
        "manager": [Grant(Deal, VERBS, where=field("owner.team.manager_id") == field("actor.id"))],
        "admin": [
            Grant(Deal, VERBS, where=ALWAYS),
            Grant(StageChange, VERBS, where=ALWAYS),
            Grant(User, VERBS, where=ALWAYS),
            Grant(Company, VERBS, where=ALWAYS),
        ],
    },
    custom=CUSTOM,
)


def stocked(*more, deals=DEALS, store=None):
    store = store or InMemoryStore(custom=CUSTOM)
    store.apply(act(add=[*TEAMS, *USERS.values(), *COMPANIES, *deals, *more], reason="the big import"))
    return store


def acting(store, who, policy=POLICY):
    return guarded(store, actor=USERS[who], policy=policy)


def act(*, by="ana", reason=None, key=None, **what):
    return Change.of(**what, act="test", at=NOW, by=by, reason=reason, idempotency_key=key)


def answer(call, *args, **options):
    """What a call gives, or all that its error says; two answers are equal where no one can tell them apart."""
    try:
        return call(*args, **options)
    except CrmError as error:
        return type(error), str(error), error.code, dict(error.facts), repr(error.__context__)


def refusal(call, *args, **options):
    """The error of a call that is refused."""
    try:
        given = call(*args, **options)
    except CrmError as error:
        return error
    raise AssertionError(f"not refused: {given!r}")
