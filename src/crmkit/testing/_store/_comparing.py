"""Questions about one kind of field each: find, count and exists answer them as each record on its own does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

from crmkit.errors import InvalidExpression
from crmkit.expressions import Expression, field
from crmkit.testing._acts import added
from crmkit.testing._declared import Declared, OpenStore
from crmkit.testing._kept import nth

__all__ = ["ComparingChecks", "same"]

_AS_OF = datetime(2017, 3, 31, 22, 30, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_TEXTS = [
    "",
    "a",
    "A",
    "ab",
    "b%",
    "_b",
    "a\\b",
    "it's",
    '"',
    "ß",
    "SS",
    "é",
    "e\u0301",
    "😀",
    "😀a",
    " a",
    "null",
    "7",
]
_INSTANTS = [
    _AS_OF,
    *(_AS_OF + step for days in (1, 30) for step in (timedelta(days=days), -timedelta(days=days))),
    *(_AS_OF - timedelta(days=30) + step for step in (_SECOND, -_SECOND)),
    _AS_OF - _SECOND,
    datetime(2017, 3, 31, 22, tzinfo=UTC),  # midnight in Berlin
    datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2017, 1, 1, tzinfo=UTC),
]


class ComparingChecks(Declared):
    """Values are compared by the semantics of questions, wherever they are kept."""

    def test_texts_are_compared_by_code_point(self, open_store: OpenStore) -> None:
        place = self._field("text")
        self._prove(open_store, place, _TEXTS, _comparisons(place[1].name, ["", "a", "A", "b", "ß", "é", "z", "😀"]))

    def test_texts_are_searched_literally(self, open_store: OpenStore) -> None:
        place = self._field("text")
        asked = field(place[1].name)
        parts = ["", "a", "A", "%", "_", "\\", "'", '"', "b%", "é", "e", "😀", " ", "s"]
        questions = [ask(part) for part in parts for ask in (asked.contains, asked.startswith, asked.endswith)]
        self._prove(open_store, place, _TEXTS, questions)

    def test_texts_in_lowercase_are_compared_as_python_writes_them_or_refused(self, open_store: OpenStore) -> None:
        cls, text = self._text
        store = open_store()
        records = added(store, *(self._kept.bare(cls, f"{n}", **{text: value}) for n, value in enumerate(_TEXTS)))
        for value in ("a", "SS", "ß", "É"):
            question = field(text).lower() == value
            try:
                found = list(store.repository(cls).find(question))
            except InvalidExpression:
                continue
            assert found == [record for record in records if question.test(record)], str(question)

    def test_ids_and_references_are_compared_as_texts(self, open_store: OpenStore) -> None:
        place = self._field("id")
        self._prove(open_store, place, ["7", "07", "a", "A", "b"], _comparisons(place[1].name, ["7", "A", "a", "c"]))

    def test_choices_are_compared_as_texts(self, open_store: OpenStore) -> None:
        cls, spec = self._field("choice", nullable=None)
        choices = (spec.choices or ())[:4]
        asked = field(spec.name)
        questions = [*(asked == choice for choice in choices), asked.isin(*choices[:2]), asked < choices[-1]]
        self._prove(open_store, (cls, spec), choices, questions)

    def test_whole_numbers_are_compared_exactly(self, open_store: OpenStore) -> None:
        place = self._field("integer")
        values = [0, 1, 7, 100, 2**31 - 1]
        asked: list[Any] = [0, 1, -1, 7.0, 7.5, 100, 2**31, -(2**63), 2**63, 10**30, Decimal(7), 0.0]
        self._prove(open_store, place, values, _comparisons(place[1].name, asked, [7, 0]))

    def test_numbers_are_compared_as_doubles(self, open_store: OpenStore) -> None:
        place = self._field("number")
        values = [0.0, 0.1, 0.25, 0.5, 1.0]
        asked: list[Any] = [0, 0.0, -0.0, 0.1, Decimal("0.1"), 0.10000000000000002, 0.5, 1, 1.5, -1]
        self._prove(open_store, place, values, _comparisons(place[1].name, asked, [0.1, 0.5]))

    def test_amounts_are_compared_by_their_nearest_doubles(self, open_store: OpenStore) -> None:
        place = self._field("money")
        values = [Decimal(text) for text in ("0", "0.10", "0.30", "19.99", "20", "-1.00", "9", "100")]
        asked: list[Any] = [0, 0.1, Decimal("0.1"), 0.30000000000000004, 19.99, Decimal("19.990"), 20, -1.0, 100]
        self._prove(open_store, place, values, _comparisons(place[1].name, asked, [19.99, Decimal(20)]))

    def test_instants_are_compared(self, open_store: OpenStore) -> None:
        place = self._field("instant")
        self._prove(open_store, place, _INSTANTS, _comparisons(place[1].name, _INSTANTS[:4]))

    def test_dates_are_compared(self, open_store: OpenStore) -> None:
        place = self._field("date")
        values = [date(2017, 3, 31), date(2017, 4, 1), date(2017, 3, 9), date(1999, 12, 31), date(2117, 1, 1)]
        self._prove(open_store, place, values, _comparisons(place[1].name, values[:3]))

    def test_flags_are_asked(self, open_store: OpenStore) -> None:
        cls, spec = self._field("flag", nullable=None)
        asked = field(spec.name)
        flags = (True, False)
        questions = [*(asked == flag for flag in flags), asked.isin(*flags), asked.isin(*flags[:1])]
        self._prove(open_store, (cls, spec), flags, questions)

    def test_tags_are_asked(self, open_store: OpenStore) -> None:
        cls, spec = self._field("tags", nullable=None)
        one, two, three, four = "a:1", "A:1", "a:%", "a:😀"
        asked = field(spec.name)
        questions = [*(asked.has(tag) for tag in (one, two, three, four, "a", "")), asked.has_any(), asked.has_all()]
        for some in permutations((one, two, three), 2):
            questions += [asked.has_any(*some), asked.has_all(*some)]
        self._prove(
            open_store, (cls, spec), [(), (one,), (one, two), (two, one), (three, one, one), (four,)], questions
        )

    def test_two_fields_are_compared(self, open_store: OpenStore) -> None:
        for kinds in (("text", "id"), ("number", "money", "integer"), ("instant",), ("date",)):
            pairs = (
                [spec for owner, spec in self._kept.specs(*kinds, nullable=True) if owner is cls]
                for cls in self.records
            )
            for cls, specs in zip(self.records, pairs, strict=True):
                if len(specs) > 1:
                    self._prove_pair(open_store, cls, *specs[:2])
                    break

    def test_relative_questions_count_from_as_of(self, open_store: OpenStore) -> None:
        place = self._field("instant", "date")
        asked = field(place[1].name)
        values: Sequence[Any] = _INSTANTS
        questions = [asked.within(days=30), asked.next(days=30), asked.within(weeks=1)]
        questions += [asked.during(every, offset=n) for every in ("day", "month", "quarter", "year") for n in (0, -1)]
        questions += [asked.during("day", timezone="Europe/Berlin"), asked.during("year", fiscal_year_start=4)]
        if place[1].kind == "date":
            values = [value.date() for value in _INSTANTS]
        self._prove(open_store, place, values, questions, _AS_OF)
        self._prove(open_store, place, values, questions, _AS_OF - timedelta(days=90))

    def _prove(
        self,
        open_store: OpenStore,
        place: tuple[type, Any],
        values: Iterable[Any],
        questions: Iterable[Expression],
        as_of: datetime | None = None,
    ) -> None:
        """Keep one record of each value, and one without, and compare each answer."""
        cls, spec = place
        held = [*values, *([None] if spec.nullable else [])]
        store = open_store()
        records = added(store, *(self._kept.bare(cls, f"{n:02}", **{spec.name: value}) for n, value in enumerate(held)))
        for question in questions:
            same(store.repository(cls), records, question, as_of)
            expected = [record for record in records if not question.test(record, as_of=as_of)]
            assert list(store.repository(cls).find(~question, as_of=as_of)) == expected, str(~question)

    def _prove_pair(self, open_store: OpenStore, cls: type, one: Any, other: Any) -> None:
        store = open_store()
        pairs = [(nth(one, a), nth(other, b)) for a, b in ((0, 0), (0, 1), (1, 0), (1, 1))]
        pairs += [(None, pairs[0][1]), (pairs[0][0], None), (None, None)]
        records = added(
            store, *(self._kept.bare(cls, f"{n}", **{one.name: a, other.name: b}) for n, (a, b) in enumerate(pairs))
        )
        left, right = field(one.name), field(other.name)
        for question in (left == right, left < right, left <= right, left > right, left >= right):
            same(store.repository(cls), records, question)
            same(store.repository(cls), records, ~question)


def _comparisons(name: str, values: Sequence[Any], several: Sequence[Any] = ()) -> list[Expression]:
    asked = field(name)
    questions = [
        question
        for value in values
        for question in (asked == value, asked < value, asked <= value, asked > value, asked >= value)
    ]
    return [*questions, asked.isin(*(several or values[:2])), asked.isin()]


def same(repository: Any, records: Sequence[Any], question: Expression, as_of: datetime | None = None) -> None:
    expected = [record for record in records if question.test(record, as_of=as_of)]
    assert list(repository.find(question, as_of=as_of)) == expected, str(question)
    assert repository.count(question, as_of=as_of) == len(expected), str(question)
    assert repository.exists(question, as_of=as_of) is bool(expected), str(question)
