"""Gamma-Gamma on the repeat customers of the CDNOW sample."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from crmkit.clv import GammaGamma
from crmkit.clv._gamma_gamma._likelihood import GammaGammaLikelihood
from crmkit.clv._gamma_gamma._spend import spend_of
from crmkit.tables import customer_summary
from tests.clv.data import cdnow, dataset_path


def test_the_note_from_the_log_of_purchases():
    log = pd.read_csv(
        dataset_path("CDNOW_sample.txt"),
        sep=r"\s+",
        names=["master_id", "customer_id", "ordered_at", "cds", "amount"],
        dtype={"customer_id": "str", "ordered_at": "str"},
    )
    log["ordered_at"] = pd.to_datetime(log["ordered_at"]).dt.tz_localize("UTC")
    found = GammaGamma().fit(customer_summary(log, as_of=date(1997, 9, 30)))
    assert found.params == pytest.approx({"p": 6.25, "q": 3.74, "v": 15.44}, abs=0.005)
    assert found.log_likelihood == pytest.approx(-4055.9177, abs=5e-5)


def test_the_summary_whose_mean_spends_are_rounded_to_the_cent():
    data = pd.DataFrame(cdnow())
    found = GammaGamma().fit(data)
    assert found.params == pytest.approx({"p": 6.2488025, "q": 3.7445885, "v": 15.4477480}, rel=1e-7)
    assert found.log_likelihood == pytest.approx(-4055.92324, abs=5e-6)
    assert found.estimate.n == 946
    assert found.warnings == ()
    read = spend_of(data, columns={}, model="Gamma-Gamma")
    slope = GammaGammaLikelihood.of(read.where(read.frequency > 0))(np.log(list(found.params.values()))).gradient
    assert np.linalg.norm(slope / 946) < 1e-8
