"""transaction: what is applied inside stands at its end, or nothing of it."""

from __future__ import annotations

import pytest

from crmkit.errors import Conflict, NotFound
from crmkit.expressions import field
from crmkit.records import evolve
from crmkit.testing._acts import act, added, edited, gone, refusal, stand
from crmkit.testing._declared import Declared, OpenStore

__all__ = ["TransactionChecks"]


class _Failure(Exception):
    """What goes wrong inside a transaction of a check."""


class _Interrupt(BaseException):
    """What interrupts one, as a key press does."""


class TransactionChecks(Declared):
    """All of it or none."""

    def test_what_is_applied_in_a_transaction_stands_at_its_end(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        with store.transaction():
            one, other = added(store, self._kept.bare(cls, "1"), self._kept.bare(cls, "2"))
            one = edited(store, one, **{text: "edited"})
            gone(store, other)
        assert stand(store, cls) == {"1": one}

    def test_an_error_in_a_transaction_takes_everything_back_and_comes_out(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        added(store, *(self._kept.bare(cls, name) for name in "12"))
        before = stand(store, cls)
        for failure in (_Failure("inside"), _Interrupt("inside")):
            with pytest.raises(type(failure)) as raised, store.transaction():  # noqa: PT012 - that is the law
                edited(store, before["1"], **{text: "edited"})
                gone(store, before["2"])
                added(store, self._kept.bare(cls, "3"))
                raise failure
            assert raised.value is failure
            assert stand(store, cls) == before

    def test_what_is_applied_in_a_transaction_is_read_in_it(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        repository = store.repository(cls)
        with store.transaction():
            one, other = added(store, self._kept.bare(cls, "1"), self._kept.bare(cls, "2"))
            edited(store, one, **{text: "edited"})
            gone(store, other)
            assert getattr(repository.get("1"), text) == "edited"
            refusal(NotFound, repository.get, "2")
            assert [record.id for record in repository.find(field(text) == "edited")] == ["1"]
            assert (repository.count(), repository.exists(field("id") == "2")) == (1, False)
            assert [len(store.history(cls, name)) for name in "12"] == [2, 2]

    def test_a_refused_change_in_a_transaction_leaves_the_others(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        with store.transaction():
            (one,) = added(store, self._kept.bare(cls, "1"))
            newer = edited(store, one, **{text: "newer"})
            stale = act(add=[self._kept.bare(cls, "2")], edit=[(one, evolve(one, **{text: "stale"}))])
            refusal(Conflict, store.apply, stale)
            added(store, self._kept.bare(cls, "3"))
        assert stand(store, cls).keys() == {"1", "3"}
        assert store.repository(cls).get("1") == newer

    def test_a_transaction_inside_another_fails_on_its_own(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        with store.transaction():
            (one,) = added(store, self._kept.bare(cls, "1"))
            with pytest.raises(_Failure), store.transaction():  # noqa: PT012 - that is the law
                edited(store, one, **{text: "inner"})
                added(store, self._kept.bare(cls, "2"))
                raise _Failure
            assert stand(store, cls) == {"1": one}
            one = edited(store, one, **{text: "outer"})
        assert stand(store, cls) == {"1": one}

    def test_what_a_transaction_inside_another_did_goes_with_the_outer_one(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        with pytest.raises(_Failure), store.transaction():  # noqa: PT012 - that is the law
            with store.transaction():
                added(store, self._kept.bare(cls, "1"))
            assert stand(store, cls).keys() == {"1"}
            raise _Failure
        assert stand(store, cls) == {}
        assert store.history(cls, "1") == ()

    def test_what_was_taken_back_leaves_no_trace(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, text = self._text
        (one,) = added(store, self._kept.bare(cls, "1"))
        edit = act(edit=[(one, evolve(one, **{text: "edited"}))], key="edit")
        remove, add = act(remove=[one]), act(add=[self._kept.bare(cls, "2")])
        for change in (edit, remove, add):
            with pytest.raises(_Failure), store.transaction():  # noqa: PT012 - that is the law
                store.apply(change)
                raise _Failure
            assert [len(store.history(cls, name)) for name in "12"] == [1, 0]
        store.apply(add)
        store.apply(edit)
        assert getattr(store.repository(cls).get("1"), text) == "edited"
        assert [len(store.history(cls, name)) for name in "12"] == [2, 1]

    def test_a_transaction_of_nothing_changes_nothing(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        (one,) = added(store, self._kept.bare(cls, "1"))
        with store.transaction(), store.transaction():
            pass
        with pytest.raises(_Failure), store.transaction():
            raise _Failure
        assert stand(store, cls) == {"1": one}
