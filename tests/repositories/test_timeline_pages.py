"""The pages of a timeline, one after the other, are the whole; and none reads much more than it shows."""

import base64
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.errors import InvalidArgument
from crmkit.records import (
    RECORDS,
    Activity,
    Affiliation,
    Company,
    Contact,
    Deal,
    Lead,
    Order,
    StageChange,
    Subscription,
    SurveyResponse,
    Ticket,
    ref,
)
from crmkit.repositories import timeline
from tests.repositories.test_timeline import CUSTOMER, START, stocked

TIMES = [START + timedelta(hours=hours) for hours in (0, 0, 12, 24, 24, 36, 48)] + [
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_998, tzinfo=UTC),
]
DEAL = ["open", "won", "lost"]
LINKS = ["contact:c", "contact:e", "company:f", "deal:d0", "deal:d1", "ticket:t0"]


def drawn(seed):
    """Records of a contact "c", a contact "e" and three companies, from a seed: drawing each value takes too long."""
    chance = random.Random(seed)

    def person():
        return chance.choice([None, "c", "c", "e"])

    def firm():
        return chance.choice([None, "f", "g", "h"])

    def at():
        return chance.choice([None, *TIMES])

    def on():
        return None if (time := at()) is None else time.date()

    def several(prefix, build, **fields):
        for number in range(chance.randrange(5)):
            yield build(id=f"{prefix}{number}", **{name: draw() for name, draw in fields.items()})

    def buyer():
        kind, name = chance.choice([("contact", person()), ("company", firm())])
        return name if name is None or chance.randrange(2) else f"{kind}:{name}"

    def links():
        return tuple(chance.sample(LINKS, chance.randrange(4)))

    about = {"contact_id": person, "company_id": firm}
    return [
        Contact(id="c", company_id=firm(), created_at=at()),
        *(Company(id=name, created_at=at()) for name in "fgh"),
        *several(
            "a",
            Affiliation,
            contact_id=lambda: chance.choice("ce"),
            company_id=lambda: chance.choice("fgh"),
            started_on=on,
            ended_on=on,
        ),
        *several("l", Lead, contact_id=person, created_at=at, converted_at=at),
        *several("d", Deal, **about, status=lambda: chance.choice(DEAL), created_at=at, closed_at=at),
        *several(
            "s",
            StageChange,
            deal_id=lambda: chance.choice(["d0", "d1", "d2"]),
            to_stage=lambda: "x",
            changed_at=lambda: chance.choice(TIMES),
        ),
        *several("y", Activity, kind=lambda: "call", links=links, occurred_at=at, created_at=at, done_at=at),
        *several("t", Ticket, **about, created_at=at, first_replied_at=at, solved_at=at),
        *several("o", Order, customer_id=buyer, ordered_at=at),
        *several("u", Subscription, customer_id=buyer, started_at=at, ended_at=at),
        *several(
            "r",
            SurveyResponse,
            kind=lambda: "nps",
            score=lambda: 9,
            contact_id=person,
            ticket_id=lambda: chance.choice([None, "t0", "t1"]),
            responded_at=at,
        ),
    ]


def whole(records):
    """Every moment of the contact "c", found by going over all there is."""
    of = {cls: [record for record in records if type(record) is cls] for cls in RECORDS.values()}
    own = [each for each in of[Affiliation] if each.contact_id == "c"]
    firms = {of[Contact][0].company_id, *(each.company_id for each in own)} - {None}

    def theirs(cls):
        return [each for each in of[cls] if each.contact_id == "c" or each.company_id in firms]

    deals, tickets = theirs(Deal), theirs(Ticket)
    refs = {"contact:c", *(f"company:{firm}" for firm in firms), *map(ref, deals), *map(ref, tickets)}
    activities = [each for each in of[Activity] if refs & {*each.links}]
    buys = {"c", "contact:c", *firms, *(f"company:{firm}" for firm in firms)}
    dated = [
        *(("contact_created", each, each.created_at) for each in of[Contact]),
        *(("company_created", each, each.created_at) for each in of[Company] if each.id in firms),
        *(
            (kind, each, at)
            for each in own
            for kind, at in (("affiliation_started", each.started_on), ("affiliation_ended", each.ended_on))
        ),
        *(("lead_created", each, each.created_at) for each in of[Lead] if each.contact_id == "c"),
        *(("lead_converted", each, each.converted_at) for each in of[Lead] if each.contact_id == "c"),
        *(("deal_created", each, each.created_at) for each in deals),
        *((f"deal_{each.status}", each, each.closed_at) for each in deals if each.status != "open"),
        *(
            ("stage_changed", each, each.changed_at)
            for each in of[StageChange]
            if each.deal_id in {deal.id for deal in deals}
        ),
        *(("activity", each, each.occurred_at) for each in activities),
        *(("activity_created", each, each.created_at) for each in activities if each.occurred_at is None),
        *(("activity_done", each, each.done_at) for each in activities if each.occurred_at is None),
        *(("ticket_created", each, each.created_at) for each in tickets),
        *(("ticket_replied", each, each.first_replied_at) for each in tickets),
        *(("ticket_solved", each, each.solved_at) for each in tickets),
        *(("order_placed", each, each.ordered_at) for each in of[Order] if each.customer_id in buys),
        *(("subscription_started", each, each.started_at) for each in of[Subscription] if each.customer_id in buys),
        *(("subscription_ended", each, each.ended_at) for each in of[Subscription] if each.customer_id in buys),
        *(
            ("survey_answered", each, each.responded_at)
            for each in of[SurveyResponse]
            if each.contact_id == "c" or each.ticket_id in {ticket.id for ticket in tickets}
        ),
    ]
    there = [(kind, each.id, at) for kind, each, at in dated if at is not None]
    instants = [
        (at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, tzinfo=UTC), kind, key)
        for kind, key, at in there
    ]
    return sorted(sorted(instants, key=lambda each: each[1:]), key=lambda each: each[0], reverse=True)


