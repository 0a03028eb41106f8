"""Fit models of customer lifetime and value customers, against lifetimes, in the same run.

Ages and recencies are whole days in units of weeks, as a summary of orders makes them. lifetimes is given no standard
errors to work out, which it has for BG/NBD anyway; crmkit works them out each time.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
import warnings
from importlib.metadata import distribution
from statistics import median

import numpy as np
import pandas as pd

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
HORIZON, RATE = 52, 0.0027


def customers(size: int) -> pd.DataFrame:
    """Return the customers of CDNOW where that many are asked for, else as many drawn alike."""
    if size == 2357:
        path = distribution("lifetimes").locate_file("lifetimes/datasets/cdnow_customers_summary_with_transactions.csv")
        return pd.read_csv(path).rename(columns={"x": "frequency", "t_x": "recency", "zbar": "monetary_value"})
    from crmkit.clv import FittedBetaGeo

    rng = np.random.default_rng(1)
    fit = FittedBetaGeo.of(r=0.2426, alpha=4.4135, a=0.7929, b=2.4258)
    drawn = fit.simulate(size, age=rng.integers(27 * 7, 39 * 7 + 1, size) / 7, rng=rng)
    drawn["recency"] = np.minimum(np.ceil(drawn["recency"] * 7) / 7, drawn["T"])
    mean = rng.gamma(3.74, 1 / 15.45, size)
    spend = rng.gamma(6.25 * np.maximum(drawn["frequency"], 1), 1.0) / mean / np.maximum(drawn["frequency"], 1)
    drawn["monetary_value"] = np.where(drawn["frequency"] > 0, np.maximum(spend.round(2), 0.01), 0.0)
    return drawn


def bg_crmkit(data: pd.DataFrame) -> dict[str, float]:
    from crmkit.clv import BetaGeo

    return dict(BetaGeo().fit(data).params)


def bg_lifetimes(data: pd.DataFrame) -> dict[str, float]:
    from lifetimes import BetaGeoFitter

    return dict(BetaGeoFitter().fit(data["frequency"], data["recency"], data["T"]).params_)


def pareto_crmkit(data: pd.DataFrame) -> dict[str, float]:
    from crmkit.clv import ParetoNBD

    return dict(ParetoNBD().fit(data).params)


def pareto_lifetimes(data: pd.DataFrame) -> dict[str, float]:
    from lifetimes import ParetoNBDFitter

    return dict(ParetoNBDFitter().fit(data["frequency"], data["recency"], data["T"]).params_)


def spend_crmkit(data: pd.DataFrame) -> dict[str, float]:
    from crmkit.clv import GammaGamma

    return dict(GammaGamma().fit(data).params)


def spend_lifetimes(data: pd.DataFrame) -> dict[str, float]:
    from lifetimes import GammaGammaFitter

    back = data[data["frequency"] > 0]
    return dict(GammaGammaFitter().fit(back["frequency"], back["monetary_value"]).params_)


def value_crmkit(data: pd.DataFrame) -> float:
    from crmkit.clv import FittedBetaGeo, FittedGammaGamma, lifetime_value

    fit = FittedBetaGeo.of(r=0.2426, alpha=4.4135, a=0.7929, b=2.4258)
    spend = FittedGammaGamma.of(p=6.25, q=3.74, v=15.45)
    return lifetime_value(fit, spend, data, horizon=HORIZON, discount_rate=RATE).total


def value_lifetimes(data: pd.DataFrame) -> float:
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    fit, spend = BetaGeoFitter(), GammaGammaFitter()
    fit.params_ = pd.Series({"r": 0.2426, "alpha": 4.4135, "a": 0.7929, "b": 2.4258})
    fit.predict = fit.conditional_expected_number_of_purchases_up_to_time
    spend.params_ = pd.Series({"p": 6.25, "q": 3.74, "v": 15.45})
    found = spend.customer_lifetime_value(
        fit,
        data["frequency"],
        data["recency"],
        data["T"],
        data["monetary_value"],
        time=12,
        discount_rate=0.0117,
        freq="W",
    )
    return float(found.sum())


def judged(case: str, data: pd.DataFrame, found: float | dict[str, float]) -> float:
    """Return what is compared: the likelihood of the parameters found, or the value itself."""
    from crmkit.clv._beta_geo_likelihood import BetaGeoLikelihood
    from crmkit.clv._history import collapsed, history_of
    from crmkit.clv._pareto_nbd_likelihood import ParetoNBDLikelihood

    if not isinstance(found, dict):
        return found
    if case == "spend":
        return found["p"] * found["v"] / (found["q"] - 1)
    history = collapsed(history_of(data, columns={}, model=case))
    names = ("r", "alpha", "a", "b") if case == "bg" else ("r", "alpha", "s", "beta")
    kind = BetaGeoLikelihood.of(history, chances=0) if case == "bg" else ParetoNBDLikelihood.of(history)
    return kind(np.log([float(found[name]) for name in names])).value


CASES = {
    "bg": ("fit BG/NBD with standard errors", bg_crmkit, bg_lifetimes, 1e-4),
    "pareto": ("fit Pareto/NBD", pareto_crmkit, pareto_lifetimes, 1e-3),
    "spend": ("fit Gamma-Gamma", spend_crmkit, spend_lifetimes, 1e-3),
    "value": ("value of customers, a year", value_crmkit, value_lifetimes, 0.03),
}


def measured_in_a_process(case: str, side: int, size: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--case", case, "--side", str(side), "--size", str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **ONE_THREAD})  # noqa: S603  # itself
    return json.loads(done.stdout.splitlines()[-1])


def measured(case: str, side: int, size: int) -> None:
    warnings.simplefilter("ignore")
    run = CASES[case][1 + side]
    data = customers(size)
    run(customers(2357))  # what is imported on the way does not count
    began = time.process_time()
    found = run(data)
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "found": judged(case, data, found), "megabytes": peak / 1024}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[2357, 100_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cases", choices=CASES, nargs="+", default=list(CASES))
    parser.add_argument("--case", choices=CASES)
    parser.add_argument("--side", type=int)
    parser.add_argument("--size", type=int)
    arguments = parser.parse_args()
    if arguments.case:
        measured(arguments.case, arguments.side, arguments.size)
        return
    for case in arguments.cases:
        for size in arguments.sizes:
            sides = [[measured_in_a_process(case, side, size) for _ in range(arguments.runs)] for side in (0, 1)]
            ours, theirs = (results[0]["found"] for results in sides)
            assert abs(ours - theirs) <= CASES[case][3] * abs(theirs), f"{case}: {ours} and {theirs}"
            ours_seconds, their_seconds = (median(result["seconds"] for result in results) for results in sides)
            line = {
                "case": CASES[case][0],
                "size": size,
                "crmkit_seconds": round(ours_seconds, 4),
                "crmkit_megabytes": round(sides[0][0]["megabytes"]),
                "peer": "lifetimes",
                "peer_seconds": round(their_seconds, 4),
                "peer_megabytes": round(sides[1][0]["megabytes"]),
                "ratio": round(ours_seconds / their_seconds, 4),
            }
            print(json.dumps(line))


if __name__ == "__main__":
    main()
