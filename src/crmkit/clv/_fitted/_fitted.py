"""What every fitted model says of itself, whatever it is a model of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from attrs import frozen

from crmkit.clv._fitting import Estimated, estimate_from_json, estimate_to_json

__all__ = ["Fitted"]


@frozen(kw_only=True)
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
        """That of the data."""
        return self.estimate.log_likelihood

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
