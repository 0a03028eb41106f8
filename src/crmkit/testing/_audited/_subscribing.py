"""subscribe: a function is called with each Change that was applied, once it stands."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from crmkit.errors import RepositoryError
from crmkit.records import Change
from crmkit.testing._acts import AT, act, added, refusal, stand
from crmkit.testing._declared import Declared, OpenStore

__all__ = ["SubscriberChecks"]


class _Records(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(record)


class SubscriberChecks(Declared):
    """Subscribers are told of what stands, and can break nothing."""

    def test_subscribers_get_each_applied_change_in_order_and_with_its_id(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        told: list[Change] = []
        also: list[Change] = []
        store.subscribe(told.append)
        store.subscribe(also.append)
        applied = [store.apply(act(add=[self._kept.bare(cls, name)])) for name in "12"]
        applied += store.apply_all([act(add=[self._kept.bare(cls, name)]) for name in "34"])
        applied.append(store.undo(applied[0].id, at=AT, by="ana"))
        assert told == also == applied
        assert [change.id for change in told] == [change.id for change in applied]

    def test_subscribers_are_told_once_a_transaction_has_ended(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        told: list[Change] = []
        store.subscribe(told.append)
        with store.transaction():
            with store.transaction():
                added(store, self._kept.bare(cls, "1"))
            added(store, self._kept.bare(cls, "2"))
            assert told == []
        assert [change.edits[0].id for change in told] == ["1", "2"]

    def test_subscribers_are_not_told_of_what_was_refused_or_taken_back(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        (record,) = added(store, self._kept.bare(cls, "1"))
        told: list[Change] = []
        store.subscribe(told.append)
        refusal(RepositoryError, store.apply, act(add=[record]))
        refusal(RepositoryError, store.apply_all, [act(add=[self._kept.bare(cls, "2")]), act(add=[record])])
        with pytest.raises(LookupError), store.transaction():  # noqa: PT012 - that is the law
            added(store, self._kept.bare(cls, "3"))
            raise LookupError
        with store.transaction():
            with pytest.raises(LookupError), store.transaction():  # noqa: PT012 - as above
                added(store, self._kept.bare(cls, "4"))
                raise LookupError
            added(store, self._kept.bare(cls, "5"))
        assert [change.edits[0].id for change in told] == ["5"]

    def test_subscribers_are_not_told_again_of_what_was_applied_before(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        told: list[Change] = []
        store.subscribe(told.append)
        for _ in range(3):
            store.apply(act(add=[self._kept.bare(cls, "1")], key="once"))
        assert len(told) == 1

    def test_a_subscriber_that_fails_is_logged_and_keeps_nothing_from_standing(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        told: list[Change] = []

        def failing(change: Change) -> None:
            raise LookupError(f"the mail about {change.id} was not sent")

        store.subscribe(failing)
        store.subscribe(told.append)
        records = _logged(lambda: added(store, self._kept.bare(cls, "1")))
        assert stand(store, cls).keys() == {"1"}
        assert len(told) == 1
        assert len(records) == 1
        assert records[0].levelno >= logging.ERROR
        assert isinstance((records[0].exc_info or (None, None))[1], LookupError)

    def test_a_subscription_ends_and_ending_it_again_does_nothing(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        told: list[Change] = []
        also: list[Change] = []
        end = store.subscribe(told.append)
        store.subscribe(also.append)
        added(store, self._kept.bare(cls, "1"))
        end()
        end()
        added(store, self._kept.bare(cls, "2"))
        assert (len(told), len(also)) == (1, 2)

    def test_a_subscriber_reads_what_was_applied_and_may_apply_more(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        seen: list[Any] = []

        def follow(change: Change) -> None:
            seen.append(stand(store, cls).keys())
            if len(seen) < 3:
                added(store, self._kept.bare(cls, f"{len(seen) + 1}"))

        store.subscribe(follow)
        records = _logged(lambda: added(store, self._kept.bare(cls, "1")))
        assert records == []
        assert seen == [{"1"}, {"1", "2"}, {"1", "2", "3"}]


def _logged(run: Any) -> list[logging.LogRecord]:
    logger, records = logging.getLogger("crmkit.repositories"), _Records()
    logger.addHandler(records)
    try:
        run()
    finally:
        logger.removeHandler(records)
    return records.kept
