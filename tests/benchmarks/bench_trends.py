"""False alarms and coverage in simulated series without and with a trend, beside other methods.

Every series has counts, exposure and standard errors as `keyword_trends` makes them. Kinds:
poisson; rare (4 hits a period); growing (exposure grows fourfold); bursty (hits come in clumps of
four on average within articles); uneven (the rate of each period drawn anew); ar3, ar5 (the log
rate is autoregressive, .3 and .5). Methods: ours (Trend.tests); mk counts (Mann-Kendall on
counts); mk rates; poisson (regression with exposure, z test); blocks (moving-block bootstrap of
the slope with Politis-White length, percentile interval). Cells ask for 3 to 7 % false alarms and
93 to 97 % coverage; a simulation of n series errs by twice the square root of .0475 / n.

Run: python tests/benchmarks/bench_trends.py [series a cell, default 300]
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd

from q7x2lab.analysis.changes import segment, simulated_counts
from q7x2lab.analysis.rates import poisson_regression
from q7x2lab.analysis.trend_tests import p_values, spreads, theil_sen

KINDS = ("poisson", "rare", "growing", "bursty", "uneven", "ar3", "ar5")
PERIODS = (8, 12, 24, 60)
CLUMP = 4.0


def simulated(
    kind: str, periods: int, series: int, rng: np.random.Generator, slope: float = 0.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts, exposure and standard errors of the rates; slope in shares of the mean a period."""
    base = np.linspace(1, 4, periods) / 2.5 if kind == "growing" else np.ones(periods)
    line = 1 + slope * (np.arange(periods) - (periods - 1) / 2)
    mean = np.tile((4.0 if kind == "rare" else 25.0) * base * line, (series, 1))
    clump = 1.0
    if kind == "bursty":
        size = rng.poisson(mean / CLUMP)
        counts = size + rng.poisson(rng.gamma(np.maximum(size, 1e-9), CLUMP - 1))
        clump = 2 * CLUMP - 1 + (CLUMP - 1) ** 2 / CLUMP
    else:
        if kind == "uneven":
            mean = mean * rng.gamma(5, 1 / 5, mean.shape)
        if kind.startswith("ar"):
            mean = mean * np.exp(0.4 * autoregressive(int(kind[2]) / 10, mean.shape, rng) - 0.08)
        counts = rng.poisson(mean)
    return counts.astype(float), base, np.sqrt(clump * np.maximum(counts, 0)) / base


