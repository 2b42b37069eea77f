"""A grid of runs: a study under every combination of some choices, and what hangs on them.

Specification curves after Simonsohn, Simmons and Nelson (2020), Specification curve analysis,
Nature Human Behaviour 4, 1208-1214.
"""

import argparse
import random
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from matplotlib.figure import Figure

from q7x2lab.errors import StudyError
from q7x2lab.figures import drawing
from q7x2lab.figures.labels import arabic_label, phrase
from q7x2lab.figures.style import INK, subplots
from q7x2lab.figures.words import make_exhibit
from q7x2lab.studies.outputs import Outputs, safe_name, save_exhibit
from q7x2lab.studies.provenance import value_hash
from q7x2lab.studies.report import write_report
from q7x2lab.studies.runner import run_study
from q7x2lab.studies.study_file import DEMO, StudyFile, load_study
from q7x2lab.yaml_files import parse_yaml

NO_DIFFERENCE = {"ratio": 1.0, "difference": 0.0, "share": np.nan}  # nothing is usual for a share
NO_KEYS = ["verdict", "refused", "badge", "validity", "correction", "lexicon", "words"]
UNDECIDED = ("", "cannot tell")
COLUMNS = ("number", "specifications", "lowest", "median", "highest", "conclusion", "holds")
MOST_DRAWN = 10
SECTION = "specifications"
SHARED = ".shared"  # of a grid's folder: what each notebook made, under its fingerprint


def run_grid(
    variants: Mapping[Path, StudyFile], workers: Executor, *, only: Sequence[str] = ()
) -> dict[str, str]:
    """Run what is not there yet of every variant, and say how far it is; the errors by variant.

    Parameters
    ----------
    variants
        Studies by the folder of their results; all in one folder, through which they share what
        rests on the same.
    workers
        What executes them: threads here, or those of a cluster.
    only
        Notebooks to run; default all.
    """
    errors: dict[str, str] = {}
    began, futures = time.monotonic(), {}
    for folder, file in variants.items():
        run = partial(run_study, file, results=folder, only=only, shared=folder.parent / SHARED)
        futures[workers.submit(run)] = folder.name
    for number, future in enumerate(as_completed(futures), 1):
        name, error = futures[future], future.exception()
        errors |= {name: str(error)} if error else {}
        left = (time.monotonic() - began) / number * (len(futures) - number)
        state = f"{'failed' if error else 'done'} ({number} of {len(futures)}, {left:.0f} s left)"
        print(f"{name:<40} {state}", file=sys.stderr, flush=True)
    return errors


def grid_command(options: argparse.Namespace) -> int:
    """``q7x2lab grid STUDY.yaml --vary KEY=A,B … [--sample N] [--jobs N] [--dask …]``."""
    file = load_study(options.study, changes=options.set)
    choices = dict(file.study.grid)
    for key, _, values in (text.partition("=") for text in options.vary):
        choices[key] = parse_yaml(f"[{values}]", where=f"--vary {key}")
    if not choices or not all(choices.values()):
        remedy = "write --vary topics.k=8,12, or grid: in the study file"
        raise StudyError("nothing to vary", where=options.study, remedy=remedy)
    every = [
        dict(zip(choices, map(_on_a_line, v), strict=True)) for v in product(*choices.values())
    ]
    if options.sample and options.sample < len(every):
        every = random.Random(file.study.seed).sample(every, options.sample)
    results = (options.out or Path("results") / f"{file.study.study}-grid").absolute()
    variants, chosen = {}, {}
    for choice in every:
        name = f"{safe_name('-'.join(choice.values()))[:40]}-{value_hash(choice)[:6]}"
        changes = [*options.set, *(f"{key}={text}" for key, text in choice.items())]
        variants[results / name] = load_study(options.study, changes=changes)
        chosen[name] = choice
    (results / SHARED).mkdir(parents=True, exist_ok=True)
    workers: Executor = ThreadPoolExecutor(options.jobs)
    if options.dask:
        from dask.distributed import Client  # of the extra q7x2lab[dask]

        workers = Client(options.dask).get_executor(pure=False)
    with workers:
        failed = run_grid(variants, workers, only=options.only)
    page = write_specifications(file, results, chosen, failed)
    print(f"{len(chosen) - len(failed)} of {len(chosen)} variants: {page}")
    return 1 if failed else 0


def _on_a_line(value: Any) -> str:
    """A value of a study file as YAML on one line."""
    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**6)
    return text.removesuffix("...\n").strip()


def _tables(results: Path, period: str) -> dict[str, pd.DataFrame]:
    """The tables of a run, but those by period: they hold curves and not numbers."""
    paths = sorted((results / "tables").glob("*.csv"))
    named = {path.stem: path for path in paths if not path.stem.endswith(f"-{period}")}
    return {name: pd.read_csv(path, encoding="utf-8-sig") for name, path in named.items()}


