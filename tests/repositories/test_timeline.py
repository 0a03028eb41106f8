"""The history of a customer: all of it, newest first, on pages that neither lose nor repeat."""

from datetime import UTC, date, datetime

import pytest

from crmkit.errors import AccessDenied, CrmError, InvalidArgument, NotFound
from crmkit.expressions import ALWAYS, field
from crmkit.records import (
    Activity,
    Affiliation,
    Change,
    Company,
    Contact,
    Deal,
    Lead,
    Order,
    StageChange,
    Subscription,
    SurveyResponse,
    Ticket,
)
from crmkit.repositories import Grant, InMemoryStore, Moment, Policy, guarded, timeline

START = datetime(2024, 5, 1, tzinfo=UTC)


def day(number, hour=9):
    return datetime(2024, 5, number, hour, tzinfo=UTC)


def stocked(*records):
    store = InMemoryStore()
    if records:
        store.apply(Change.of(add=records, act="import", at=START, by="root"))
    return store


CUSTOMER = [
    Contact(id="mai", first_name="Mai", company_id="acme", source="fair", created_at=day(1)),
    Company(id="acme", name="Acme", created_at=day(1, 8)),
    Company(id="zoo", name="Zoo", created_at=day(2)),
    Affiliation(id="a1", contact_id="mai", company_id="zoo", role="board", started_on=date(2024, 5, 3)),
    Lead(id="l1", contact_id="mai", source="ad", created_at=day(1, 1), converted_at=day(1, 7), status="converted"),
    Deal(id="d1", name="Fern", contact_id="mai", company_id="acme", created_at=day(4)),
    Deal(id="d2", name="Moss", company_id="zoo", status="won", created_at=day(5), closed_at=day(9)),
    Deal(id="d3", company_id="zoo", status="lost", lost_reason="price", created_at=day(5, 1), closed_at=day(6)),
    StageChange(id="s1", deal_id="d1", to_stage="Offer", changed_at=day(6, 1)),
    Activity(id="c1", kind="call", occurred_at=day(7), done_at=day(7), created_at=day(7), links=("deal:d2",)),
    Activity(id="c2", kind="task", created_at=day(7, 1), done_at=day(8), links=("ticket:t1", "contact:mai")),
    Activity(id="c3", kind="note", created_at=day(7, 2), links=("company:acme",)),
    Ticket(
        id="t1",
        contact_id="mai",
        channel="mail",
        created_at=day(10),
        first_replied_at=day(10, 10),
        solved_at=day(11),
        status="solved",
    ),
    Order(id="o1", customer_id="acme", number="77", ordered_at=day(12)),
    Subscription(id="u1", customer_id="mai", plan="pro", started_at=day(13), ended_at=day(20)),
    SurveyResponse(id="r1", kind="nps", score=9, ticket_id="t1", responded_at=day(14)),
    # of others, or without a date
    Contact(id="else", created_at=day(1)),
    Company(id="other", created_at=day(1)),
    Deal(id="x1", contact_id="else", created_at=day(4)),
    Deal(id="x2", contact_id="mai"),
    StageChange(id="x1", deal_id="x1", to_stage="Offer", changed_at=day(6)),
    Activity(id="x1", kind="call", occurred_at=day(7), links=("deal:x1", "contact:else")),
    Activity(id="x2", kind="task", due_at=day(7), links=("contact:mai",)),
    Order(id="x1", customer_id="other", ordered_at=day(7)),
    SurveyResponse(id="x1", kind="nps", score=1, responded_at=day(7)),
]


def test_a_timeline_tells_all_that_is_dated_of_the_contact_and_its_companies():
    assert [str(moment) for moment in timeline(stocked(*CUSTOMER), "mai")] == [
        "2024-05-20 09:00 subscription_ended subscription 'u1': pro",
        "2024-05-14 09:00 survey_answered survey_response 'r1': 9",
        "2024-05-13 09:00 subscription_started subscription 'u1': pro",
        "2024-05-12 09:00 order_placed order 'o1': 77",
        "2024-05-11 09:00 ticket_solved ticket 't1': normal",
        "2024-05-10 10:00 ticket_replied ticket 't1': mail",
        "2024-05-10 09:00 ticket_created ticket 't1': normal",
        "2024-05-09 09:00 deal_won deal 'd2': Moss",
        "2024-05-08 09:00 activity_done activity 'c2': task",
        "2024-05-07 09:00 activity activity 'c1': call",
        "2024-05-07 02:00 activity_created activity 'c3': note",
        "2024-05-07 01:00 activity_created activity 'c2': task",
        "2024-05-06 09:00 deal_lost deal 'd3': price",
        "2024-05-06 01:00 stage_changed stage_change 's1': Offer",
        "2024-05-05 09:00 deal_created deal 'd2': Moss",
        "2024-05-05 01:00 deal_created deal 'd3'",
        "2024-05-04 09:00 deal_created deal 'd1': Fern",
        "2024-05-03 00:00 affiliation_started affiliation 'a1': board",
        "2024-05-02 09:00 company_created company 'zoo': Zoo",
        "2024-05-01 09:00 contact_created contact 'mai': fair",
        "2024-05-01 08:00 company_created company 'acme': Acme",
        "2024-05-01 07:00 lead_converted lead 'l1': ad",
        "2024-05-01 01:00 lead_created lead 'l1': ad",
    ]


