"""Several threads at once, for the checks of what they do to each other."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

__all__ = ["LONG", "Running", "together"]

LONG = 60.0  # seconds after which a thread is taken to hang


class Running:
    """A function that runs in a thread of its own.

    Args:
        run: what it runs.
    """

    def __init__(self, run: Callable[[], Any]) -> None:
        self._run = run
        self._answer: Any = None
        self._fault: BaseException | None = None
        self._thread = Thread(target=self._main, daemon=True)  # one that hangs does not keep the tests from ending
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Give it time to end; it may go on after that."""
        self._thread.join(seconds)

    def answer(self) -> Any:
        """Wait for its end and return what it returned, or raise what it raised."""
        self._thread.join(LONG)
        assert not self._thread.is_alive(), "a thread hangs: the store never lets it go on"
        if self._fault is not None:
            raise self._fault
        return self._answer

    def _main(self) -> None:
        try:
            self._answer = self._run()
        except BaseException as fault:
            self._fault = fault


def together(runs: list[Callable[[], Any]]) -> list[Any]:
    """Run functions at the same time and return what each returned, or the error that it raised."""
    barrier = Barrier(len(runs))

    def begin(run: Callable[[], Any]) -> Any:
        barrier.wait(LONG)
        try:
            return run()
        except Exception as fault:
            return fault

    running = [Running(lambda run=run: begin(run)) for run in runs]  # type: ignore[misc]
    return [each.answer() for each in running]
