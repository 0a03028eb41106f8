"""get, count and exists, and what a page of find is."""

from __future__ import annotations

from typing import Any

from crmkit.errors import CrmError, NotFound
from crmkit.expressions import ALWAYS, NEVER, field
from crmkit.records import kind_of
from crmkit.repositories import Page, Store
from crmkit.testing._acts import added, edited, gone, refusal
from crmkit.testing._declared import Declared, OpenStore

__all__ = ["ReadingChecks"]

_ALIKE = ("7", "07", "7.0", "a", "A", " a", "a ", "é", "e\u0301", "%", "_", "'", '"', "\\", "a:b", "a/b", "null", "😀")


class ReadingChecks(Declared):
    """What is read is what is there."""

    def test_a_store_is_a_store(self, open_store: OpenStore) -> None:
        assert isinstance(open_store(), Store)

    def test_a_new_store_is_empty(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            repository = store.repository(cls)
            assert repository.find().records == ()
            assert repository.find().next is None
            assert repository.count() == 0
            assert repository.exists() is False

    def test_two_stores_share_nothing(self, open_store: OpenStore) -> None:
        one, other = open_store(), open_store()
        cls, _ = self._text
        added(one, self._kept.bare(cls, "1"))
        assert other.repository(cls).count() == 0
        assert other.history(cls, "1") == ()

    def test_get_returns_the_record_of_the_id(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            one, other = added(store, self._kept.filled(cls, "1", 0), self._kept.filled(cls, "2", 1))
            assert store.repository(cls).get("1") == one
            assert store.repository(cls).get("2") == other

    def test_get_of_an_unknown_id_is_not_found_and_says_which(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            added(store, self._kept.bare(cls, "1"))
            refused = refusal(NotFound, store.repository(cls).get, "2")
            assert (refused.record, refused.id) == (kind_of(cls), "2")

    def test_an_id_is_of_one_class_only(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            added(store, self._kept.bare(cls, f"the {kind_of(cls)}"))
        for cls in self.records:
            assert [record.id for record in store.repository(cls).find()] == [f"the {kind_of(cls)}"]
            for other in set(self.records) - {cls}:
                refusal(NotFound, store.repository(other).get, f"the {kind_of(cls)}")

    def test_ids_are_told_apart_to_the_last_character(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        added(store, *(self._kept.bare(cls, name, **{text: name}) for name in _ALIKE))
        assert {name: getattr(store.repository(cls).get(name), text) for name in _ALIKE} == {
            name: name for name in _ALIKE
        }
        for name in _ALIKE:
            assert [record.id for record in store.repository(cls).find(field("id") == name)] == [name]

    def test_what_is_no_id_is_refused_or_not_found(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        added(store, self._kept.bare(cls, "7"), self._kept.bare(cls, "1"))
        wrong: Any
        for wrong in (None, 7, 7.5, True, b"1", ["1"], ("1",), {}, object, "1\0", ""):
            refusal(CrmError, store.repository(cls).get, wrong)

    def test_find_without_a_question_returns_every_record(self, open_store: OpenStore) -> None:
        store = open_store()
        for cls in self.records:
            records = added(store, *(self._kept.filled(cls, f"{number}", number) for number in range(3)))
            assert list(store.repository(cls).find()) == records
            assert list(store.repository(cls).find(ALWAYS)) == records

    def test_NEVER_is_true_of_no_record(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        added(store, self._kept.bare(cls, "1"))
        repository = store.repository(cls)
        assert (repository.find(NEVER).records, repository.count(NEVER), repository.exists(NEVER)) == ((), 0, False)

    def test_count_is_how_many_there_are(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        records = added(store, *(self._kept.bare(cls, f"{n}", **{text: "ab"[n % 2]}) for n in range(5)))
        repository = store.repository(cls)
        assert (repository.count(), repository.count(field(text) == "a"), repository.count(field(text) == "b")) == (
            5,
            3,
            2,
        )
        gone(store, records[0])
        assert (repository.count(), repository.count(field(text) == "a")) == (4, 2)

    def test_exists_is_whether_there_is_any(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        repository = store.repository(cls)
        (record,) = added(store, self._kept.bare(cls, "1", **{text: "a"}))
        assert repository.exists() is True
        assert repository.exists(field(text) == "a") is True
        assert repository.exists(field(text) == "b") is False
        gone(store, record)
        assert repository.exists() is False

    def test_a_repository_sees_what_is_applied_after_it_was_opened(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        repository = store.repository(cls)
        (record,) = added(store, self._kept.bare(cls, "1"))
        assert repository.get("1") == record
        later = edited(store, record, **{text: "later"})
        assert repository.get("1") == later
        assert list(repository.find(field(text) == "later")) == [later]

    def test_a_page_is_a_sequence_of_its_records(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        records = added(store, *(self._kept.bare(cls, f"{number}") for number in range(3)))
        page = store.repository(cls).find()
        assert isinstance(page, Page)
        assert page.records == tuple(records)
        assert (len(page), list(page), page[0], page[-1], page[:2]) == (
            3,
            records,
            records[0],
            records[2],
            tuple(records[:2]),
        )
