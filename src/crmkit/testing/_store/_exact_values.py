"""What is put into a field comes out of it equal, at the edges too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from crmkit.errors import CrmError, InvalidRecord
from crmkit.expressions import field
from crmkit.records import evolve
from crmkit.testing._acts import act, added, edited, refusal, stand
from crmkit.testing._declared import Declared, OpenStore
from crmkit.testing._drawing import proven
from crmkit.testing._kept import nth
from crmkit.testing._strategies import records as drawn_records

__all__ = ["ExactValueChecks"]


class ExactValueChecks(Declared):
    """A store keeps a value as it is; one that it cannot keep it refuses, and says so."""

    def test_every_field_comes_back_as_it_was(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls, specs in self._kept.by_class.items():
            records = [self._kept.filled(cls, f"{number}", number) for number in range(3)]
            added(store, *records)
            for record in records:
                back = store.repository(cls).get(record.id)
                for spec in specs:
                    value, wanted = getattr(back, spec.name), getattr(record, spec.name)
                    assert (value, type(value)) == (wanted, type(wanted)), spec.name

    def test_what_is_missing_comes_back_missing(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls, specs in self._kept.by_class.items():
            added(store, self._kept.bare(cls, "1"))
            back = store.repository(cls).get("1")
            assert [spec.name for spec in specs if spec.nullable and getattr(back, spec.name) is not None] == []

    def test_texts_come_back_to_the_last_character(self, open_store: OpenStore) -> None:
        plain = [
            "",
            " ",
            " a ",
            "a\nb",
            "a\r\nb",
            "\t",
            "'",
            '"',
            "\\",
            "%_",
            "null",
            "NULL",
            "None",
            "7",
            "1e5",
            "<b>",
        ]
        self._come_back(
            open_store, self._field("text"), [*plain, "😀", "é", "e\u0301", "שלום", "ﬁ", "\u200b", "中文", "a" * 100]
        )

    def test_odd_texts_come_back_too(self, open_store: OpenStore) -> None:
        odd = [
            "\x01",
            "\x1b[0m",
            "\x7f",
            "\ufeff",
            "\ufffe",
            "\uffff",
            "\U0010ffff",
            "\u2028",
            "a" * 100_000,
            "😀" * 9_999,
        ]
        self._come_back(open_store, self._field("text"), odd, edge=True)

    def test_an_empty_text_comes_back_empty_and_not_missing(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        (record,) = added(store, self._kept.bare(cls, "1", **{text: ""}))
        assert getattr(store.repository(cls).get("1"), text) == ""
        record = edited(store, record, **{text: None})
        assert getattr(store.repository(cls).get("1"), text) is None
        edited(store, record, **{text: ""})
        assert getattr(store.repository(cls).get("1"), text) == ""

    def test_amounts_come_back_to_the_cent(self, open_store: OpenStore) -> None:
        texts = ["0", "0.10", "0.30", "-0.01", "19.99", "1234567.89", "99999999.99", "-99999999.99", "1", "100"]
        self._come_back(open_store, self._field("money"), [Decimal(text) for text in texts])

    def test_huge_and_tiny_amounts_come_back_too(self, open_store: OpenStore) -> None:
        texts = ["1E+30", "-9.999999999999999999999999999999E+30", "1E-30", "0.1000000000000000055511151231257827"]
        texts[-1:] = ["9007199254740993", "0.000000000000000000000000000001", "12345678901234567890.123456789", "-0.00"]
        self._come_back(open_store, self._field("money"), [Decimal(text) for text in texts], edge=True)

    def test_amounts_keep_the_digits_they_are_written_with(self, open_store: OpenStore) -> None:
        place = self._field("money")
        values = [Decimal(text) for text in ("1.5", "1.50", "1.500", "100.00", "0.00", "0.0000001", "2")]
        self._come_back(open_store, place, values, edge=True, written=True)

    def test_whole_numbers_come_back_to_the_last_digit(self, open_store: OpenStore) -> None:
        place = self._field("integer")
        self._come_back(open_store, place, [0, 1, 2**31 - 1])
        self._come_back(open_store, place, [2**31, 2**53 + 1, 2**63 - 1], edge=True)

    def test_numbers_come_back_to_the_last_bit(self, open_store: OpenStore) -> None:
        place = self._field("number")
        self._come_back(open_store, place, [0.0, 0.5, 0.1, 1.0])
        self._come_back(
            open_store, place, [0.1 + 0.2, 1 - 2**-53, 1 / 3, 5e-324, 2.2250738585072014e-308, -0.0], edge=True
        )

    def test_instants_come_back_to_the_microsecond_and_in_utc(self, open_store: OpenStore) -> None:
        berlin = timezone(timedelta(hours=2))
        plain = [datetime(2017, 3, 31, 12, tzinfo=UTC), datetime(2017, 3, 26, 3, 30, tzinfo=berlin)]
        place = self._field("instant")
        self._come_back(open_store, place, plain)
        odd = [
            datetime(2017, 3, 31, 12, 0, 0, 1, tzinfo=UTC),
            datetime(2017, 3, 31, 12, 59, 59, 999_999, tzinfo=UTC),
            datetime(1, 1, 1, tzinfo=UTC),
            datetime(1900, 1, 1, tzinfo=UTC),
            datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(2262, 4, 12, tzinfo=UTC),
            datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        ]
        self._come_back(open_store, place, odd, edge=True)

    def test_dates_come_back_from_the_first_year_to_the_last(self, open_store: OpenStore) -> None:
        place = self._field("date")
        self._come_back(open_store, place, [date(2016, 2, 29), date(1999, 12, 31), date(2117, 1, 1)])
        self._come_back(open_store, place, [date(1, 1, 1), date(1582, 10, 10), date(9999, 12, 31)], edge=True)

    def test_tags_come_back_in_their_order_and_as_often(self, open_store: OpenStore) -> None:
        place = self._field("tags", nullable=None)
        self._come_back(
            open_store, place, [(), ("a:b",), ("a:b", "a:a", "a:b"), ("a:,", 'a:"', "a:[]", "a:'", "a:\\"), ("a:😀",)]
        )

    def test_choices_come_back(self, open_store: OpenStore) -> None:
        for cls, spec in self._kept.specs("choice"):
            self._come_back(open_store, (cls, spec), (spec.choices or ())[:8])

    def test_odd_ids_come_back(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        for name in ("a\nb", "\t", "😀", "a" * 100, "x:y", "a/b?c=d&e#f", "\ufeff", "\x01", "a" * 1_000):
            record = self._kept.bare(cls, name)
            if self._applied(store, record):
                assert store.repository(cls).get(name) == evolve(record, version=1)
                assert [each.id for each in store.repository(cls).find(field("id") == name)] == [name]
                assert len(store.history(cls, name)) == 1

    def test_texts_with_NUL_are_refused(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        (record,) = added(store, self._kept.bare(cls, "1", **{text: "\\u0000"}))
        refusal(InvalidRecord, store.apply, act(add=[self._kept.bare(cls, "2", **{text: "a\0b"})]))
        refusal(InvalidRecord, store.apply, act(edit=[(record, evolve(record, **{text: "\0"}))]))
        refusal(InvalidRecord, store.apply, act(add=[self._kept.bare(cls, "2\0")]))
        refusal(CrmError, store.apply, act(add=[self._kept.bare(cls, "2")], key="a\0b"))
        assert stand(store, cls) == {"1": record}

    def test_tags_and_custom_values_with_NUL_are_refused(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        wrong: list[tuple[type, dict[str, Any]]] = [(cls, {"custom": {"seats": "a\0b"}})] if self.keeps_custom else []
        wrong += [(owner, {spec.name: ("a:\0",)}) for owner, spec in self._kept.specs("tags")]
        for owner, values in wrong:
            refusal(InvalidRecord, store.apply, act(add=[self._kept.bare(owner, "1", **values)]))
            assert stand(store, owner) == {}

    def test_nothing_is_found_by_a_text_with_NUL(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        added(store, self._kept.bare(cls, "1", **{text: "a"}))
        repository = store.repository(cls)
        assert repository.count(field(text) == "a\0") == 0
        assert repository.count(field(text).contains("\0")) == 0
        assert repository.count(field("id").isin("1\0", "\0")) == 0
        assert repository.count(field(text) != "a\0") == 1
        assert store.history(cls, "1\0") == ()

    def test_whatever_a_record_can_hold_comes_back(self, open_store: OpenStore) -> None:
        store = open_store()
        versions: dict[tuple[type, str], int] = {}

        def law(drawn: Any) -> None:
            cls, name = type(drawn), drawn.id
            record = evolve(drawn, version=versions.get((cls, name), 0))
            if self._applied(store, record):
                there = evolve(record, version=record.version + 1)
                versions[cls, name] = there.version
                back, history = store.repository(cls).get(name), store.history(cls, name)
                store.apply(act(remove=[there]))
                assert (back, history[-1].edits[0].after) == (there, there)

        some = st.sampled_from([*self.records]).flatmap(self._drawn)
        proven(law, some, examples=5 * self.examples)

    def _drawn(self, cls: type) -> st.SearchStrategy[Any]:
        names = [spec.name for spec in self._kept.by_class[cls]]
        return drawn_records(cls, fields=[*names, "custom"] if self.keeps_custom else names)

    def _come_back(
        self,
        open_store: OpenStore,
        place: tuple[type, Any],
        values: Iterable[Any],
        *,
        edge: bool = False,
        written: bool = False,
    ) -> None:
        """Add each value, and edit it into another record; at the edges a store may refuse it, if it says so."""
        cls, spec = place
        store = open_store()
        (other,) = added(store, self._kept.bare(cls, "other", **{spec.name: nth(spec, 7)}))
        for number, value in enumerate(values):
            record = self._kept.bare(cls, f"{number}", **{spec.name: value})
            if edge and not self._applied(store, record):
                continue
            if not edge:
                added(store, record)
            other = edited(store, other, **{spec.name: value})
            wanted = getattr(record, spec.name)
            for each in (store.repository(cls).get(f"{number}"), store.repository(cls).get("other")):
                got = getattr(each, spec.name)
                assert (got, type(got)) == (wanted, type(wanted))
                assert not isinstance(got, datetime) or got.utcoffset() == timedelta(0)
            if written and self.keeps_every_value:
                assert str(getattr(store.repository(cls).get(f"{number}"), spec.name)) == str(wanted)

    def _applied(self, store: Any, record: Any) -> bool:
        """Add a record that the store may refuse, where it says that it does not keep every value."""
        try:
            store.apply(act(add=[record]))
        except CrmError:
            if self.keeps_every_value:
                raise
            assert not store.repository(type(record)).exists(field("id") == record.id)
            return False
        return True
