"""Customer lifetime value: how often customers will buy, whether they still do, and what that is worth.

    BetaGeo, ModifiedBetaGeo    BG/NBD and MBG/NBD: customers who may leave after a purchase
    ParetoNBD                   Pareto/NBD: customers who may leave at any time
    NBD                         NBD: customers who never leave, to compare the others with
    BetaBinomialGeo             BG/BB: customers who may buy at certain times only
    ShiftedBetaGeometric        sBG: customers under contract, who may leave at each renewal
    BetaDiscreteWeibull         BdW: the same, where the chance to leave may change with tenure
    GammaGamma, independence    how much customers spend, and whether that goes with how often they buy
    lifetime_value              what each customer is worth: LifetimeValue
    new_customer_value          what a customer still to be won is worth
    frequency_recency           what is expected of customers by how often and how lately they bought
    cumulative_purchases        repeat purchases of a cohort over time, expected and made
    holdout_calibration         a forecast held against what customers did in the holdout

A model is fitted once and then frozen: `BetaGeo().fit(summary)` returns a `FittedBetaGeo`. The first five models answer
the same questions, those of `FittedPurchases`. `tables.customer_summary` makes the summary.

Each model has a folder of its name: `_model` fits and answers, `_likelihood` says how likely data are, `_numbers` what
to expect, `_simulation` draws customers; sBG and BdW share `_contracts`. Below them, `_fitted` holds the questions that
all fits answer, `_estimation` goes from a likelihood to parameters, `_customers` reads and hands back tables, and
`_functions` is mathematics.
"""

from crmkit.clv._beta_binomial_geo import BetaBinomialGeo, FittedBetaBinomialGeo
from crmkit.clv._beta_geo import BetaGeo, FittedBetaGeo, ModifiedBetaGeo
from crmkit.clv._contracts import BetaDiscreteWeibull, FittedRetention, ShiftedBetaGeometric
from crmkit.clv._cumulative_purchases import CumulativePurchases, cumulative_purchases
from crmkit.clv._estimation import Estimated
from crmkit.clv._fitted import FittedPurchases
from crmkit.clv._frequency_recency import FrequencyRecency, frequency_recency
from crmkit.clv._gamma_gamma import FittedGammaGamma, GammaGamma, independence
from crmkit.clv._holdout import HoldoutCalibration, holdout_calibration
from crmkit.clv._lifetime_value import LifetimeValue, lifetime_value, new_customer_value
from crmkit.clv._nbd import NBD, FittedNBD
from crmkit.clv._pareto_nbd import FittedParetoNBD, ParetoNBD

__all__ = [
    "NBD",
    "BetaBinomialGeo",
    "BetaDiscreteWeibull",
    "BetaGeo",
    "CumulativePurchases",
    "Estimated",
    "FittedBetaBinomialGeo",
    "FittedBetaGeo",
    "FittedGammaGamma",
    "FittedNBD",
    "FittedParetoNBD",
    "FittedPurchases",
    "FittedRetention",
    "FrequencyRecency",
    "GammaGamma",
    "HoldoutCalibration",
    "LifetimeValue",
    "ModifiedBetaGeo",
    "ParetoNBD",
    "ShiftedBetaGeometric",
    "cumulative_purchases",
    "frequency_recency",
    "holdout_calibration",
    "independence",
    "lifetime_value",
    "new_customer_value",
]
