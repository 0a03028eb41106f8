"""Pareto/NBD: customers who buy at random until, at a moment that nobody sees, they leave."""

from crmkit.clv._pareto_nbd._model import FittedParetoNBD, ParetoNBD
from crmkit.clv._pareto_nbd._simulation import simulated

__all__ = ["FittedParetoNBD", "ParetoNBD", "simulated"]
