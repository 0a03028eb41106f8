"""sBG: customers under contract, each with a chance of their own to leave at every renewal."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from attrs import field, frozen

from crmkit.clv._arguments import penalty_of
from crmkit.clv._contracts._retention import NAMES, FittedRetention
from crmkit.clv._contracts._shifted_beta_geometric_likelihood import ShiftedBetaGeometricLikelihood
from crmkit.clv._contracts._tenures import Tenures, tenures_of
from crmkit.clv._estimation import estimated, maximise
from crmkit.errors import NotEnoughData

__all__ = ["ShiftedBetaGeometric", "tenures_that_tell"]

_SAME: Mapping[str, str] = MappingProxyType({})


@frozen(kw_only=True)
class ShiftedBetaGeometric:
    """Shifted-beta-geometric (Fader & Hardie 2007): retention rises with tenure because those apt to leave leave first.

    Args:
        penalty: how much the squared logarithms of the parameters count against the mean log-likelihood (L2); a little
            of it, such as 0.001, keeps parameters finite that the data do not determine.
    """

    penalty: float = field(default=0.0)

    def fit(self, data: Any, *, columns: Mapping[str, str] = _SAME) -> FittedRetention:
        """Find the parameters under which these tenures are likeliest.

        Args:
            data: the survivors of a cohort, [1000, 631, 468]: how many there were at first, after the first renewal,
                after the second; or any dataframe with tenure (the renewal at which a customer left, or the renewals
                made by one still there), churned, and n where a row stands for several customers.
            columns: the frame's own names by canonical name: {"tenure": "months"}.

        Raises:
            InvalidArgument: survivors that are no counts, or grow.
            MissingColumn, InvalidColumn: no such columns, or a value that cannot be.
            NotEnoughData: nobody left, or nobody came to a second renewal.
            ConvergenceError: no top was found.

        Warns:
            ConvergenceWarning: parameters that the data hardly determine.
        """
        return _fit(data, columns=columns, penalty=self.penalty)


def tenures_that_tell(data: Any, *, columns: Mapping[str, str], model: str, renewals: int) -> Tenures:
    """Read tenures from which a model with so many parameters can learn.

    Raises:
        NotEnoughData: nobody left, or nobody came to so many renewals.
    """
    tenures = tenures_of(data, columns=columns, model=model)
    if not tenures.left.any():
        raise NotEnoughData(f"{model}: nobody has left, so nothing says when they do", model=model, n=tenures.n)
    if len(np.flatnonzero(tenures.asked)) < renewals:
        message = f"{model}: it takes customers who came to {renewals} renewals or more"
        raise NotEnoughData(message, model=model, n=tenures.n)
    return tenures


def _fit(data: Any, *, columns: Mapping[str, str], penalty: float) -> FittedRetention:
    penalty_of(penalty)
    tenures = tenures_that_tell(data, columns=columns, model="sBG", renewals=2)
    top = maximise(ShiftedBetaGeometricLikelihood.of(tenures), np.zeros(2), n=tenures.n, penalty=penalty)
    return FittedRetention(model="sBG", estimate=estimated("sBG", NAMES["sBG"], top, n=tenures.n))
