"""A climb that ends on a top, held by a small penalty where the likelihood has none."""

from __future__ import annotations

from crmkit.clv._arrays import Floats
from crmkit.clv._estimation._maximise import Likelihood, Optimum, maximise

__all__ = ["FIRM", "held"]

FIRM = 1e-3


def held(
    likelihood: Likelihood, start: Floats, *, n: int, penalty: float, usual: Floats | None = None
) -> tuple[Optimum, tuple[str, ...]]:
    """Climb from `start`; where that runs away or ends on a slope, climb again from where a small penalty leads.

    Where the higher of the two is a slope still, climb with the least penalty that gives a top. Returns where it ended,
    and a note about the penalty.

    Args:
        likelihood: summed over customers.
        start: the logarithms of the parameters to begin with.
        n: how many customers stand behind it.
        penalty: as asked for; only without one is one tried.
        usual: as for `maximise`.
    """
    centre = start if usual is None else usual
    top = maximise(likelihood, start, n=n, penalty=penalty, usual=centre)
    if penalty or (top.reached and not top.away.any()):
        return top, ()
    led = maximise(likelihood, start, n=n, penalty=FIRM, usual=centre).logs
    again = maximise(likelihood, led, n=n, usual=centre)
    top = again if again.log_likelihood > top.log_likelihood else top
    if top.reached:
        return top, ()
    firmness, reached = FIRM / 10.0, False
    while not reached and firmness < 1.0:
        firmness *= 10.0
        top = maximise(likelihood, start, n=n, penalty=firmness, usual=centre)
        reached = top.reached
    note = f"the likelihood rises along a ridge without a top; fitted with penalty={firmness:g}, use a simpler model"
    return top, (note,)
