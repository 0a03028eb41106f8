"""KPIs of survey answers: net promoter score and customer satisfaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from numbers import Integral

from crmkit import statistics
from crmkit.errors import InvalidArgument, shown
from crmkit.expressions import field
from crmkit.kpi._measurement import Measurement
from crmkit.kpi._measures import NetShare, Share
from crmkit.kpi._metric import Metric
from crmkit.kpi._plain import plain

__all__ = ["csat", "nps"]

_NO_ANSWERS = "nobody answered"


def _tally(scores: Iterable[object], *, lowest: int, highest: int) -> Counter[int]:
    """Count answers on a scale of whole numbers."""
    tally: Counter[int] = Counter()
    for score in scores:
        if isinstance(score, bool) or not isinstance(score, Integral) or score not in range(lowest, highest + 1):
            raise InvalidArgument(
                f"score {shown(score)} is not a whole number from {lowest} to {highest}", argument="scores", value=score
            )
        tally[int(score)] += 1
    return tally


def _nps_of(scores: Iterable[int], *, confidence: float = 0.95) -> Measurement:
    """Net promoter score of answers from 0 to 10, in points from -100 to 100."""
    tally = _tally(scores, lowest=0, highest=10)
    promoters, detractors = tally[9] + tally[10], sum(tally[score] for score in range(7))
    estimate = statistics.net_proportion(promoters, tally[7] + tally[8], detractors, confidence=confidence)
    return plain("nps", estimate, unit="points", scale=100.0, nothing=_NO_ANSWERS)


def _csat_of(scores: Iterable[int], *, confidence: float = 0.95) -> Measurement:
    """Share of answers 4 and 5 on a scale from 1 to 5."""
    tally = _tally(scores, lowest=1, highest=5)
    estimate = statistics.proportion(tally[4] + tally[5], tally.total(), confidence=confidence)
    return plain("csat", estimate, unit="fraction", nothing=_NO_ANSWERS)


nps = Metric(
    name="nps",
    label="Net promoter score",
    definition="100 x (share of answers 9-10 less share of answers 0-6), on a scale from 0 to 10",
    source="Reichheld, Harvard Business Review 81 (2003); interval: adjusted Wald, Rocks, "
    "The American Statistician 70 (2016)",
    unit="points",
    better="higher",
    of=_nps_of,
    record="survey_response",
    measure=NetShare(field("score") >= 9, field("score") <= 6, among=field("kind") == "nps"),
    at="responded_at",
    nothing=_NO_ANSWERS,
    valid=field("score").isin(*range(11)),
    scale=100.0,
)

csat = Metric(
    name="csat",
    label="Customer satisfaction",
    definition="share of answers 4 and 5 on a scale from 1 to 5",
    source="Farris et al., Marketing Metrics (2010), chapter 2, top-two-box; "
    "interval: Wilson (1927), Journal of the American Statistical Association 22",
    unit="fraction",
    better="higher",
    of=_csat_of,
    record="survey_response",
    measure=Share(field("score") >= 4, among=field("kind") == "csat"),
    at="responded_at",
    nothing=_NO_ANSWERS,
    valid=field("score").isin(*range(1, 6)),
)
