"""NBD: customers who buy at random, each at an own rate, and never leave."""

from crmkit.clv._nbd._model import NBD, FittedNBD

__all__ = ["NBD", "FittedNBD"]