def places(moments):
    return [(moment.at, moment.kind, moment.record.id) for moment in moments]


def pages(store, contact, limit):
    after = None
    while True:
        page = timeline(store, contact, limit=limit, after=after)
        assert 0 < len(page) <= limit or page.next is None
        yield from page
        if (after := page.next) is None:
            return


@settings(max_examples=15)
@given(st.integers(0, 2**32), st.integers(2, 9))
def test_the_pages_together_are_the_whole_in_order(seed, limit):
    records = drawn(seed)
    store = stocked(*records)
    assert places(timeline(store, "c", limit=None)) == whole(records)
    assert places(pages(store, "c", limit)) == whole(records)


def test_a_page_reads_no_more_of_each_kind_than_it_holds():
    """Deals and tickets aside, whose ids tell what belongs to the customer."""
    calls = [
        Activity(id=f"{number:05}", kind="call", occurred_at=START, links=("contact:c",)) for number in range(1500)
    ]
    store, read = stocked(Contact(id="c", created_at=START), *calls), []

    class Counting:
        custom = None

        def repository(self, cls):
            behind = store.repository(cls)

            class Records:
                get = staticmethod(behind.get)

                def find(self, *asked, **page):
                    found = behind.find(*asked, **page)
                    read.append(len(found))
                    return found

            return Records()

    first = timeline(Counting(), "c", limit=20)
    assert (len(first), max(read)) == (20, 21)
    assert len([*pages(store, "c", 400)]) == 1501


def test_a_customer_with_very_many_deals_is_told_whole():
    deals = [Deal(id=f"{number:05}", contact_id="c", created_at=START) for number in range(1100)]
    calls = [
        Activity(id=deal.id, kind="call", occurred_at=START, links=(ref(deal), "contact:c")) for deal in deals[::7]
    ]
    assert len(timeline(stocked(Contact(id="c"), *deals, *calls), "c", limit=None)) == 1100 + len(calls)


@pytest.mark.parametrize("limit", [0, -1, 2.0, "5", True])
def test_what_is_no_limit_is_refused(limit):
    with pytest.raises(InvalidArgument):
        timeline(stocked(*CUSTOMER), "mai", limit=limit)


@pytest.mark.parametrize(
    "after",
    [
        "",
        "x",
        7,
        b"x",
        *(
            base64.urlsafe_b64encode(text.encode()).decode()
            for text in (
                "[]",
                "7",
                '["2024-05-01T00:00:00+00:00", "deal_won"]',
                '["2024-05-01T00:00:00+00:00", "deal_wn", "x"]',
                '["2024-05-01T00:00:00+00:00", ["deal_won"], "x"]',
                '["2024-05-01T00:00:00+00:00", "deal_won", 7]',
                '["2024-05-01T00:00:00", "deal_won", "x"]',
                '["2024-05-01T00:00:00+02:00", "deal_won", "x"]',
                '["yesterday", "deal_won", "x"]',
                '[7, "deal_won", "x"]',
                "[" * 20_000,
            )
        ),
    ],
)
def test_what_is_no_cursor_is_refused(after):
    with pytest.raises(InvalidArgument, match="no cursor of a timeline"):
        timeline(stocked(*CUSTOMER), "mai", after=after)