def registered_numbers(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The numbers with intervals in a run's tables: ``number, value, low, high, conclusion``.

    The conclusion is the table's verdict, or on which side of no difference the interval lies.

    Parameters
    ----------
    tables
        Each by its name; one without an estimate and its interval is left out.

    Examples
    --------
    >>> rates = pd.DataFrame({"query": ["gas"], "ratio": 2.0, "low": 1.5, "high": 3.0})
    >>> registered_numbers({"rates": rates})[["number", "value", "conclusion"]].values.tolist()
    [['rates · gas', 2.0, 'more']]
    """
    parts = [pd.DataFrame(columns=["number", "value", "low", "high", "conclusion"])]
    for name, table in tables.items():
        value = next((column for column in NO_DIFFERENCE if column in table), "")
        bounds = ["low", "high"] if "low" in table else [f"{value}_low", f"{value}_high"]
        if not {value, *bounds} <= set(table):
            continue
        part = table[[value, *bounds]].set_axis(["value", "low", "high"], axis=1)
        keys = table.select_dtypes(["object", "string"]).drop(columns=NO_KEYS, errors="ignore")
        rows = keys.fillna("").to_numpy(str)
        part["number"] = [" · ".join(filter(None, [name, *row])) for row in rows]
        none = NO_DIFFERENCE[value]
        side = np.select([part["low"] > none, part["high"] < none], ["more", "less"], UNDECIDED[1])
        part["conclusion"] = table.get("verdict", pd.Series(side, table.index)).fillna("")
        parts.append(part.dropna(subset="value"))
    return pd.concat(parts).drop_duplicates("number")


def specification_table(found: pd.DataFrame, choices: list[str]) -> pd.DataFrame:
    """A row for each number: its range over all specifications, its conclusion, what moves it.

    Parameters
    ----------
    found
        A row for each number and variant, as `registered_numbers` has them, with the choices.
    choices
        The columns that hold what was chosen.

    Returns
    -------
    DataFrame
        ``conclusion`` is that of most specifications and ``holds`` their share. Under each choice
        stands the share of the variance that it explains (one-way eta squared), of ranks, so that
        a ratio of next to nothing weighs no more than others. The least certain stand first.

    Examples
    --------
    >>> found = pd.DataFrame({"number": "gas", "value": [1, 2, 3, 4.0], "conclusion": "more",
    ...                       "k": ["8", "8", "9", "9"], "seed": ["0", "1", "0", "1"]})
    >>> specification_table(found, ["k", "seed"])[["holds", "k", "seed", "moved_by"]].round(1)
       holds    k  seed moved_by
    0    1.0  0.8   0.2        k
    """
    rows = []
    for number, part in found.groupby("number", sort=False):
        ranks, verdicts = part["value"].rank(), part["conclusion"].value_counts()
        of_all = ranks.var() or 1.0
        explained = {c: ranks.groupby(part[c]).transform("mean").var() / of_all for c in choices}
        values = [number, len(part), *part["value"].quantile([0, 0.5, 1])]
        values += [verdicts.index[0], verdicts.iloc[0] / len(part)]
        rows.append(dict(zip(COLUMNS, values, strict=True)) | explained)
        rows[-1]["moved_by"] = max(choices, key=lambda c: explained[c])
    rows.sort(key=lambda row: (row["conclusion"] in UNDECIDED, row["holds"]))
    return pd.DataFrame(rows, columns=[*COLUMNS, "moved_by", *choices])


def plot_specifications(part: pd.DataFrame, choices: list[str], *, language: str = "en") -> Figure:
    """The specification curve of one number: its values in order, and below them the choices."""
    part = part.sort_values("value", kind="stable").rename(columns={"value": "share"})
    places = np.arange(len(part))
    figure, (above, below) = subplots(2, 1, sharex=True)
    drawing.dots(above, places, part, {"color": INK, "marker": "o", "label": ""})
    above.set_ylabel(phrase(language, "value"))
    labels = [(key, value) for key in choices for value in part[key].unique()]
    for row, (key, value) in enumerate(labels):
        chosen = (part[key] == value).to_numpy()
        below.plot(places[chosen], np.full(chosen.sum(), -row), ls="", marker="o", color=INK)
    below.set_yticks(-np.arange(len(labels)), [arabic_label(" = ".join(pair)) for pair in labels])
    below.set_xlabel(phrase(language, "specifications_in_order"))
    return drawing.finish(figure, 60 + 6 * len(labels))


def write_specifications(
    file: StudyFile, results: Path, chosen: Mapping[str, Mapping[str, str]], failed: dict[str, str]
) -> Path:
    """Write the page of a grid, with its table and figures, from its variants' tables; the page.

    Parameters
    ----------
    chosen
        The value of each choice by variant, that is by folder in the results.
    failed
        The error of each variant that is not there.
    """
    study = file.study
    found = pd.concat(
        registered_numbers(_tables(results / name, study.period)).assign(**choice)
        for name, choice in chosen.items()
        if name not in failed
    )
    found = found[found.groupby("number")["number"].transform("size") == len(chosen) - len(failed)]
    choices = list(next(iter(chosen.values())))
    outputs = Outputs(results, fictional=study.corpus.files == DEMO, language=study.language)
    table = specification_table(found, choices)
    save_exhibit(make_exhibit(SECTION, None, table), outputs)
    for place, number in enumerate(table["number"].head(MOST_DRAWN), 1):
        part = found[found["number"] == number]
        draw = partial(plot_specifications, part, choices)
        curve = partial(make_exhibit, "specification-curve", draw, part, {"number": number})
        name = f"specification-curve-{place}"
        save_exhibit(curve(name=name, language=study.language), outputs)
    sections = {SECTION: ("المواصفات", "Specifications")} | {name: (name, name) for name in failed}
    write_report(file, results, {SECTION: outputs.record}, failed, sections=sections)
    return results / "index.html"
