"""Covariates: what is known of customers besides their history, and shifts the parameters.

Fader & Hardie (2007), "Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD models", brucehardie.com,
note 019. Of a customer with covariates z, alpha is alpha exp(-z coefficients), so that whoever has more of one with a
coefficient above 0 buys more often; beta is the same, of leaving; a and b of the chance to drop out are multiplied by
exp(z coefficients).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from attrs import evolve

from crmkit.clv._arrays import Floats
from crmkit.clv._customers import READ
from crmkit.clv._estimation._estimate import Estimated
from crmkit.errors import InvalidArgument, did_you_mean, shown
from crmkit.tables import collected, open_table

__all__ = [
    "BEYOND",
    "SIGNS",
    "centred",
    "coefficients_of",
    "covariates_of",
    "one_pattern",
    "parameters_of",
    "picked",
    "rows_of",
]

SIGNS: Mapping[str, float] = MappingProxyType({"alpha": -1.0, "beta": -1.0, "a": 1.0, "b": 1.0})
"""Which way a coefficient moves the logarithm of each parameter."""
BEYOND = 80.0
"""e^80 or e^-80 of a unit of time is no parameter of anything: a customer's are kept within."""
_CERTAIN = MappingProxyType({"a": 25.0, "b": 25.0})
"""Nor is a or b beyond e^25: a chance to drop out of 0, 1 or one known for certain."""

_DRAWN = ("customer_id", "alive")


def coefficients_of(purchase: object, dropout: object, *, leaving: tuple[str, ...]) -> tuple[str, ...]:
    """Name the coefficients of these covariates, in the order of a fit.

    Args:
        purchase: the names of the covariates of alpha.
        dropout: those of the parameters of leaving.
        leaving: the names of these.

    Raises:
        InvalidArgument: no tuple of names, one named twice, or a column that says the history itself.
    """
    buys, leaves = _names("purchase_covariates", purchase), _names("dropout_covariates", dropout)
    moved = [("alpha", buys), *((parameter, leaves) for parameter in leaving)]
    return tuple(f"{parameter}.{name}" for parameter, names in moved for name in names)


def covariates_of(coefficients: Mapping[str, float] | tuple[str, ...]) -> tuple[str, ...]:
    """Return the covariates that coefficients belong to, each once."""
    return tuple(dict.fromkeys(name.partition(".")[2] for name in coefficients))


def parameters_of(estimate: Estimated, patterns: Floats | None) -> dict[str, Any]:
    """Return the parameters by name: those that coefficients move as an array, one a pattern.

    Args:
        estimate: with its coefficients.
        patterns: values of the covariates, in the order of `covariates_of`, a row a pattern; None where there are none.
    """
    found: dict[str, Any] = dict(estimate.params)
    if patterns is None:
        return found
    columns = dict(zip(covariates_of(estimate.coefficients), patterns.T, strict=True))
    logs: dict[str, Floats] = {}
    for name, value in estimate.coefficients.items():
        parameter, _, covariate = name.partition(".")
        before = logs.get(parameter, math.log(found[parameter]))
        off = columns[covariate] - estimate.origins.get(name, 0.0)
        logs[parameter] = before + SIGNS[parameter] * value * off
    within = ((name, each, _CERTAIN.get(name, BEYOND)) for name, each in logs.items())
    return found | {name: np.exp(np.clip(each, -most, most)) for name, each, most in within}


def centred(estimate: Estimated) -> Estimated:
    """Return the same estimate with each parameter where it is surest, in place of at 0 of its covariates.

    That is near their means. At 0 of a year, say, a parameter may be known to e^600 only, which no number holds.
    """
    covariance, free = np.array(estimate.covariance), estimate.free
    names = [*estimate.params, *estimate.coefficients]
    move, origins = np.eye(len(names)), dict[str, float]()
    for row, parameter in enumerate(estimate.params):
        own = [place for place, name in enumerate(names) if name.startswith(f"{parameter}.")]
        if own:
            move[row, own] = -np.linalg.solve(covariance[np.ix_(own, own)], covariance[own, row])
            origins |= {names[place]: SIGNS[parameter] * float(move[row, place]) for place in own}
    moved = (move @ covariance @ move.T).tolist()
    return evolve(estimate.at(move @ free), covariance=tuple(map(tuple, moved)), origins=origins)


