"""Pages: how many records stand on one, and the cursor that leads to the next."""

from __future__ import annotations

import base64
from typing import Any

from crmkit.errors import CrmError, InvalidArgument
from crmkit.expressions import field
from crmkit.testing._acts import act, added, gone, refusal
from crmkit.testing._declared import Declared, OpenStore
from crmkit.testing._kept import nth
from crmkit.testing._store._ordering import ORDERED

__all__ = ["PagingChecks"]


class PagingChecks(Declared):
    """Pages one after the other neither lose a record nor show one twice."""

    def test_a_page_holds_no_more_than_its_limit(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        records = added(store, *(self._kept.bare(cls, f"{number}") for number in range(5)))
        repository = store.repository(cls)
        assert [list(repository.find(limit=limit)) for limit in (1, 2, 4)] == [records[:1], records[:2], records[:4]]

    def test_a_limit_beyond_what_is_there_gives_what_is_there(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        records = added(store, *(self._kept.bare(cls, f"{number}") for number in range(3)))
        for limit in (4, 1_000, 2**62, 10**30):
            page = store.repository(cls).find(limit=limit)
            assert (list(page), page.next) == (records, None)

    def test_the_last_page_has_no_cursor_and_every_other_has_one(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        added(store, *(self._kept.bare(cls, f"{number}") for number in range(4)))
        repository = store.repository(cls)
        cursors = [repository.find(limit=limit).next for limit in (1, 2, 3, 4, 5, None)]
        assert [isinstance(cursor, str) for cursor in cursors] == [True, True, True, False, False, False]
        assert cursors[3:] == [None, None, None]

    def test_the_page_behind_a_cursor_begins_where_the_one_before_ended(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        records = added(store, *(self._kept.bare(cls, f"{number}") for number in range(5)))
        repository = store.repository(cls)
        one = repository.find(limit=2)
        other = repository.find(limit=2, after=one.next)
        last = repository.find(limit=2, after=other.next)
        assert [list(one), list(other), list(last), last.next] == [records[:2], records[2:4], records[4:], None]

    def test_pages_neither_lose_nor_repeat_under_every_order(self, open_store: OpenStore) -> None:
        proven = set()
        for cls in self.records:
            store = open_store()
            specs = [spec for owner, spec in self._kept.specs(*ORDERED) if owner is cls]
            added(store, *(self._sparse(cls, specs, number) for number in range(7)))
            for place, spec in enumerate(specs):
                name = spec.name
                both = (name, f"-{name}") if spec.kind not in proven else (name,) if place % 2 else (f"-{name}",)
                proven.add(spec.kind)
                for order in both:
                    whole = [record.id for record in store.repository(cls).find(order_by=order)]
                    assert sorted(whole) == [f"{number}" for number in range(7)], order
                    assert self._paged(store.repository(cls), order_by=order, limit=1 + place % 3) == whole, order

    def test_pages_of_several_orders_at_once_neither_lose_nor_repeat(self, open_store: OpenStore) -> None:
        cls, text = self._text
        specs = [spec for owner, spec in self._kept.specs(*ORDERED) if owner is cls][:4]
        store = open_store()
        added(store, *(self._sparse(cls, specs, number) for number in range(9)))
        names = [spec.name for spec in specs]
        mixed = [f"-{name}" if number % 2 else name for number, name in enumerate(names)]
        for order in (names, names[::-1], mixed, [*mixed, "-id"], [f"-{text}"]):
            whole = [record.id for record in store.repository(cls).find(order_by=order)]
            assert len(whole) == 9
            for limit in (1, 2, 4):
                assert self._paged(store.repository(cls), order_by=order, limit=limit) == whole, order

    def test_pages_hold_only_what_the_question_is_true_of(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        added(store, *(self._kept.bare(cls, f"{number}", **{text: "ab"[number % 2]}) for number in range(8)))
        repository = store.repository(cls)
        assert self._paged(repository, field(text) == "b", limit=3) == ["1", "3", "5", "7"]
        assert self._paged(repository, ~(field(text) == "b"), limit=3, order_by="-id") == ["6", "4", "2", "0"]

    def test_the_next_page_does_not_need_the_record_that_its_cursor_names(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        records = added(store, *(self._kept.bare(cls, f"{n}", **{text: f"text {n // 2}"}) for n in range(6)))
        cursor = store.repository(cls).find(order_by=text, limit=2).next
        gone(store, records[1])
        assert [record.id for record in store.repository(cls).find(order_by=text, after=cursor)] == ["2", "3", "4", "5"]

    def test_what_comes_or_goes_before_a_cursor_moves_no_later_page(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        records = added(store, *(self._kept.bare(cls, name) for name in "bdfhj"))
        cursor = store.repository(cls).find(limit=2).next
        store.apply(act(add=[self._kept.bare(cls, name) for name in "ace"], remove=[records[0]]))
        assert [record.id for record in store.repository(cls).find(after=cursor)] == ["e", "f", "h", "j"]

    def test_what_is_no_limit_is_refused(self, open_store: OpenStore) -> None:
        cls, _ = self._text
        repository = open_store().repository(cls)
        for wrong in (0, -1, 1.0, 2.5, "3", True, [1], object):
            refusal(InvalidArgument, repository.find, limit=wrong)

    def test_a_cursor_of_another_order_is_refused(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        added(store, *(self._kept.bare(cls, f"{n}", **{text: f"{n}"}) for n in range(3)))
        repository = store.repository(cls)
        cursor = repository.find(order_by=text, limit=1).next
        for other in (f"-{text}", "id", "-id", (), [text, "-id"]):
            refusal(InvalidArgument, repository.find, order_by=other, after=cursor)

    def test_what_is_no_cursor_is_refused(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        added(store, *(self._kept.bare(cls, f"{n}", **{text: f"{n}"}) for n in range(3)))
        repository = store.repository(cls)
        cursor = repository.find(order_by=text, limit=1).next
        forged = [base64.urlsafe_b64encode(text.encode()).decode() for text in ("[]", "{}", "null", '["id"]', "x")]
        for wrong in ("", "1", "é", "\0", cursor[:-5], cursor[4:], cursor + "!", 7, b"x", ["a"], object, *forged):
            refusal(CrmError, repository.find, order_by=text, after=wrong)

    def _sparse(self, cls: type, specs: list[Any], number: int) -> Any:
        """Make a record with ties and with nothing in every third field."""
        values = {
            spec.name: None if spec.nullable and (number + place) % 3 == 0 else nth(spec, number // 2)
            for place, spec in enumerate(specs)
        }
        return self._kept.bare(cls, f"{number}", **values)

    @staticmethod
    def _paged(repository: Any, *question: Any, **options: Any) -> list[str]:
        """Return the ids on all pages; that a cursor leads to its own page again ends them too."""
        pages, cursor = [repository.find(*question, **options)], None
        while pages[-1].next not in (None, cursor):
            cursor = pages[-1].next
            pages.append(repository.find(*question, after=cursor, **options))
        return [record.id for page in pages for record in page]
