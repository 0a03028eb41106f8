"""Functions of mathematics that the models share, to the digits of a double."""

from crmkit.clv._functions._gamma_rise import rise, slope
from crmkit.clv._functions._gauss import gauss, mean_power
from crmkit.clv._functions._rising import beta_tail, rising
from crmkit.clv._functions._trigamma import trigamma

__all__ = ["beta_tail", "gauss", "mean_power", "rise", "rising", "slope", "trigamma"]
