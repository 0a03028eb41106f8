"""What a fit found: parameters, how sure they are, and what the data did not say."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from attrs import evolve, field, frozen
from scipy import special

from crmkit._documents import dump, load
from crmkit.clv._arguments import above_zero
from crmkit.clv._maximise import Floats, Optimum
from crmkit.errors import ConvergenceError, ConvergenceWarning, InvalidArgument, InvalidDocument, shown

__all__ = ["Estimated", "estimate_from_json", "estimate_to_json", "estimated", "known"]

# A slope of the mean log-likelihood above this is no top.
_TOP = 1e-6
# A parameter beyond e^12 or below e^-12 has run away: the data are compatible with its limit.
_FAR = 12.0


def _kept(params: Mapping[str, float]) -> Mapping[str, float]:
    return MappingProxyType(dict(params))


@frozen(kw_only=True)
class Estimated:
    """The parameters of a model as they were estimated.

    Args:
        params: their values by name.
        covariance: that of the logarithms of `params` and of `coefficients`, in this order; NaN where the data do not
            determine them.
        log_likelihood: of the data, at these values.
        n: how many customers were looked at.
        warnings: what the data did not say, and what to do.
        coefficients: what covariates do to the parameters, by "parameter.covariate"; none without covariates.
    """

    params: Mapping[str, float] = field(converter=_kept, hash=False)
    covariance: tuple[tuple[float, ...], ...]
    log_likelihood: float
    n: int
    warnings: tuple[str, ...] = ()
    coefficients: Mapping[str, float] = field(default=MappingProxyType({}), converter=_kept, hash=False)

    @property
    def free(self) -> Floats:
        """What a fit looks for on the whole line: the logarithms of the parameters, then the coefficients."""
        return np.append(np.log(list(self.params.values())), list(self.coefficients.values()))

    def at(self, free: Floats) -> Estimated:
        """Return the estimate with other values in place of `free`."""
        values = np.append(np.exp(free[: len(self.params)]), free[len(self.params) :]).tolist()
        params = dict(zip(self.params, values, strict=False))
        return evolve(
            self, params=params, coefficients=dict(zip(self.coefficients, values[len(params) :], strict=True))
        )

    @property
    def standard_errors(self) -> Mapping[str, float]:
        """Standard errors; those of parameters by the delta method from those of their logarithms."""
        scales = [*self.params.values(), *(1.0 for _ in self.coefficients)]
        names = [*self.params, *self.coefficients]
        errors = (scale * math.sqrt(self.covariance[place][place]) for place, scale in enumerate(scales))
        return MappingProxyType(dict(zip(names, errors, strict=True)))

    def interval(self, confidence: float = 0.95) -> Mapping[str, tuple[float, float]]:
        """Return a Wald interval of each, of a parameter on the scale of its logarithm: its ends are above 0.

        Raises:
            InvalidArgument: a confidence that is not between 0 and 1.
        """
        if not 0 < confidence < 1:
            message = f"confidence lies between 0 and 1, not {shown(confidence)}"
            raise InvalidArgument(message, argument="confidence", value=confidence)
        reach = -float(special.ndtri((1 - confidence) / 2))
        found = {}
        for place, (name, value) in enumerate(self.params.items()):
            factor = math.exp(reach * math.sqrt(self.covariance[place][place]))
            found[name] = (value / factor, value * factor)
        for place, (name, value) in enumerate(self.coefficients.items(), start=len(self.params)):
            width = reach * math.sqrt(self.covariance[place][place])
            found[name] = (value - width, value + width)
        return MappingProxyType(found)


def estimated(model: str, names: tuple[str, ...], top: Optimum, *, n: int, notes: tuple[str, ...] = ()) -> Estimated:
    """Make of a top what is reported; warn where the data say too little.

    Args:
        model: its name, for the messages.
        names: those of the parameters.
        top: where the likelihood is greatest.
        n: how many customers were looked at.
        notes: what is to be warned of besides.

    Raises:
        ConvergenceError: no top was found.
    """
    if not math.isfinite(top.log_likelihood) or not np.isfinite(top.logs).all():
        message = f"{model}: the likelihood has no finite top; look at the data for values that cannot be"
        raise ConvergenceError(message, model=model, slope=top.slope)
    found = list(notes)
    runaway = [name for name, log in zip(names, top.logs, strict=True) if abs(log) > _FAR]
    if runaway:
        found.append(
            f"{', '.join(runaway)} ran away: the data fit a simpler model as well; use it, or fit with penalty=0.001"
        )
    elif not top.slope < _TOP:
        message = f"{model}: the fit ended on a slope of {top.slope:.1e}; fit with penalty=0.001"
        raise ConvergenceError(message, model=model, slope=top.slope)
    covariance = _covariance(top.hessian)
    if np.isnan(covariance).any():
        found.append("the data do not determine the parameters one by one: there are no standard errors")
    for note in found:
        warnings.warn(f"{model}: {note}", ConvergenceWarning, stacklevel=4)
    return Estimated(
        params=dict(zip(names, np.exp(top.logs).tolist(), strict=True)),
        covariance=tuple(map(tuple, covariance.tolist())),
        log_likelihood=top.log_likelihood,
        n=n,
        warnings=tuple(found),
    )


def known(**params: float) -> Estimated:
    """Make an estimate of parameters that are known: no data stand behind them, and nothing says how sure they are.

    Raises:
        InvalidArgument: a parameter that is not above 0.
    """
    for name, value in params.items():
        above_zero(name, value)
    nothing = tuple((math.nan,) * len(params) for _ in params)
    return Estimated(params=params, covariance=nothing, log_likelihood=math.nan, n=0)


def estimate_to_json(kind: str, estimate: Estimated, *, model: str, unit: str | None) -> str:
    """Write an estimate as a document of the kind `clv.<kind>`."""
    body = {
        "model": model,
        "unit": unit,
        "params": dict(estimate.params),
        "covariance": [[None if math.isnan(value) else value for value in row] for row in estimate.covariance],
        "log_likelihood": None if math.isnan(estimate.log_likelihood) else estimate.log_likelihood,
        "n": estimate.n,
        "warnings": list(estimate.warnings),
    }
    return dump(f"clv.{kind}", body)


def estimate_from_json(
    kind: str, text: str, *, names: Mapping[str, tuple[str, ...]]
) -> tuple[Estimated, str, str | None]:
    """Read an estimate, its model and its unit from a document.

    Args:
        kind: of the document is `clv.<kind>`.
        text: the document.
        names: of the parameters, by the models it can be of.

    Raises:
        InvalidDocument: no such document; parameters of another model, or a number that is none.
    """
    document = f"crmkit.clv.{kind}"
    body = load(f"clv.{kind}", text)
    try:
        model, unit = body["model"], body["unit"]
        params = {name: above_zero(name, body["params"][name]) for name in names[model]}
        covariance = tuple(tuple(_number(value) for value in row) for row in body["covariance"])
        likelihood, n = _number(body["log_likelihood"]), body["n"]
        notes = tuple(body["warnings"])
        size = {len(covariance), *map(len, covariance)}
        right = len(body["params"]) == len(params) and size == {len(params)}
        right = right and type(n) is int and n >= 0 and all(isinstance(note, str) for note in notes)
        right = right and (unit is None or isinstance(unit, str)) and len(body) == 7
    except (KeyError, TypeError, InvalidArgument) as fault:
        raise InvalidDocument(f"not a {document} document: {fault}", document=document) from fault
    if not right:
        raise InvalidDocument(f"not a {document} document: its parts do not fit together", document=document)
    found = Estimated(params=params, covariance=covariance, log_likelihood=likelihood, n=n, warnings=notes)
    return found, model, unit


def _number(value: object) -> float:
    if value is None:
        return math.nan
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise TypeError(f"{shown(value)} is no number")
    return float(value)


def _covariance(hessian: Floats) -> Floats:
    """Invert the observed information; NaN where it is not positive definite."""
    try:
        np.linalg.cholesky(-hessian)
        return np.asarray(np.linalg.inv(-hessian), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full_like(hessian, np.nan)
