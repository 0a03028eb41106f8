"""Threads of a check: what they return or raise comes out, and what goes on for ever is named."""

import pytest

from crmkit.errors import Conflict, RepositoryError
from crmkit.testing import _threads
from crmkit.testing._store import _several_threads
from crmkit.testing._threads import Running, together


def test_what_a_thread_returns_or_raises_comes_out():
    def fail():
        raise LookupError("inside")

    assert Running(lambda: 7).answer() == 7
    with pytest.raises(LookupError, match="inside"):
        Running(fail).answer()
    one, other = together([lambda: 7, fail])
    assert one == 7
    assert isinstance(other, LookupError)


def test_a_thread_that_hangs_is_named(monkeypatch):
    from threading import Event

    monkeypatch.setattr(_threads, "LONG", 0.01)
    end = Event()
    running = Running(end.wait)
    with pytest.raises(AssertionError, match="hangs"):
        running.answer()
    end.set()
    running.wait(5)
    assert running.answer()


def test_what_is_busy_is_tried_again():
    faults = [RepositoryError("wait", code="busy"), Conflict("later", record="deal", id="1", expected=1, found=2)]

    def act():
        if faults:
            raise faults.pop()
        return "done"

    assert _several_threads._retried(act) == "done"


def test_what_is_refused_for_good_is_not_tried_again():
    def act():
        raise RepositoryError("no")

    with pytest.raises(RepositoryError, match="no"):
        _several_threads._retried(act)


def test_what_is_always_busy_is_named(monkeypatch):
    def act():
        raise RepositoryError("wait", code="busy")

    monkeypatch.setattr(_several_threads, "_TRIES", 3)
    with pytest.raises(AssertionError, match="refused 3 times"):
        _several_threads._unless_busy(act)
