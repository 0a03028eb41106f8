"""A store in SQL and one in memory, in step: whatever is done to both, both answer the same."""

import os
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from crmkit.errors import CrmError
from crmkit.expressions import ALWAYS, field
from crmkit.records import Change, Company, CustomField, CustomFields, Deal, evolve
from crmkit.repositories import InMemoryStore
from tests.records.strategies import NOW, amounts, dates, instants, integers

STEPS = int(os.environ.get("CRMKIT_STEPS", "15"))
EXAMPLES = int(os.environ.get("CRMKIT_EXAMPLES", "8"))

CUSTOM = CustomFields(
    deal={
        "erp": CustomField("id", unique=True),
        "score": "number",
        "budget": "money",
        "seats": "integer",
        "region": "text",
        "live": "flag",
        "due": "date",
        "seen_at": "instant",
        "areas": "tags",
    },
    company={"grade": "text", "worth": "number"},
)
few_texts = st.sampled_from(["", "a", "B", "é", "a%", "\U0001f600"])
few_ids = st.sampled_from(["1", "2", "3", "ß"])
values = {
    "score": integers | st.floats(-1e6, 1e6) | amounts | st.sampled_from([2**53 + 1, 2**53, -(2**53) - 1]),
    "budget": amounts,
    "seats": integers,
    "region": few_texts,
    "live": st.booleans(),
    "due": dates,
    "seen_at": instants,
    "areas": st.lists(few_texts, max_size=2).map(tuple),
    "erp": few_ids,
}
deals = st.builds(
    Deal,
    id=few_ids,
    name=st.none() | few_texts,
    company_id=st.none() | few_ids,
    stage=st.none() | few_texts,
    amount=st.none() | amounts,
    probability=st.none() | st.floats(0, 1),
    created_at=st.none() | instants,
    expected_close_on=st.none() | dates,
    tags=st.lists(few_texts, max_size=2).map(tuple),
    custom=st.fixed_dictionaries({}, optional=values),
    version=st.integers(0, 2),
)
companies = st.builds(
    Company,
    id=few_ids,
    country=st.none() | few_texts,
    parent_id=st.none() | few_ids,
    employees=st.none() | st.integers(0, 3),
    tags=st.lists(few_texts, max_size=2).map(tuple),
    custom=st.fixed_dictionaries({}, optional={"grade": few_texts, "worth": values["score"]}),
    version=st.integers(0, 2),
)
PLAIN = ["name", "stage", "amount", "probability", "created_at", "expected_close_on", "company_id"]
SORTED = [*PLAIN, "erp", "score", "budget", "seats", "region", "due", "seen_at", "version"]
LITERALS = {
    "amount": amounts.map(float) | st.integers(-5, 5),
    "probability": st.floats(0, 1),
    "created_at": instants,
    "expected_close_on": dates,
    "budget": amounts.map(float),
    "score": st.integers(-(2**53), 2**53) | st.floats(-1e6, 1e6),
    "seats": integers,
    "due": dates,
    "seen_at": instants,
    "company.employees": st.integers(0, 3),
    "company.worth": st.floats(-1e6, 1e6),
    "version": st.integers(0, 4),
}
TEXTS = ["name", "stage", "region", "erp", "company.country", "company.grade", "company.parent.country", "company_id"]


@st.composite
def leaves(draw):
    kind = draw(st.sampled_from(["order", "text", "tags", "flag", "missing", "pair", "window"]))
    if kind == "order":
        path = draw(st.sampled_from(sorted(LITERALS)))
        op = draw(st.sampled_from(["__eq__", "__lt__", "__le__", "__gt__", "__ge__", "__ne__"]))
        return getattr(field(path), op)(draw(LITERALS[path]))
    if kind == "text":
        asked = field(draw(st.sampled_from(TEXTS)))
        asked = asked.lower() if draw(st.integers(0, 4)) == 0 else asked
        text = draw(few_texts)
        how = draw(st.sampled_from(["eq", "contains", "startswith", "isin", "less"]))
        if how == "eq":
            return asked == text
        if how == "isin":
            return asked.isin(text, draw(few_texts))
        if how == "less":
            return asked < text
        return getattr(asked, how)(text)
    if kind == "tags":
        return field(draw(st.sampled_from(["tags", "areas", "company.tags"]))).has(draw(few_texts))
    if kind == "flag":
        return field("live") == draw(st.booleans())
    if kind == "pair":
        one, other = draw(st.sampled_from([("amount", "score"), ("score", "seats"), ("due", "expected_close_on")]))
        return field(one) > field(other)
    if kind == "window":
        path = draw(st.sampled_from(["created_at", "seen_at", "due", "expected_close_on"]))
        return field(path).within(days=draw(st.integers(1, 40_000)))
    return field(draw(st.sampled_from([*SORTED, "live", "areas", "company.country", "company.tags"]))).missing()


