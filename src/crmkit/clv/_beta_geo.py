"""BG/NBD and MBG/NBD: customers who buy at random and, after a purchase, may never buy again."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from attrs import field, frozen

from crmkit.clv._beta_geo_likelihood import BetaGeoLikelihood
from crmkit.clv._estimate import Estimated, estimated
from crmkit.clv._history import History, collapsed, history_of
from crmkit.clv._maximise import maximise

__all__ = ["BetaGeo", "FittedBetaGeo"]
