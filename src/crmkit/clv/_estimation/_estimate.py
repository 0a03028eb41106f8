"""What a fit found: parameters, how sure they are, and what the data did not say."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from attrs import evolve, field, fields, frozen
from scipy import special

from crmkit._documents import dump, load
from crmkit.clv._arguments import above_zero, confidence_of
from crmkit.clv._arrays import Floats
from crmkit.clv._estimation._maximise import Optimum
from crmkit.errors import ConvergenceError, ConvergenceWarning, InvalidArgument, InvalidDocument, did_you_mean, shown

__all__ = ["Estimated", "estimate_from_json", "estimate_to_json", "estimated", "known", "with_known"]

# Where e^-100 to e^100 times a parameter is in its interval of 95 %, rounding alone says how sure it is.
_UNSURE = 50.0
# A coefficient of which the data do not say, to a factor of e^10, what a standard deviation does has run away too.
_VAGUE = 10.0


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
        origins: the value of its covariate from which a coefficient counts, by its name; 0, where none is said.
    """

    params: Mapping[str, float] = field(converter=_kept, hash=False)
    covariance: tuple[tuple[float, ...], ...] = field(repr=False)
    log_likelihood: float
    n: int
    warnings: tuple[str, ...] = ()
    coefficients: Mapping[str, float] = field(default=MappingProxyType({}), converter=_kept, hash=False)
    origins: Mapping[str, float] = field(default=MappingProxyType({}), converter=_kept, hash=False)

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
        reach = -float(special.ndtri((1 - confidence_of(confidence)) / 2))
        found = {}
        for place, (name, value) in enumerate(self.params.items()):
            with np.errstate(over="ignore"):
                factor = float(np.exp(reach * math.sqrt(self.covariance[place][place])))
            found[name] = (value / factor, value * factor)
        for place, (name, value) in enumerate(self.coefficients.items(), start=len(self.params)):
            width = reach * math.sqrt(self.covariance[place][place])
            found[name] = (value - width, value + width)
        return MappingProxyType(found)

    def __reduce__(self) -> tuple[partial[Estimated], tuple[()]]:
        # Neither pickle nor deepcopy takes a read-only mapping.
        parts = {part.name: getattr(self, part.name) for part in fields(Estimated)}
        bare: dict[str, Any] = {
            name: dict(value) if isinstance(value, Mapping) else value for name, value in parts.items()
        }
        return partial(Estimated, **bare), ()


def estimated(
    model: str,
    names: tuple[str, ...],
    top: Optimum,
    *,
    n: int,
    notes: tuple[str, ...] = (),
    coefficients: tuple[str, ...] = (),
    back: Floats | None = None,
) -> Estimated:
    """Make of a top what is reported; warn where the data say too little.

    Args:
        model: its name, for the messages.
        names: those of the parameters.
        top: where the likelihood is greatest.
        n: how many customers were looked at.
        notes: what is to be warned of besides.
        coefficients: the names of those, which come after the parameters.
        back: the matrix that brings the top to the scale of the covariates as given; the top is on it without one.

    Raises:
        ConvergenceError: no top was found.
    """
    if not math.isfinite(top.log_likelihood) or not np.isfinite(top.logs).all():
        message = f"{model}: the likelihood has no finite top; look at the data for values that cannot be"
        raise ConvergenceError(message, model=model, slope=top.slope)
    found = list(notes)
    covariance = _covariance(top.hessian)
    every = (*names, *coefficients)
    runaway = [name for name, away in zip(every, top.away, strict=True) if away]
    runaway += [name for name in _vague(every, top.hessian) if name in coefficients and name not in runaway]
    if runaway:
        found.append(
            f"{', '.join(runaway)} ran away: the data fit a simpler model as well (such as NBD, or one churn rate for "
            "all customers); use it, or fit with penalty=0.001"
        )
    elif not top.reached:
        message = f"{model}: the fit ended on a slope of {top.slope:.1e}; fit with penalty=0.001"
        raise ConvergenceError(message, model=model, slope=top.slope)
    if np.isnan(covariance).any():
        found.append(
            "the data do not determine the parameters one by one: there are no standard errors; "
            "use a simpler model, or fit with penalty=0.001"
        )
    for note in found:
        warnings.warn(f"{model}: {note}", ConvergenceWarning, stacklevel=4)
    logs = top.logs if back is None else back @ top.logs
    with np.errstate(over="ignore"):
        values = np.exp(logs[: len(names)])
    if not (np.isfinite(values) & (values > 0)).all():
        message = f"{model}: at 0 of the covariates a parameter is no number; take off from each what is usual of it"
        raise ConvergenceError(message, model=model, slope=top.slope)
    if back is not None:
        with np.errstate(over="ignore", invalid="ignore"):
            covariance = back @ covariance @ back.T
    return Estimated(
        params=dict(zip(names, values.tolist(), strict=True)),
        covariance=tuple(map(tuple, covariance.tolist())),
        log_likelihood=top.log_likelihood,
        n=n,
        warnings=tuple(found),
        coefficients=dict(zip(coefficients, logs[len(names) :].tolist(), strict=True)),
    )