def autoregressive(lag: float, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Standard normal series in rows, each period `lag` correlated with the one before."""
    state = rng.standard_normal(shape)
    for t in range(1, shape[1]):
        state[:, t] = lag * state[:, t - 1] + np.sqrt(1 - lag**2) * state[:, t]
    return state


def poisson_p(counts: np.ndarray, base: np.ndarray) -> float:
    """Two-sided p of the slope of a plain Poisson regression."""
    from scipy.stats import norm

    time_ = np.linspace(-1, 1, base.size)
    beta, error, _ = poisson_regression(np.column_stack([np.ones(base.size), time_]), counts, base)
    return float(2 * norm.sf(abs(beta[1] / error[1])))


def block_length(rest: np.ndarray) -> int:
    """Politis and White (2004), as corrected by Patton, Politis and White (2009); at least 2."""
    n = rest.size
    most = int(np.ceil(np.sqrt(n))) + 5
    product = [(rest[lag:] * rest[: n - lag]).sum() / n for lag in range(min(most, n - 1))]
    share = np.abs(np.array(product) / (product[0] or 1))
    small = share[1:] < 2 * np.sqrt(np.log10(n) / n)
    m = 2 * (int(small.argmax()) or 1) if small.any() else min(most, n - 2)
    lags = np.arange(-min(m, len(product) - 1), min(m, len(product) - 1) + 1)
    taper = np.clip(2 * (1 - np.abs(lags) / max(m, 1)), 0, 1)
    cov = np.array(product)[np.abs(lags)]
    g, d = (taper * np.abs(lags) * cov).sum(), 4 / 3 * (taper * cov).sum() ** 2
    length = (2 * g * g / d) ** (1 / 3) * n ** (1 / 3) if d > 0 else 1
    return int(np.clip(np.ceil(length), 2, n // 3))


def block_interval(rates: np.ndarray, rng: np.random.Generator, draws: int = 199) -> np.ndarray:
    """Percentile interval of the Theil-Sen slope over moving blocks of what the line leaves."""
    n, t = rates.size, np.arange(rates.size)
    slope = theil_sen(rates)[0]
    rest = rates - slope * t
    rest = rest - rest.mean()
    length = block_length(rest)
    begins = rng.integers(0, n - length + 1, (draws, -(-n // length)))
    at = (begins[:, :, None] + np.arange(length)).reshape(draws, -1)[:, :n]
    first, second = np.triu_indices(n, 1)
    drawn = rest[at] + slope * t
    slopes = np.median((drawn[:, second] - drawn[:, first]) / (second - first), axis=1)
    return np.percentile(slopes, [2.5, 97.5])


def trend_cell(kind: str, periods: int, series: int, rng: np.random.Generator) -> dict[str, object]:
    """False alarms of each method and coverage of each interval."""
    counts, base, errors = simulated(kind, periods, series, rng)
    rates, flat = counts / base, np.ones(series)
    few = min(series, 100)
    alarms = {
        "ours": p_values(rates, spreads(rates, errors)) < 0.05,
        "mk rates": p_values(rates, flat) < 0.05,
        "mk counts": p_values(counts, flat) < 0.05,
        "poisson": np.array([poisson_p(row, base) for row in counts[:few]]) < 0.05,
    }
    slope = 0.6 / periods
    counts, base, errors = simulated(kind, periods, series, rng, slope)
    rates = counts / base
    true = slope * (4.0 if kind == "rare" else 25.0)
    spread = spreads(rates, errors)
    bounds = np.array([theil_sen(r, spread=s)[1:] for r, s in zip(rates, spread, strict=True)])
    blocks = np.array([block_interval(row, rng) for row in rates[:few]])
    held = {
        "cover": (bounds[:, 0] <= true) & (true <= bounds[:, 1]),
        "cover blocks": (blocks[:, 0] <= true) & (true <= blocks[:, 1]),
    }
    told = ~np.isnan(bounds[:, 0])
    held["cover"] = held["cover"][told]
    return {"kind": kind, "T": periods} | {k: v.mean() for k, v in (alarms | held).items()}


def change_cell(spread: float, periods: int, series: int, rng: np.random.Generator) -> dict:
    """False alarms of changes, and coverage of the date of one from 12 to 30 hits a period."""
    base = np.ones(periods)
    alarms, held = 0, []
    for _ in range(series):
        flat = simulated_counts(20 * base, [spread], rng)[0]
        alarms += bool(segment(flat, base, draws=200, rng=rng))
        place = int(rng.integers(periods // 4 + 1, periods - periods // 4))
        mean = np.where(np.arange(periods) < place, 12.0, 30.0)
        found = segment(simulated_counts(mean, [spread], rng)[0], base, draws=200, rng=rng)
        if found:
            near = min(found, key=lambda change: abs(change[0] - place))
            held.append(near[1] <= place <= near[2])
    shares = {"alarms": alarms / series, "found": len(held) / series, "cover": np.mean(held)}
    return {"dispersion": spread, "T": periods} | shares


def main() -> None:
    """Print both tables."""
    series = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    rng = np.random.default_rng(2022)
    begin = time.process_time()
    rows = [trend_cell(kind, periods, series, rng) for kind in KINDS for periods in PERIODS]
    print(pd.DataFrame(rows).to_string(index=False, float_format="{:.3f}".format))
    rows = [
        change_cell(spread, periods, series // 3, rng)
        for spread in (1.0, 4.0)
        for periods in PERIODS
    ]
    print(pd.DataFrame(rows).to_string(index=False, float_format="{:.3f}".format))
    print(f"{series} series a cell, {time.process_time() - begin:.0f} s of processor time")


if __name__ == "__main__":
    main()
