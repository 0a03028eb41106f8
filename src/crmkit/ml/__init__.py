"""Customer lifetime value as estimators of scikit-learn: for pipelines, grid searches, cross-validation. Extra "ml".

    PurchaseRegressor         how often each customer will buy within a horizon
    LifetimeValueRegressor    what each customer is worth
    PurchaseFeatures          both, and whether a customer is still there, as columns for a model of one's own

The models are those of `crmkit.clv`, and so are the numbers; here they keep scikit-learn's rules, by which an estimator
changes when it is fitted. `_customers` reads X.
"""

from crmkit.errors import MissingExtra

try:
    import sklearn  # noqa: F401 - to say so here, and not in the middle of an import
except ImportError as fault:
    raise MissingExtra.of("ml", purpose="crmkit.ml") from fault

from crmkit.ml._lifetime_value_regressor import LifetimeValueRegressor
from crmkit.ml._purchase_features import PurchaseFeatures
from crmkit.ml._purchase_regressor import PurchaseRegressor

__all__ = ["LifetimeValueRegressor", "PurchaseFeatures", "PurchaseRegressor"]
