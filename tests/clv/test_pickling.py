"""A fit goes to another process and back, or into a deep copy, and is the same."""

import copy
import pickle

import pandas as pd
import pytest

from crmkit.clv import NBD, BetaGeo, Estimated, FittedBetaGeo, GammaGamma, ParetoNBD
from tests.clv.data import cdnow


@pytest.mark.parametrize("again", [copy.deepcopy, lambda fit: pickle.loads(pickle.dumps(fit))])  # noqa: S301 - our own
@pytest.mark.parametrize("model", [BetaGeo(), ParetoNBD(), NBD(), GammaGamma()], ids=lambda model: type(model).__name__)
def test_a_fit_survives_pickling_and_copying(model, again):
    fit = model.fit(pd.DataFrame(cdnow())[::20])
    assert again(fit) == fit
    assert again(model) == model
    assert again(fit).to_json() == fit.to_json()


def test_so_do_coefficients_and_what_is_not_known():
    estimate = Estimated(
        params={"r": 1.0}, covariance=((1.0, 0.0), (0.0, 2.0)), log_likelihood=-1.0, n=3, coefficients={"r.age": -0.5}
    )
    assert pickle.loads(pickle.dumps(estimate)) == estimate  # noqa: S301 - our own
    known = FittedBetaGeo.of(r=0.2, alpha=4.0, a=0.8, b=2.0)
    assert pickle.loads(pickle.dumps(known)).to_json() == known.to_json()  # noqa: S301 - our own
