"""What every fitted model says of itself, whatever it is a model of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar, Self

from attrs import frozen

from crmkit.clv._estimation import Estimated, estimate_from_json, estimate_to_json

__all__ = ["Fitted"]


@frozen(kw_only=True, repr=False)
class Fitted:
    """A model with its parameters, and how sure they are.

    Args:
        model: its name.
        estimate: the parameters.
        unit: of time, as the summary had it; None where nothing said it.
    """

    _kind: ClassVar[str]
    """The kind of its document."""
    _names: ClassVar[Mapping[str, tuple[str, ...]]]
    """The names of the parameters, by model."""
    _moved: ClassVar[tuple[str, ...]] = ()
    """The parameters that covariates may move."""

    model: str
    estimate: Estimated
    unit: str | None = None

    def __repr__(self) -> str:
        said = {name: f"{value:.4g}" for name, value in (*self.params.items(), *self.estimate.coefficients.items())}
        if self.n:
            said |= {"log_likelihood": f"{self.log_likelihood:.2f}", "n": str(self.n)}
        if self.unit is not None:
            said["unit"] = repr(self.unit)
        return f"{type(self).__name__}({', '.join([self.model, *map('='.join, said.items())])})"

    @property
    def params(self) -> Mapping[str, float]:
        """The parameters by name."""
        return self.estimate.params

    @property
    def standard_errors(self) -> Mapping[str, float]:
        """Their standard errors."""
        return self.estimate.standard_errors

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood of the data, without the penalty."""
        return self.estimate.log_likelihood

    @property
    def n(self) -> int:
        """How many customers it was fitted to; 0 where the parameters were given."""
        return self.estimate.n

    @property
    def aic(self) -> float:
        """Akaike's information criterion, 2 k - 2 log-likelihood, by which the least of several models is preferred.

        k counts parameters and coefficients. It compares fits to the same customers, made without a penalty (Akaike
        1974, IEEE Transactions on Automatic Control 19).
        """
        return 2.0 * len(self.estimate.free) - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz' criterion, k log(n) - 2 log-likelihood, to be read as `aic` (1978, Annals of Statistics 6)."""
        return len(self.estimate.free) * math.log(self.n or math.nan) - 2.0 * self.log_likelihood

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the data did not say, and what to do."""
        return self.estimate.warnings

    def interval(self, confidence: float = 0.95) -> Mapping[str, tuple[float, float]]:
        """Return a Wald interval of each parameter, on the scale of its logarithm, and of each coefficient."""
        return self.estimate.interval(confidence)

    def to_json(self) -> str:
        """Write the fit as a document that `from_json` reads."""
        return estimate_to_json(self._kind, self.estimate, model=self.model, unit=self.unit)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a fit from a document.

        Raises:
            InvalidDocument: no such document.
        """
        estimate, model, unit = estimate_from_json(cls._kind, text, names=cls._names, moved=cls._moved)
        return cls(model=model, estimate=estimate, unit=unit)