def picked(parameter: Floats | float, which: Any) -> Any:
    """Return the parameters of some entries, by pattern or any other index; the only one, where there is only one."""
    return parameter[which] if isinstance(parameter, np.ndarray) and which is not None else parameter


def one_pattern(covariates: object, known: tuple[str, ...]) -> Floats | None:
    """Return the covariates of a new customer as the only pattern; None for a fit without covariates.

    Raises:
        InvalidArgument: other covariates than those of the fit, or a value that is no number.
    """
    found = _by_name(covariates, known)
    for name, value in found.items():
        number = isinstance(value, bool | int | float | np.bool_ | np.integer | np.floating)
        if not number or not math.isfinite(value):
            message = f"covariate {name!r} is one finite number, not {shown(value)}"
            raise InvalidArgument(message, argument="covariates", value=value)
    return np.array([[float(found[name]) for name in known]]) if known else None


def rows_of(covariates: object, known: tuple[str, ...], n: int) -> dict[str, Floats]:
    """Return the covariates of n customers by name, as columns.

    Args:
        covariates: a frame or a mapping of columns; a frame may have others.
        known: those of the fit.
        n: how many customers.

    Raises:
        InvalidArgument: other covariates than those of the fit, or other than n finite numbers of each.
    """
    if covariates is not None and not isinstance(covariates, Mapping):
        covariates = _columns(covariates, known)
    found: dict[str, Floats] = {}
    for name, values in _by_name(covariates, known).items():
        try:
            found[name] = np.asarray(values, dtype=np.float64) + 0.0
        except (TypeError, ValueError):
            found[name] = np.array([np.nan])
        if found[name].shape != (n,) or not np.isfinite(found[name]).all():
            message = f"covariate {name!r} of {n} customers is a column of {n} finite numbers"
            raise InvalidArgument(message, argument="covariates", value=values)
    return {name: found[name] for name in known}


def _names(argument: str, given: object) -> tuple[str, ...]:
    if not isinstance(given, tuple | list) or not all(isinstance(name, str) and name for name in given):
        hint = f"; ({given!r},) is one" if isinstance(given, str) else ""
        message = f"{argument} is a tuple of names of columns, not {shown(given)}{hint}"
        raise InvalidArgument(message, argument=argument, value=given)
    for name in given:
        if name in (*READ, *_DRAWN):
            message = f"{name!r} is no covariate, but what the model speaks of; copy the column under another name"
            raise InvalidArgument(message, argument=argument, value=name)
        if given.count(name) > 1:
            raise InvalidArgument(f"{argument} has {name!r} twice", argument=argument, value=name)
    return tuple(given)


def _by_name(covariates: object, known: tuple[str, ...]) -> dict[str, Any]:
    """Check that the covariates are those of the fit."""
    if covariates is None:
        given: dict[Any, Any] = {}
    elif isinstance(covariates, Mapping):
        given = dict(covariates)
    else:
        message = f"covariates are values by name, not {shown(covariates)}"
        raise InvalidArgument(message, argument="covariates", value=covariates)
    if given and not known:
        message = "the fit has no covariates, so none can be said; fit with purchase_covariates or dropout_covariates"
        raise InvalidArgument(message, argument="covariates", value=covariates)
    for name in given:
        if name not in known:
            message = f"the fit has no covariate {shown(name)}{did_you_mean(str(name), known)}"
            raise InvalidArgument(message, argument="covariates", value=name)
    missing = [name for name in known if name not in given]
    if missing:
        example = ", ".join(f"{name!r}: ..." for name in known)
        message = f"the fit needs the covariates {', '.join(map(repr, missing))}: covariates={{{example}}}"
        raise InvalidArgument(message, argument="covariates", value=covariates)
    return given


def _columns(frame: object, known: tuple[str, ...]) -> dict[str, Any]:
    """Return the columns of a frame that the fit knows."""
    table = collected(open_table(frame))
    return {name: table[name].to_numpy() for name in known if name in table.columns}
