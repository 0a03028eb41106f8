"""What is true of a simulated company: the parameters that an analysis of its tables should find again."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

from attrs import Attribute, field, frozen

from crmkit.errors import InvalidArgument

__all__ = ["TEAM", "LogNormal", "Truth"]

TEAM = 12
"""How many users a simulated company has."""

# Which of the team's evenly spread skills each user has: scattered, so that a list of users shows no order of skill.
_SKILLS = (7, 2, 10, 5, 0, 8, 11, 3, 6, 1, 9, 4)


def _share(_: object, attribute: Attribute[Any], value: float) -> None:
    if not 0 <= value <= 1:
        _refuse(attribute.name, value, "a share lies between 0 and 1")


def _rate(_: object, attribute: Attribute[Any], value: float) -> None:
    if not (value >= 0 and math.isfinite(value)):
        _refuse(attribute.name, value, "a rate is a finite number, 0 or more")


def _positive(_: object, attribute: Attribute[Any], value: float) -> None:
    if not (value > 0 and math.isfinite(value)):
        _refuse(attribute.name, value, "it is a finite number above 0")


def _refuse(name: str, value: float, reason: str) -> None:
    raise InvalidArgument(f"{name} is {value!r}; {reason}", argument=name, value=value)


@frozen
class LogNormal:
    """A quantity whose logarithm is normal: amounts and durations, many small and few large.

    Args:
        median: half of the values lie below it; the unit of the quantity.
        sigma: standard deviation of the logarithm.
    """

    median: float = field(validator=_positive)
    sigma: float = field(validator=_rate)

    @property
    def mean(self) -> float:
        """The mean, median times exp(sigma^2 / 2)."""
        return self.median * math.exp(self.sigma**2 / 2)


@frozen(kw_only=True)
class Truth:
    """The parameters of a simulated company.

    Whether a deal is won depends on its owner alone, neither on its size nor on how long it takes; so the win rate of
    the closed deals is that of all deals. How long it takes is another matter: at the end of the simulation the slow
    deals are still open, and the cycle of the closed ones is too short.

    Args:
        win_rate: share of deals that end as won, over all owners.
        owner_spread: standard deviation of the owners' own win rates around it.
        sales_cycle: days from a deal's creation to its close.
        deal_size: amount of a deal in USD, won or not, before it is rounded to whole dollars.
        lead_conversion_rate: share of leads that convert, given time.
        lead_decision: days from a lead's creation until it converts or is given up.
        monthly_churn: share of subscriptions that end within a month (1/12 of 365.25 days).
        detractor_share: share of NPS answers from 0 to 6.
        passive_share: share of NPS answers 7 and 8.
        csat_share: share of CSAT answers 4 and 5.
        ces_share: share of CES answers from 5 to 7.
        order_size: amount of an order in USD.
        deal_rate: deals per customer and month that do not come from a lead.
        lead_rate: leads per customer and month.
        order_rate: orders per customer and month.
        ticket_rate: tickets per customer and month.
        survey_rate: NPS answers per customer and month.

    Raises:
        InvalidArgument: a share outside 0 to 1, a negative rate, or owners whose win rates would leave 0 to 1.
    """

    win_rate: float = field(default=0.35, validator=_share)
    owner_spread: float = field(default=0.06, validator=_share)
    sales_cycle: LogNormal = LogNormal(45.0, 0.7)
    deal_size: LogNormal = LogNormal(6_000.0, 0.8)
    lead_conversion_rate: float = field(default=0.3, validator=_share)
    lead_decision: LogNormal = LogNormal(10.0, 0.8)
    monthly_churn: float = field(default=0.03, validator=_share)
    detractor_share: float = field(default=0.2, validator=_share)
    passive_share: float = field(default=0.3, validator=_share)
    csat_share: float = field(default=0.8, validator=_share)
    ces_share: float = field(default=0.7, validator=_share)
    order_size: LogNormal = LogNormal(180.0, 0.6)
    deal_rate: float = field(default=0.08, validator=_rate)
    lead_rate: float = field(default=0.15, validator=_rate)
    order_rate: float = field(default=0.1, validator=_rate)
    ticket_rate: float = field(default=0.06, validator=_rate)
    survey_rate: float = field(default=0.05, validator=_rate)

    def __attrs_post_init__(self) -> None:
        if not all(0 <= rate <= 1 for rate in self.owner_win_rates):
            _refuse("owner_spread", self.owner_spread, "some owner would win less than nothing or more than all")
        if self.promoter_share < 0:
            _refuse("passive_share", self.passive_share, "detractors and passives are more than all")

    @property
    def owner_win_rates(self) -> tuple[float, ...]:
        """The win rate of each user, in the order of the table of users; their mean is `win_rate`."""
        scores = [NormalDist().inv_cdf((rank + 0.5) / TEAM) for rank in range(TEAM)]
        spread = math.sqrt(sum(score**2 for score in scores) / TEAM)
        return tuple(self.win_rate + self.owner_spread * scores[skill] / spread for skill in _SKILLS)

    @property
    def promoter_share(self) -> float:
        """Share of NPS answers 9 and 10."""
        return round(1 - self.detractor_share - self.passive_share, 15)

    @property
    def nps(self) -> float:
        """Net promoter score as a fraction: promoters less detractors, from -1 to 1."""
        return self.promoter_share - self.detractor_share