def test_a_contact_is_named_by_itself_or_by_its_id():
    store = stocked(*CUSTOMER)
    contact = store.repository(Contact).get("mai")
    assert timeline(store, contact, limit=None) == timeline(store, "mai", limit=None)
    alone = timeline(stocked(Contact(id="c", created_at=START)), "c")
    assert [*alone] == [Moment(START, "contact_created", Contact(id="c", created_at=START, version=1))]
    assert [*timeline(stocked(Contact(id="c")), "c")] == []


def test_a_moment_shows_nothing_personal():
    moment = timeline(stocked(Contact(id="c", first_name="Mai", source="a\nb", created_at=START)), "c")[0]
    assert str(moment) == "2024-05-01 00:00 contact_created contact 'c': 'a\\nb'"
    assert "Mai" not in repr(moment)


def test_a_contact_that_is_not_there_has_no_timeline():
    with pytest.raises(NotFound):
        timeline(stocked(), "mai")
    with pytest.raises(CrmError):
        timeline(stocked(), 7)


def of_actor(*grants):
    policy = Policy({"rep": [Grant(Contact, "read", where=ALWAYS), *grants]})
    return guarded(stocked(*CUSTOMER), actor={"id": "ana", "roles": ["rep"]}, policy=policy)


def kinds(store):
    return {(moment.kind, moment.record.id) for moment in timeline(store, "mai")}


def test_what_may_not_be_read_is_not_told():
    assert kinds(of_actor()) == {("contact_created", "mai")}
    assert kinds(of_actor(Grant(Deal, "read", where=field("status") == "won"))) == {
        ("contact_created", "mai"),
    }  # the company of the deal is known by an affiliation, which may not be read
    assert kinds(
        of_actor(Grant(Deal, "read", where=field("status") == "won"), Grant(Affiliation, "read", where=ALWAYS))
    ) == {
        ("contact_created", "mai"),
        ("affiliation_started", "a1"),
        ("deal_created", "d2"),
        ("deal_won", "d2"),
    }
    with pytest.raises(AccessDenied):
        timeline(guarded(stocked(*CUSTOMER), actor={"id": "x", "roles": ["r"]}, policy=Policy({"r": []})), "mai")


def test_what_belongs_to_a_hidden_deal_is_not_told_for_its_sake():
    store = of_actor(Grant(StageChange, "read", where=ALWAYS), Grant(Activity, "read", where=ALWAYS))
    assert kinds(store) == {
        ("contact_created", "mai"),
        ("activity_created", "c2"),
        ("activity_created", "c3"),
        ("activity_done", "c2"),
    }


def test_an_event_whose_date_is_hidden_is_not_told_and_what_is_hidden_is_missing():
    store = of_actor(Grant(Deal, "read", where=ALWAYS, fields=("status", "contact_id", "created_at")))
    moments = {moment.kind: moment for moment in timeline(store, "mai")}
    assert moments.keys() == {"contact_created", "deal_created"}
    assert (moments["deal_created"].record.name, moments["deal_created"].what) == (None, None)


def test_a_customer_named_by_ref_is_not_another_of_the_same_id():
    store = stocked(
        Contact(id="1", company_id="7"),
        Company(id="1"),
        Contact(id="2", company_id="1"),
        *(
            record
            for name in ("1", "7", "contact:1", "company:1", "company:7", "contact:7", "deal:1")
            for record in (
                Order(id=name, customer_id=name, ordered_at=START),
                Subscription(id=name, customer_id=name, started_at=START),
            )
        ),
    )

    def bought(contact):
        kinds = {"order_placed", "subscription_started"}
        moments = [moment for moment in timeline(store, contact) if moment.kind in kinds]
        assert len(moments) == 2 * len({moment.record.id for moment in moments})
        return {moment.record.id for moment in moments}

    assert bought("1") == {"1", "contact:1", "7", "company:7"}
    assert bought("2") == {"1", "company:1"}  # a bare id is told of both who have it


def test_classes_that_a_store_does_not_keep_are_left_out():
    store = stocked(*CUSTOMER)

    class Small:
        custom = None

        def repository(self, cls):
            if cls not in (Contact, Deal):
                raise InvalidArgument("not kept here", argument="cls", value=cls)
            return store.repository(cls)

    assert kinds(Small()) == {("contact_created", "mai"), ("deal_created", "d1")}
