"""Idempotency keys: by them a store knows what it has applied."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from crmkit.errors import RepositoryError
from crmkit.records import evolve
from crmkit.testing._acts import act, added, edited, gone, refusal, stand
from crmkit.testing._declared import Declared, OpenStore

__all__ = ["KeyChecks"]


class KeyChecks(Declared):
    """A Change is applied once under its idempotency key."""

    def test_the_same_change_under_the_same_key_is_applied_once(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        first = store.apply(act(add=[self._kept.bare(cls, "1")], key="once"))
        again = store.apply(act(add=[self._kept.bare(cls, "1")], key="once"))
        assert (again, again.id) == (first, first.id)
        assert store.history(cls, "1") == (first,)

    def test_a_key_gives_the_first_result_whatever_came_later(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        (record,) = added(store, self._kept.bare(cls, "1"))
        change = act(edit=[(record, evolve(record, **{text: "first"}))], key="once")
        first = store.apply(change)
        later = edited(store, first.edits[0].after, **{text: "later"})
        assert store.apply(change).id == first.id
        assert store.repository(cls).get("1") == later
        gone(store, later)
        assert store.apply(change).id == first.id
        assert stand(store, cls) == {}

    def test_another_change_under_a_used_key_is_refused(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        added(store, self._kept.bare(cls, "0"))
        store.apply(act(add=[self._kept.bare(cls, "1")], key="once"))
        before = stand(store, cls)
        for change in (
            act(add=[self._kept.bare(cls, "2")], key="once"),
            act(add=[self._kept.bare(cls, "1")], key="once", reason="another"),
            act(remove=[before["0"]], key="once"),
        ):
            refused = refusal(RepositoryError, store.apply, change)
            assert (refused.code, refused.facts["key"]) == ("key_reused", "once")
            assert stand(store, cls) == before

    def test_the_same_act_at_a_later_moment_is_the_same(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        change = act(add=[self._kept.bare(cls, "1")], key="once")
        first = store.apply(change)
        assert store.apply(attrs.evolve(change, at=change.at + timedelta(days=1))).id == first.id
        assert store.history(cls, "1") == (first,)

    def test_keys_are_told_apart_to_the_last_character(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        keys = ["a", "A", "a ", " a", "é", "e\u0301", "7", "07", "%", "a" * 200, "a" * 201]
        for number, key in enumerate(keys):
            store.apply(act(add=[self._kept.bare(cls, f"{number:02}")], key=key))
        assert store.repository(cls).count() == len(keys)

    def test_changes_without_a_key_are_applied_each_time(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        change = act(add=[self._kept.bare(cls, "1")])
        store.apply(change)
        refusal(RepositoryError, store.apply, change)

    def test_the_key_of_a_refused_change_is_free(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        (record,) = added(store, self._kept.bare(cls, "1"))
        refusal(RepositoryError, store.apply, act(add=[record], key="once"))
        store.apply(act(add=[self._kept.bare(cls, "2")], key="once"))
        assert stand(store, cls).keys() == {"1", "2"}

    def test_the_key_of_a_change_that_was_taken_back_is_free(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        with pytest.raises(LookupError), store.transaction():  # noqa: PT012 - that is the law
            store.apply(act(add=[self._kept.bare(cls, "1")], key="once"))
            raise LookupError
        store.apply(act(add=[self._kept.bare(cls, "2")], key="once"))
        assert stand(store, cls).keys() == {"2"}

    def test_a_key_is_known_inside_the_transaction_that_used_it(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        change = act(add=[self._kept.bare(cls, "1")], key="once")
        with store.transaction():
            first = store.apply(change)
            assert store.apply(change).id == first.id
        assert store.apply(change).id == first.id
        assert store.history(cls, "1") == (first,)