def known(**params: float) -> Estimated:
    """Make an estimate of parameters that are known: no data stand behind them, and nothing says how sure they are.

    Raises:
        InvalidArgument: a parameter that is not above 0.
    """
    for name, value in params.items():
        above_zero(name, value)
    return Estimated(params=params, covariance=_unknown(len(params)), log_likelihood=math.nan, n=0)


def with_known(estimate: Estimated, coefficients: Mapping[str, float] | None, *, moved: tuple[str, ...]) -> Estimated:
    """Return an estimate of known parameters with known coefficients.

    Args:
        estimate: of the parameters.
        coefficients: by "parameter.covariate"; None for none.
        moved: the parameters that covariates move.

    Raises:
        InvalidArgument: a coefficient of another parameter, or one that is no finite number.
    """
    if not coefficients:
        return estimate
    if not isinstance(coefficients, Mapping):
        message = f"coefficients are numbers by name, {{{moved[0] + '.age'!r}: 0.1}}, not {shown(coefficients)}"
        raise InvalidArgument(message, argument="coefficients", value=coefficients)
    for name, value in coefficients.items():
        _check_coefficient(name, value, moved)
    size = len(estimate.params) + len(coefficients)
    return evolve(estimate, coefficients=coefficients, covariance=_unknown(size))


def _check_coefficient(name: object, value: Any, moved: tuple[str, ...]) -> None:
    parameter, _, covariate = str(name).partition(".")
    if parameter not in moved or not covariate:
        hint = did_you_mean(str(name), [f"{one}.{covariate or parameter}" for one in moved])
        message = f"a coefficient is named after its parameter and covariate, not {shown(name)}{hint}"
        raise InvalidArgument(message, argument="coefficients", value=name)
    number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not number or not math.isfinite(value):
        message = f"coefficient {name!r} is a finite number, not {shown(value)}"
        raise InvalidArgument(message, argument="coefficients", value=value)


def _unknown(size: int) -> tuple[tuple[float, ...], ...]:
    return tuple((math.nan,) * size for _ in range(size))


def estimate_to_json(kind: str, estimate: Estimated, *, model: str, unit: str | None) -> str:
    """Write an estimate as a document of the kind `clv.<kind>`."""
    body: dict[str, object] = {
        "model": model,
        "unit": unit,
        "params": dict(estimate.params),
        "covariance": [[None if math.isnan(value) else value for value in row] for row in estimate.covariance],
        "log_likelihood": None if math.isnan(estimate.log_likelihood) else estimate.log_likelihood,
        "n": estimate.n,
        "warnings": list(estimate.warnings),
    }
    if estimate.coefficients:
        body["coefficients"] = [list(each) for each in estimate.coefficients.items()]
    return dump(f"clv.{kind}", body)


def estimate_from_json(
    kind: str, text: str, *, names: Mapping[str, tuple[str, ...]], moved: tuple[str, ...] = ()
) -> tuple[Estimated, str, str | None]:
    """Read an estimate, its model and its unit from a document.

    Args:
        kind: of the document is `clv.<kind>`.
        text: the document.
        names: of the parameters, by the models it can be of.
        moved: the parameters that covariates move.

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
        coefficients = dict(body.get("coefficients", ()))
        for each in coefficients.items():
            _check_coefficient(*each, moved)
        size = {len(covariance), *map(len, covariance)}
        right = len(body["params"]) == len(params) and size == {len(params) + len(coefficients)}
        right = right and type(n) is int and n >= 0 and all(isinstance(note, str) for note in notes)
        right = right and (unit is None or isinstance(unit, str)) and len(body) == 7 + bool(coefficients)
    except (KeyError, TypeError, ValueError, InvalidArgument) as fault:
        raise InvalidDocument(f"not a {document} document: {fault}", document=document) from fault
    if not right:
        raise InvalidDocument(f"not a {document} document: its parts do not fit together", document=document)
    found = Estimated(
        params=params,
        covariance=covariance,
        log_likelihood=likelihood,
        n=n,
        warnings=notes,
        coefficients={name: float(value) for name, value in coefficients.items()},
    )
    return found, model, unit


def _number(value: object) -> float:
    if value is None:
        return math.nan
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise TypeError(f"{shown(value)} is no number")
    return float(value)


def _vague(names: tuple[str, ...], hessian: Floats) -> list[str]:
    """Return what the data say next to nothing of."""
    try:
        spread = np.diag(np.linalg.inv(-hessian))
    except np.linalg.LinAlgError:
        return list(names)
    return [name for name, value in zip(names, spread, strict=True) if not 0 < value < _VAGUE**2]


def _covariance(hessian: Floats) -> Floats:
    """Invert the observed information; NaN where it is not positive definite, or says next to nothing."""
    try:
        np.linalg.cholesky(-hessian)
        found = np.asarray(np.linalg.inv(-hessian), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full_like(hessian, np.nan)
    spread = np.diag(found)
    return found if ((spread > 0) & (spread < _UNSURE**2)).all() else np.full_like(hessian, np.nan)