questions = st.recursive(
    leaves(),
    lambda parts: (
        st.builds(lambda a, b: a & b, parts, parts)
        | st.builds(lambda a, b: a | b, parts, parts)
        | parts.map(lambda a: ~a)
    ),
    max_leaves=4,
)
orders = st.lists(st.tuples(st.sampled_from(SORTED), st.booleans()), max_size=2, unique_by=lambda pair: pair[0])


def outcome(call):
    """What a call gives, or which error it ends in."""
    try:
        return call()
    except CrmError as error:
        return type(error), error.code, str(error)


class InStep(RuleBasedStateMachine):
    opened = None  # set by the test: what opens a store in SQL

    @initialize()
    def begin(self):
        self.sql = type(self).opened(custom=CUSTOM)
        self.memory = InMemoryStore(custom=CUSTOM)
        self.told = {"sql": [], "memory": []}
        self.sql.subscribe(self.told["sql"].append)
        self.memory.subscribe(self.told["memory"].append)
        self.changes = 0

    def both(self, call):
        ours, theirs = outcome(lambda: call(self.sql)), outcome(lambda: call(self.memory))
        assert ours == theirs
        return ours

    def a_change(self, data):
        cls, drawn = data.draw(st.sampled_from([(Deal, deals), (Company, companies)]))
        there = list(self.memory.repository(cls).find())
        act = data.draw(st.sampled_from(["add", "edit", "edit", "remove", "stale"]))
        record = data.draw(drawn)
        if act == "add" or not there:
            sides = {"add": [record]}
        else:
            before = data.draw(st.sampled_from(there))
            if act == "stale":
                before = evolve(before, version=before.version + data.draw(st.integers(0, 1)), tags=("other",))
            after = evolve(record, id=before.id)
            sides = {"remove": [before]} if act == "remove" else {"edit": [(before, after)]}
        other = data.draw(companies if cls is Deal else deals) if data.draw(st.integers(0, 3)) == 0 else None
        if other is not None:
            sides["add"] = [*sides.get("add", ()), other]
        self.changes += 1
        key = data.draw(st.none() | st.sampled_from(["k1", "k2"]))
        return Change.of(**sides, act="act", at=NOW + timedelta(seconds=self.changes), by="ana", idempotency_key=key)

    @rule(data=st.data())
    def apply(self, data):
        change = self.a_change(data)
        ours, theirs = outcome(lambda: self.sql.apply(change)), outcome(lambda: self.memory.apply(change))
        assert ours == theirs
        if isinstance(ours, Change):
            assert ours.id == theirs.id

    @rule(data=st.data())
    def apply_all(self, data):
        changes = [self.a_change(data) for _ in range(data.draw(st.integers(1, 3)))]
        ours = outcome(lambda: self.sql.apply_all(changes))
        theirs = outcome(lambda: self.memory.apply_all(changes))
        # Of several faults in one batch, either may be told.
        assert ours == theirs or (not isinstance(ours[0], Change) and not isinstance(theirs[0], Change))

    @rule(data=st.data(), fails=st.booleans())
    def inside_a_transaction(self, data, fails):
        changes = [self.a_change(data) for _ in range(2)]

        def act(store):
            done = []
            with store.transaction():
                done.append(outcome(lambda: store.apply(changes[0])))
                try:
                    with store.transaction():
                        done.append(outcome(lambda: store.apply(changes[1])))
                        done.append(tuple(store.repository(Deal).find()))
                        if fails:
                            raise KeyError
                except KeyError:
                    pass
                done.append(tuple(store.repository(Deal).find()))
            return done

        self.both(act)

    @rule(number=st.integers(1, 12))
    def undo(self, number):
        self.both(lambda store: store.undo(str(number), at=NOW, by="eva"))

    @rule(where=questions, order=orders, limit=st.none() | st.integers(1, 3))
    def find(self, where, order, limit):
        by = [f"-{name}" if down else name for name, down in order]

        def pages(store):
            repository, found, after = store.repository(Deal), [], None
            while True:
                page = repository.find(where, order_by=by, limit=limit, after=after, as_of=NOW)
                found.append(page)
                after = page.next
                if after is None:
                    return found

        self.both(pages)
        self.both(lambda store: store.repository(Deal).count(where, as_of=NOW))
        self.both(lambda store: store.repository(Deal).exists(where, as_of=NOW))

    @rule(name=few_ids)
    def history(self, name):
        self.both(lambda store: (store.history(Deal, name), store.history(Company, name)))

    @precondition(lambda self: self.changes)
    @invariant()
    def same_records(self):
        self.both(lambda store: [tuple(store.repository(cls).find(ALWAYS)) for cls in (Deal, Company)])
        assert self.told["sql"] == self.told["memory"]

    def teardown(self):
        if hasattr(self, "sql"):
            found = self.sql.verify()
            assert found.faults == ()
            assert found.entries == self.memory.verify().entries


def test_whatever_is_done_both_answer_the_same(open_store):
    machine = type("Both", (InStep,), {"opened": staticmethod(open_store)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
