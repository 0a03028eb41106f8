"""sBG and BdW: customers under contract, who stay or leave at each renewal."""

from crmkit.clv._contracts._beta_discrete_weibull import BetaDiscreteWeibull
from crmkit.clv._contracts._retention import FittedRetention
from crmkit.clv._contracts._shifted_beta_geometric import ShiftedBetaGeometric

__all__ = ["BetaDiscreteWeibull", "FittedRetention", "ShiftedBetaGeometric"]
