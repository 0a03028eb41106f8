"""BG/NBD and MBG/NBD: customers who buy at random and, after a purchase, may never buy again."""

from crmkit.clv._beta_geo._model import BetaGeo, FittedBetaGeo, ModifiedBetaGeo

__all__ = ["BetaGeo", "FittedBetaGeo", "ModifiedBetaGeo"]
