"""Several threads that use one store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crmkit.errors import AlreadyExists, Conflict, RepositoryError
from crmkit.expressions import field
from crmkit.records import evolve
from crmkit.testing._acts import act, added, stand
from crmkit.testing._declared import Declared, OpenStore
from crmkit.testing._threads import Running, together

__all__ = ["ThreadChecks"]

_ROUNDS = 8
_TRIES = 10_000
_MOMENT = 0.1  # seconds in which a thread that is not kept waiting has surely read


class ThreadChecks(Declared):
    """What threads do at the same time is as if they did it one after the other."""

    def test_contended_updates_lose_none(self, open_store: OpenStore) -> None:
        store, cls, text = self._shared(open_store)
        added(store, self._kept.bare(cls, "1", **{text: "0"}))

        def count_up() -> None:
            for _ in range(_ROUNDS):
                _retried(lambda: store.apply(_next(store, cls, text)))

        assert together([count_up] * self.threads) == [None] * self.threads
        record = store.repository(cls).get("1")
        steps = _ROUNDS * self.threads
        assert (getattr(record, text), record.version) == (str(steps), steps + 1)
        assert [getattr(change.edits[0].after, text) for change in store.history(cls, "1")] == [
            str(step) for step in range(steps + 1)
        ]

    def test_of_threads_that_add_the_same_id_one_wins(self, open_store: OpenStore) -> None:
        store, cls, text = self._shared(open_store)
        for name in "123":
            changes = [
                act(add=[self._kept.bare(cls, name, **{text: f"thread {number}"})]) for number in range(self.threads)
            ]
            outcomes = together([lambda change=change: _retried(lambda: store.apply(change)) for change in changes])  # type: ignore[misc]
            won = [each for each in outcomes if not isinstance(each, AlreadyExists)]
            assert len(won) == 1, outcomes
            assert store.repository(cls).get(name) == won[0].edits[0].after
            assert store.history(cls, name) == tuple(won)

    def test_of_threads_that_edit_the_same_version_one_wins(self, open_store: OpenStore) -> None:
        store, cls, text = self._shared(open_store)
        (record,) = added(store, self._kept.bare(cls, "1"))
        changes = [act(edit=[(record, evolve(record, **{text: f"{number}"}))]) for number in range(self.threads)]
        outcomes = together([lambda change=change: _unless_busy(lambda: store.apply(change)) for change in changes])  # type: ignore[misc]
        won = [each for each in outcomes if not isinstance(each, Conflict)]
        assert len(won) == 1, outcomes
        assert store.repository(cls).get("1") == won[0].edits[0].after

    def test_of_threads_that_apply_the_same_key_one_does(self, open_store: OpenStore) -> None:
        store, cls, text = self._shared(open_store)
        (record,) = added(store, self._kept.bare(cls, "1"))
        change = act(edit=[(record, evolve(record, **{text: "once"}))], key="once")
        outcomes = together([lambda: _unless_busy(lambda: store.apply(change))] * self.threads)
        history = store.history(cls, "1")
        assert outcomes == [history[-1]] * self.threads
        assert {outcome.id for outcome in outcomes} == {history[-1].id}
        assert len(history) == 2

    def test_threads_that_touch_other_records_do_not_disturb_each_other(self, open_store: OpenStore) -> None:
        store, cls, text = self._shared(open_store)

        def work(number: int) -> None:
            record = self._kept.bare(cls, f"{number}", **{text: "0"})
            _unless_busy(lambda: store.apply(act(add=[record])))
            for step in range(1, _ROUNDS):
                record = store.repository(cls).get(f"{number}")
                edit = act(edit=[(record, evolve(record, **{text: f"{step}"}))])
                _unless_busy(lambda: store.apply(edit))  # noqa: B023 - called at once

        outcomes = together([lambda number=number: work(number) for number in range(self.threads)])  # type: ignore[misc]
        assert outcomes == [None] * self.threads
        assert {getattr(record, text) for record in stand(store, cls).values()} == {f"{_ROUNDS - 1}"}
        assert store.repository(cls).count() == self.threads

    def test_readers_see_a_change_whole_or_not_at_all(self, open_store: OpenStore) -> None:
        store, cls, text = self._shared(open_store)
        added(store, *(self._kept.bare(cls, name, **{text: "0"}) for name in "12"))

        def write() -> None:
            for step in range(1, _ROUNDS + 1):
                pairs = [(record, evolve(record, **{text: f"{step}"})) for record in stand(store, cls).values()]
                _unless_busy(lambda: store.apply(act(edit=pairs)))  # noqa: B023 - called at once

        def read() -> set[int]:
            return {len({getattr(record, text) for record in store.repository(cls).find()}) for _ in range(3 * _ROUNDS)}

        outcomes = together([write, *[read] * (self.threads - 1)])
        assert outcomes == [None, *[{1}] * (self.threads - 1)]

    def test_other_threads_do_not_see_a_transaction_before_its_end(self, open_store: OpenStore) -> None:
        store, cls, text = self._shared(open_store)
        (record,) = added(store, self._kept.bare(cls, "1", **{text: "before"}))

        def read() -> list[Any]:
            repository = store.repository(cls)
            found = [getattr(each, text) for each in repository.find()]
            return [getattr(repository.get("1"), text), found, repository.count(field("id") == "2")]

        with pytest.raises(LookupError), store.transaction():  # noqa: PT012 - the thread runs inside
            store.apply(act(add=[self._kept.bare(cls, "2")], edit=[(record, evolve(record, **{text: "inside"}))]))
            reading = Running(read)
            reading.wait(_MOMENT)
            raise LookupError
        assert reading.answer() == ["before", ["before"], 0]

    def test_a_transaction_that_fails_takes_nothing_of_another_thread_with_it(self, open_store: OpenStore) -> None:
        store, cls, _ = self._shared(open_store)
        with pytest.raises(LookupError), store.transaction():  # noqa: PT012 - the thread runs inside
            store.apply(act(add=[self._kept.bare(cls, "1")]))
            writing = Running(lambda: _unless_busy(lambda: store.apply(act(add=[self._kept.bare(cls, "2")]))))
            writing.wait(_MOMENT)
            raise LookupError
        writing.answer()
        assert stand(store, cls).keys() == {"2"}
        assert store.history(cls, "1") == ()
        assert len(store.history(cls, "2")) == 1

    def _shared(self, open_store: OpenStore) -> tuple[Any, type, str]:
        if self.threads < 2:
            pytest.skip("the store is for one thread")
        return open_store(), *self._text


def _next(store: Any, cls: type, text: str) -> Any:
    """Make the Change that counts up by one from what is there."""
    record = store.repository(cls).get("1")
    return act(edit=[(record, evolve(record, **{text: str(int(getattr(record, text)) + 1)}))])


def _retried(call: Callable[[], Any]) -> Any:
    """Do something again until no other thread was quicker."""
    return _unless_busy(call, quicker=Conflict)


def _unless_busy(call: Callable[[], Any], quicker: type | tuple[()] = ()) -> Any:
    """Do something again until the store is not busy."""
    for _ in range(_TRIES):
        try:
            return call()
        except RepositoryError as refused:
            if refused.code != "busy" and not isinstance(refused, quicker):
                raise
    raise AssertionError(f"refused {_TRIES} times: the threads keep each other from going on")
