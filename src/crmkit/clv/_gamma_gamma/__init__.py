"""Gamma-Gamma: what customers spend on a purchase, learned from the mean of those they made."""

from crmkit.clv._gamma_gamma._independence import independence
from crmkit.clv._gamma_gamma._model import FittedGammaGamma, GammaGamma, prove_spend

__all__ = ["FittedGammaGamma", "GammaGamma", "independence", "prove_spend"]
