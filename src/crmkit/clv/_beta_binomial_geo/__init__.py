"""BG/BB: customers who may buy at each of a row of opportunities, and may be gone before any of them."""

from crmkit.clv._beta_binomial_geo._model import BetaBinomialGeo, FittedBetaBinomialGeo

__all__ = ["BetaBinomialGeo", "FittedBetaBinomialGeo"]
