"""Published examples of trend, rate, burst and change: to the tolerance that each states."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import xlogy

from q7x2lab.trends.bursts import bursts_of, emission_costs, kleinberg
from q7x2lab.trends.changes import detect_changes
from q7x2lab.trends.comparisons import rate_ratios
from q7x2lab.trends.rates import Trend
from q7x2lab.trends.regression import poisson_regression


def test_rates_and_their_ratio_are_those_of_r(case):
    c = case("rate_ratio_poisson")
    given, want, close = c["input"], c["expected"], {"abs": c["tolerance"]}
    counts = (np.array([float(n)]) for n in [*given["ratio"]["x"], *given["ratio"]["T"]])
    ratio, low, high = rate_ratios(*counts)
    assert ratio == pytest.approx(want["ratio"]["rate_ratio"], **close)
    assert [low, high] == pytest.approx(want["ratio"]["ci"], **close)


def polynomial(codes: list[int], levels: int) -> np.ndarray:
    """Orthonormal polynomial contrasts of an ordered factor, without the constant."""
    powers = np.vander(np.arange(levels) - (levels - 1) / 2, levels, increasing=True)
    q, r = np.linalg.qr(powers)
    return (q * np.sign(np.diag(r)))[codes][:, 1:]


def test_the_insurance_regression_is_that_of_r(case):
    c = case("insurance_poisson_offset")
    given, want = c["input"], c["expected"]
    group = [["<1l", "1-1.5l", "1.5-2l", ">2l"].index(value) for value in given["Group"]]
    age = [["<25", "25-29", "30-35", ">35"].index(value) for value in given["Age"]]
    district = pd.get_dummies(given["District"]).to_numpy(float)[:, 1:]
    parts = [np.ones(len(group)), district, polynomial(group, 4), polynomial(age, 4)]
    claims = np.array(given["Claims"], float)
    beta, covariance, mean = poisson_regression(
        np.column_stack(parts), claims, np.array(given["Holders"], float)
    )
    error, deviance = (
        np.sqrt(np.diag(covariance)),
        2 * (xlogy(claims, claims / mean) - claims + mean).sum(),
    )
    coefficients = want["coef"].values()
    assert beta == pytest.approx([v["est"] for v in coefficients], abs=c["tolerance"])
    assert error == pytest.approx([v["se"] for v in coefficients], abs=c["tolerance"])
    assert deviance == pytest.approx(want["deviance"], abs=c["tolerance"])


def test_the_automaton_reaches_the_exhaustive_optimum(case):
    c = case("kleinberg_batched")
    for given, want, greedy in zip(
        c["input"]["cases"], c["expected"]["optimal"], c["expected"]["package_greedy"], strict=True
    ):
        hits, base = np.array(given["r"], float), np.array(given["d"], float)
        cost = emission_costs(hits, base, s=given["s"])
        path = kleinberg(cost, gamma=given["gamma"])
        rises = np.maximum(np.diff(path, prepend=0), 0).sum() * np.log(len(path))
        total = cost[np.arange(len(path)), path].sum() + given["gamma"] * rises
        assert path.tolist() == want["q"]
        assert total == pytest.approx(want["cost"], abs=c["tolerance"])
        assert total <= greedy["cost"] + 1e-9


def test_bursts_weigh_what_kleinbergs_formula_says(case):
    c = case("kleinberg_batched")
    given, want = c["input"]["cases"][1], c["expected"]["package_weights"][1][0]
    hits, base = np.array(given["r"], float), np.array(given["d"], float)
    cost = emission_costs(hits, base, s=given["s"])
    (burst,) = bursts_of(kleinberg(cost), cost)
    assert burst[:2] == (want["begin"], want["end"])
    assert burst[3] == pytest.approx(want["weight"], abs=c["tolerance"])


def test_the_nile_fell_after_1898(case):
    c = case("nile_break")
    flow, start = np.array(c["input"]["nile"]), c["input"]["start_year"]
    years = [str(start + n) for n in range(len(flow))]
    table = pd.DataFrame({"query": "nile", "group": "all", "period": years, "hits": flow,
                          "tokens": 10_000, "articles": 1, "rate": flow * 100.0})  # fmt: skip
    found = detect_changes(Trend(table, "million_tokens", "year"))
    assert found["date"].tolist() == [str(c["expected"]["year"] + 1)]
    low, high = int(found["date_low"].iloc[0]), int(found["date_high"].iloc[0])
    wanted = [start + place for place in c["expected"]["confint95"][0]]
    assert [low, high] == pytest.approx([wanted[0], wanted[2]], abs=4)
