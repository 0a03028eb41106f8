"""What can be asked of fitted models, whichever they are."""

from crmkit.clv._fitted._ahead import bought, survived
from crmkit.clv._fitted._fitted import Fitted
from crmkit.clv._fitted._purchases import FittedPurchases, prove_fitted

__all__ = ["Fitted", "FittedPurchases", "bought", "prove_fitted", "survived"]
