"""Custom values: kept as they are, asked where they are declared."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from crmkit.errors import CrmError, InvalidRecord, UnknownField
from crmkit.expressions import field
from crmkit.records import CustomField, CustomFields, evolve, kind_of
from crmkit.testing._acts import act, added, edited, refusal, stand
from crmkit.testing._declared import Declared, OpenStore

__all__ = ["CustomValueChecks"]

_VALUES: dict[str, Any] = {
    "v_words": "a 'word' \\ \n 😀",
    "v_nothing": "",
    "v_yes": True,
    "v_no": False,
    "v_one": 1,
    "v_one_float": 1.0,
    "v_one_decimal": Decimal("1.00"),
    "v_many": 2**53 + 1,
    "v_most": 2**63 - 1,
    "v_least": -(2**63),
    "v_tenth": 0.1,
    "v_tiny": 5e-324,
    "v_huge": 1.7976931348623157e308,
    "v_cents": Decimal("0.10"),
    "v_fine": Decimal("1E-30"),
    "v_wide": Decimal("123456789012345678901234567890.123456789012345678901234567890"),
    "v_moment": datetime(2017, 3, 31, 12, 30, 15, 123456, tzinfo=UTC),
    "v_day": date(2017, 3, 31),
    "v_like_a_day": "2017-03-31",
    "v_like_a_number": "1.0",
    "v_tags": ("b", "a", "b"),
    "v_no_tags": (),
    "v_größe": "ß",
}
_CHOICES: Any = ("low", "high")
_DECLARED: dict[str, Any] = {
    "c_text": "text",
    "c_choice": CustomField("choice", choices=_CHOICES),
    "c_id": "id",
    "c_integer": "integer",
    "c_number": "number",
    "c_money": "money",
    "c_flag": "flag",
    "c_instant": "instant",
    "c_date": "date",
    "c_tags": "tags",
}
_SETS: list[dict[str, Any]] = [
    {
        "c_text": "b",
        "c_choice": "low",
        "c_id": "7",
        "c_integer": 10,
        "c_number": 0.5,
        "c_money": Decimal("9.50"),
        "c_flag": True,
        "c_instant": datetime(2017, 3, 31, 12, tzinfo=UTC),
        "c_date": date(2017, 3, 31),
        "c_tags": ("vip", "new"),
    },
    {
        "c_text": "B",
        "c_choice": "high",
        "c_id": "07",
        "c_integer": 9,
        "c_number": 2,
        "c_money": Decimal("10"),
        "c_flag": False,
        "c_instant": datetime(2017, 3, 31, 11, 59, 59, 999999, tzinfo=UTC),
        "c_date": date(2017, 4, 1),
        "c_tags": (),
    },
    {},
]


class CustomValueChecks(Declared):
    """What a tenant adds to the fields is kept like the fields, or refused."""

    def test_custom_values_come_back_as_they_were_and_of_their_kind(self, open_store: OpenStore) -> None:
        store = self._open(open_store)
        for cls in self.records:
            (there,) = added(store, self._kept.bare(cls, "1", custom=_VALUES))
            back = store.repository(cls).get("1")
            assert back == there
            assert {name: (type(value), str(value)) for name, value in back.custom.items()} == {
                name: (type(value), str(value)) for name, value in _VALUES.items()
            }
            assert store.history(cls, "1")[0].edits[0].after.custom == _VALUES

    def test_custom_values_are_edited_one_by_one(self, open_store: OpenStore) -> None:
        store = self._open(open_store)
        cls, _ = self._text
        (record,) = added(store, self._kept.bare(cls, "1", custom={"seats": 1, "plan": "pro"}))
        for custom in (
            {"seats": 2, "plan": "pro"},
            {"seats": 2},
            {"seats": 2.0},
            {"seats": Decimal("2.0")},
            {"seats": True},
            {},
            {"plan": "free", "since": date(2017, 3, 31)},
        ):
            record = edited(store, record, custom=custom)
            back = store.repository(cls).get("1")
            assert back == record
            assert {name: type(value) for name, value in back.custom.items()} == {
                name: type(value) for name, value in custom.items()
            }

    def test_custom_values_of_one_record_are_not_those_of_another(self, open_store: OpenStore) -> None:
        store = self._open(open_store)
        cls, _ = self._text
        records = added(store, *(self._kept.bare(cls, f"{n}", custom=custom) for n, custom in enumerate(_SETS)))
        edited(store, records[0], custom={"c_text": "edited"})
        assert dict(store.repository(cls).get("1").custom) == _SETS[1]
        assert dict(store.repository(cls).get("2").custom) == {}

    def test_a_store_says_which_custom_fields_it_has(self, open_store: OpenStore) -> None:
        cls, _ = self._text
        assert self._open(open_store).custom is None
        declared = CustomFields(**{kind_of(cls): _DECLARED})
        assert open_store(custom=declared).custom == declared

    def test_undeclared_custom_values_cannot_be_asked(self, open_store: OpenStore) -> None:
        store = self._open(open_store)
        cls, _ = self._text
        added(store, self._kept.bare(cls, "1", custom={"seats": 1}))
        repository = store.repository(cls)
        for ask in (repository.find, repository.count, repository.exists):
            refusal(UnknownField, ask, field("seats") == 1)
        refusal(UnknownField, repository.find, order_by="seats")

    def test_declared_custom_fields_are_asked_like_others(self, open_store: OpenStore) -> None:
        store, cls, records = self._declared(open_store)
        repository = store.repository(cls)
        questions = [
            question
            for name, value in _SETS[0].items()
            if name not in ("c_tags", "c_flag")
            for question in (field(name) == value, field(name) < value, field(name) > value, field(name).isin(value))
        ]
        questions += [field("c_flag") == True, field("c_flag") == False]  # noqa: E712 - builds a question
        questions += [field("c_tags").has("vip"), field("c_tags").has_all(), field("c_text").contains("b")]
        questions += [field(name).missing() for name in _DECLARED]
        questions += [field("c_integer") == 10.0, field("c_money") == 9.5, field("c_number") == 2]
        for question in questions:
            for each in (question, ~question):
                expected = [record for record in records if each.test(_flat(record))]
                assert list(repository.find(each)) == expected, str(each)
                assert repository.count(each) == len(expected), str(each)

    def test_declared_custom_fields_are_sorted_by_like_others(self, open_store: OpenStore) -> None:
        store, cls, _ = self._declared(open_store)
        repository = store.repository(cls)
        ascending = {name: ["0", "1", "2"] if _SETS[0][name] < _SETS[1][name] else ["1", "0", "2"] for name in _ORDERED}
        for name, expected in ascending.items():
            for order, ids in ((name, expected), (f"-{name}", [expected[1], expected[0], "2"])):
                assert [record.id for record in repository.find(order_by=order)] == ids, order
                page = repository.find(order_by=order, limit=1)
                rest = repository.find(order_by=order, after=page.next)
                assert [record.id for record in (*page, *rest)] == ids, order

    def test_pages_lose_no_number_that_a_double_takes_for_its_neighbour(self, open_store: OpenStore) -> None:
        self._open(open_store)
        cls, _ = self._text
        store = open_store(custom=CustomFields(**{kind_of(cls): {"c_number": CustomField("number")}}))
        numbers = [2**53 + 1, 2**53, Decimal("0.1"), 0.1, 2**53 + 1, Decimal("0.10000000000000000001")]
        added(store, *(self._kept.bare(cls, f"{n}", custom={"c_number": each}) for n, each in enumerate(numbers)))
        repository = store.repository(cls)
        for order in ("c_number", "-c_number"):
            pages = [repository.find(order_by=order, limit=1)]
            while pages[-1].next is not None and len(pages) <= len(numbers):
                pages.append(repository.find(order_by=order, limit=1, after=pages[-1].next))
            ids = [record.id for page in pages for record in page]
            assert ids == [record.id for record in repository.find(order_by=order)]
            assert sorted(ids) == [f"{number}" for number in range(len(numbers))]

    def test_custom_values_that_are_not_declared_are_refused(self, open_store: OpenStore) -> None:
        store, cls, records = self._declared(open_store)
        before = stand(store, cls)
        wrong: dict[str, Any] = {"c_text": 7, "c_integer": "7", "c_choice": "middle", "c_flag": 1, "c_money": 0.5}
        for name, value in wrong.items():
            refusal(InvalidRecord, store.apply, act(add=[self._kept.bare(cls, "new", custom={name: value})]))
            edit = (records[0], evolve(records[0], custom={name: value}))
            refusal(InvalidRecord, store.apply, act(edit=[edit]))
        refusal(UnknownField, store.apply, act(add=[self._kept.bare(cls, "new", custom={"nonsense": 1})]))
        assert stand(store, cls) == before

    def test_a_store_without_custom_values_refuses_them(self, open_store: OpenStore) -> None:
        if self.keeps_custom:
            pytest.skip("the store keeps custom values")
        store = open_store()
        for cls in self.records:
            refusal(CrmError, store.apply, act(add=[self._kept.bare(cls, "1", custom={"seats": 1})]))
            (record,) = added(store, self._kept.bare(cls, "1"))
            edit = (record, evolve(record, custom={"seats": 1}))
            refusal(CrmError, store.apply, act(edit=[edit]))
            assert stand(store, cls) == {"1": record}

    def _open(self, open_store: OpenStore) -> Any:
        if not self.keeps_custom:
            pytest.skip("the store keeps no custom values")
        return open_store()

    def _declared(self, open_store: OpenStore) -> tuple[Any, Any, list[Any]]:
        self._open(open_store)
        cls, _ = self._text
        store = open_store(custom=CustomFields(**{kind_of(cls): _DECLARED}))
        return store, cls, added(store, *(self._kept.bare(cls, f"{n}", custom=each) for n, each in enumerate(_SETS)))


_ORDERED = [name for name in _DECLARED if name not in ("c_flag", "c_tags")]


def _flat(record: Any) -> dict[str, Any]:
    """Write a record as a question reads it: its custom values beside its own."""
    return {"id": record.id, **dict.fromkeys(_DECLARED), **record.custom}
