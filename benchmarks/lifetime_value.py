"""Fit models of customer lifetime and value customers, against lifetimes, in the same run.

Ages and recencies are whole days in units of weeks, as a summary of orders makes them. lifetimes is given no standard
errors to work out, which it has for BG/NBD anyway; crmkit works them out each time. Pareto/NBD of a million customers
comes to no end in lifetimes: crmkit stands there alone. `--cases bg-map` is BG/NBD against pymc-marketing, whose priors
move the top a little; it is not in the extra, since it brings a compiler along.
"""

import argparse
import json
import tempfile
import warnings
from importlib.metadata import distribution
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from _process import in_a_process, measured

HORIZON, RATE = 52, 0.0027
COLUMNS = ["frequency", "recency", "T", "monetary_value"]


def customers(size: int) -> pd.DataFrame:
    """Return the customers of CDNOW where that many are asked for, else as many drawn alike."""
    if size == 2357:
        path = distribution("lifetimes").locate_file("lifetimes/datasets/cdnow_customers_summary_with_transactions.csv")
        return pd.read_csv(path).rename(columns={"x": "frequency", "t_x": "recency", "zbar": "monetary_value"})[COLUMNS]
    from crmkit.clv import FittedBetaGeo

    rng = np.random.default_rng(1)
    fit = FittedBetaGeo.of(r=0.2426, alpha=4.4135, a=0.7929, b=2.4258)
    drawn = fit.simulate(size, age=rng.integers(27 * 7, 39 * 7 + 1, size) / 7, rng=rng)
    drawn["recency"] = np.minimum(np.ceil(drawn["recency"] * 7) / 7, drawn["T"])
    mean = rng.gamma(3.74, 1 / 15.45, size)
    spend = rng.gamma(6.25 * np.maximum(drawn["frequency"], 1), 1.0) / mean / np.maximum(drawn["frequency"], 1)
    drawn["monetary_value"] = np.where(drawn["frequency"] > 0, np.maximum(spend.round(2), 0.01), 0.0)
    return drawn[COLUMNS]


def bg_crmkit(data: pd.DataFrame) -> dict[str, float]:
    from crmkit.clv import BetaGeo

    return dict(BetaGeo().fit(data).params)


def bg_lifetimes(data: pd.DataFrame) -> dict[str, float]:
    from lifetimes import BetaGeoFitter

    return dict(BetaGeoFitter().fit(data["frequency"], data["recency"], data["T"]).params_)


def bg_pymc(data: pd.DataFrame) -> dict[str, float]:
    from pymc_marketing.clv import BetaGeoModel

    model = BetaGeoModel(data.astype(float).assign(customer_id=np.arange(len(data))))
    model.fit(method="map", progressbar=False)
    return dict(model.fit_summary())


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
    from crmkit.clv._beta_geo._likelihood import BetaGeoLikelihood
    from crmkit.clv._customers import collapsed, history_of
    from crmkit.clv._pareto_nbd._likelihood import ParetoNBDLikelihood

    if not isinstance(found, dict):
        return found
    if case == "spend":
        return found["p"] * found["v"] / (found["q"] - 1)
    history = collapsed(history_of(data, columns={}, model=case))
    names = ("r", "alpha", "a", "b") if case.startswith("bg") else ("r", "alpha", "s", "beta")
    kind = BetaGeoLikelihood.of(history, chances=0) if case.startswith("bg") else ParetoNBDLikelihood.of(history)
    return kind(np.log([float(found[name]) for name in names])).value


CASES = {
    "bg": ("fit BG/NBD with standard errors", bg_crmkit, "lifetimes", bg_lifetimes, 1e-4),
    "bg-map": ("fit BG/NBD with standard errors", bg_crmkit, "pymc-marketing, MAP", bg_pymc, 1e-3),
    "pareto": ("fit Pareto/NBD", pareto_crmkit, "lifetimes", pareto_lifetimes, 1e-3),
    "spend": ("fit Gamma-Gamma", spend_crmkit, "lifetimes", spend_lifetimes, 1e-3),
    "value": ("value of customers, a year", value_crmkit, "lifetimes", value_lifetimes, 0.03),
}
NO_END = {("pareto", 1_000_000)}
SIDES = ("crmkit", "peer")


def run(case: str, side: str, file: Path) -> None:
    warnings.simplefilter("ignore")
    _, ours, _, theirs, _ = CASES[case]
    step = ours if side == "crmkit" else theirs
    data = pd.DataFrame({name: np.array(values) for name, values in np.load(file).items()})
    step(customers(2357))  # what is imported on the way does not count
    found, cost = measured(lambda: step(data))
    print(json.dumps({**cost, "found": judged(case, data, found)}))


def compared(case: str, size: int, runs: int) -> dict[str, object]:
    """Return the line of a case; the sides take turns, so that what slows the machine down slows both."""
    name, _, peer, _, tolerance = CASES[case]
    sides = SIDES[:1] if (case, size) in NO_END else SIDES
    results: dict[str, list[dict[str, float]]] = {side: [] for side in sides}
    with tempfile.TemporaryDirectory() as place:  # what drawing customers leaves in memory does not count
        file = Path(place) / "customers.npz"
        drawn = customers(size)
        np.savez(file, **{name: drawn[name].to_numpy() for name in COLUMNS})
        for _ in range(runs):
            for side, found in results.items():
                found.append(in_a_process(__file__, case=case, side=side, file=file))
    seconds = {side: median(one["seconds"] for one in found) for side, found in results.items()}
    memory = {side: max(one["megabytes"] for one in found) for side, found in results.items()}
    line: dict[str, object] = {
        "case": name,
        "size": size,
        "crmkit_seconds": round(seconds["crmkit"], 4),
        "crmkit_megabytes": round(memory["crmkit"]),
    }
    if len(sides) == 1:
        return line | dict.fromkeys(("peer", "peer_seconds", "peer_megabytes", "ratio"))
    ours, theirs = (results[side][0]["found"] for side in SIDES)
    assert abs(ours - theirs) <= tolerance * abs(theirs), f"{case}: {ours} and {theirs}"
    return line | {
        "peer": peer,
        "peer_seconds": round(seconds["peer"], 4),
        "peer_megabytes": round(memory["peer"]),
        "ratio": round(seconds["crmkit"] / seconds["peer"], 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[2357, 100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cases", choices=CASES, nargs="+", default=[case for case in CASES if case != "bg-map"])
    parser.add_argument("--case", choices=CASES, help=argparse.SUPPRESS)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.case:
        run(asked.case, asked.side, asked.file)
        return
    for case in asked.cases:
        for size in asked.sizes:
            print(json.dumps(compared(case, size, asked.runs)), flush=True)


if __name__ == "__main__":
    main()
