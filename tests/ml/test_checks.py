"""The estimators keep the rules of scikit-learn: its own checks, none of them skipped or expected to fail."""

import pytest
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from crmkit.ml import LifetimeValueRegressor, PurchaseFeatures, PurchaseRegressor

# The checks hand in random tables of any width, whose rows are no histories.
RANDOM = {"invalid": "nearest", "penalty": 0.001, "horizon": 4}
PLACES = {"frequency": 0, "recency": 1, "T": -1}
WITH_SPEND = {"columns": PLACES | {"monetary_value": 0}, "spend_penalty": 0.001}
EVERY = ("expected_average_value", "probability_alive", "expected_purchases")

ESTIMATORS = [
    PurchaseRegressor("Pareto/NBD", columns=PLACES, **RANDOM),
    LifetimeValueRegressor("BG/NBD", **WITH_SPEND, **RANDOM),
    PurchaseFeatures("NBD", features=EVERY, **WITH_SPEND, **RANDOM),
]


@pytest.fixture(autouse=True)
def arrays_of_the_standard(monkeypatch):
    """A check skips itself unless this says that it may turn on dispatch by the array API."""
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")


@parametrize_with_checks(ESTIMATORS)
def test_the_checks_of_scikit_learn_pass(estimator, check):
    check(estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda estimator: f"{type(estimator).__name__} {estimator.model}")
def test_names_of_columns_are_kept_and_compared(estimator):
    estimator_checks.check_dataframe_column_names_consistency(type(estimator).__name__, estimator)


@pytest.mark.filterwarnings("ignore:X .* feature names")  # the checks fit frames and ask arrays, and the reverse
@pytest.mark.parametrize(
    "check",
    [
        "check_transformer_get_feature_names_out",
        "check_transformer_get_feature_names_out_pandas",
        "check_set_output_transform",
        "check_set_output_transform_pandas",
        "check_set_output_transform_polars",
    ],
)
def test_a_transformer_names_its_columns_in_frames_of_any_kind(check):
    getattr(estimator_checks, check)("PurchaseFeatures", ESTIMATORS[-1])
