"""Customer lifetime value: how often customers will buy, whether they still do, and what that is worth.

    BetaGeo, ModifiedBetaGeo    BG/NBD and MBG/NBD: customers who may leave after a purchase

A model is fitted once and then frozen: `BetaGeo().fit(summary)` returns a `FittedBetaGeo`. `tables.customer_summary`
makes the summary. `_maximise` climbs, `_mixture` sums over customers by their distinct pairs, `_estimate` says how sure
the parameters are.
"""

from crmkit.clv._beta_geo import BetaGeo, FittedBetaGeo, ModifiedBetaGeo
from crmkit.clv._estimate import Estimated

__all__ = ["BetaGeo", "Estimated", "FittedBetaGeo", "ModifiedBetaGeo"]
