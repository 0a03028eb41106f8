"""Gamma-Gamma on the repeat customers of the CDNOW sample."""

import numpy as np
import pandas as pd
import pytest

from crmkit.clv._gamma_gamma import GammaGamma
from crmkit.clv._gamma_gamma_likelihood import GammaGammaLikelihood
from crmkit.clv._gamma_gamma_spend import spend_of
from tests.clv.data import cdnow


def test_cdnow():
    data = pd.DataFrame(cdnow())
    found = GammaGamma().fit(data)
    assert found.params == pytest.approx({"p": 6.2488025, "q": 3.7445885, "v": 15.4477480}, rel=1e-7)
    assert found.log_likelihood == pytest.approx(-4055.92324, abs=5e-6)
    assert found.estimate.n == 946
    assert found.warnings == ()
    read = spend_of(data, columns={}, model="Gamma-Gamma")
    slope = GammaGammaLikelihood.of(read.where(read.frequency > 0))(np.log(list(found.params.values()))).gradient
    assert np.linalg.norm(slope / 946) < 1e-8
