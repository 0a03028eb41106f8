"""BdW: customers under contract, whose chance to leave may also grow or shrink with tenure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from attrs import field, frozen

from crmkit.clv._arguments import penalty_of
from crmkit.clv._contracts._beta_discrete_weibull_likelihood import BetaDiscreteWeibullLikelihood
from crmkit.clv._contracts._retention import NAMES, FittedRetention
from crmkit.clv._contracts._shifted_beta_geometric import tenures_that_tell
from crmkit.clv._contracts._shifted_beta_geometric_likelihood import ShiftedBetaGeometricLikelihood
from crmkit.clv._estimation import FIRM, estimated, held, maximise

__all__ = ["BetaDiscreteWeibull"]

_SAME: Mapping[str, str] = MappingProxyType({})


@frozen(kw_only=True)
class BetaDiscreteWeibull:
    """Beta-discrete-Weibull (Fader, Hardie, Liu, Davin & Steenburgh 2018): sBG with duration dependence.

    Args:
        penalty: as for ShiftedBetaGeometric.
    """

    penalty: float = field(default=0.0)

    def fit(self, data: Any, *, columns: Mapping[str, str] = _SAME) -> FittedRetention:
        """Find the parameters under which these tenures are likeliest; all as `ShiftedBetaGeometric.fit`.

        Raises:
            NotEnoughData: nobody left, or nobody came to a third renewal.
        """
        return _fit(data, columns=columns, penalty=self.penalty)


def _fit(data: Any, *, columns: Mapping[str, str], penalty: float) -> FittedRetention:
    penalty_of(penalty)
    tenures = tenures_that_tell(data, columns=columns, model="BdW", renewals=3)
    # With a penalty sBG, from which the climb starts, does not run away.
    simpler = maximise(ShiftedBetaGeometricLikelihood.of(tenures), np.zeros(2), n=tenures.n, penalty=max(penalty, FIRM))
    start = np.append(simpler.logs, 0.0)
    climb = BetaDiscreteWeibullLikelihood.of(tenures)
    top, notes = held(climb, start, n=tenures.n, penalty=penalty, usual=np.zeros(3))
    return FittedRetention(model="BdW", estimate=estimated("BdW", NAMES["BdW"], top, n=tenures.n, notes=notes))
