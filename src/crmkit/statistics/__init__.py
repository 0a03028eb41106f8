"""Estimates with their intervals; numbers in, numbers out, without tables and without CRM words.

    Estimate         a number, its interval, how many observations stand behind it
    proportion       successes / trials; Wilson score interval
    net_proportion   share positive less share negative; adjusted Wald interval
    mean             arithmetic mean; Student's t interval
    quantile         median and other quantiles; order-statistic interval
    ratio            one sum divided by another; delta-method interval
    kaplan_meier     how long until something ends, where some of it goes on; log(-log) interval

`counts` say how often each value stands in the data, so that a table can be reduced to its distinct values first. The
result is that of the written-out data, and does not depend on the order of the values: both to the last bit.

What is undefined is NaN: every number of no observations, and a bound that the data are too few to give. Every
interval contains its value.
"""

from crmkit.statistics._estimate import Estimate
from crmkit.statistics._mean import mean
from crmkit.statistics._proportion import net_proportion, proportion
from crmkit.statistics._quantile import quantile
from crmkit.statistics._ratio import ratio
from crmkit.statistics._survival import SurvivalCurve, kaplan_meier

__all__ = ["Estimate", "SurvivalCurve", "kaplan_meier", "mean", "net_proportion", "proportion", "quantile", "ratio"]
