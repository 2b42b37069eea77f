"""A grid of runs: a study under every combination of some choices, and what hangs on them."""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import suppress
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.corpus.parts import dask_client
from q7x2lab.corpus.periods import PERIODS
from q7x2lab.errors import StudyError
from q7x2lab.figures.specifications import plot_specifications
from q7x2lab.figures.words import make_exhibit
from q7x2lab.framing.keyness import LEVEL
from q7x2lab.studies.notebooks import KEPT, notebook_path
from q7x2lab.studies.outputs import JOINT, Outputs, methods, safe_name, save_exhibit
from q7x2lab.studies.provenance import read_manifest, value_hash
from q7x2lab.studies.report import write_report
from q7x2lab.studies.runner import check_counts, run_study, writing
from q7x2lab.studies.study_file import DEMO, StudyFile, load_study, study_paths
from q7x2lab.topics.names import same_topics
from q7x2lab.yaml_files import parse_yaml

# Numbers that are compared, the first that a table has: estimate, interval, what is no difference.
ESTIMATES: tuple[tuple[str, str, str, float], ...] = (
    ("ratio", "ratio_low", "ratio_high", 1),
    ("ratio", "low", "high", 1),
    ("difference", "difference_low", "difference_high", 0),
    ("share", "low", "high", np.nan),  # nothing is usual for a share
)
UNDECIDED = ("", "cannot tell")
NO_NAMES = ["refused", "date_low", "date_high"]  # texts that differ where the number is the same
MOST_DRAWN = 10
FARTHEST = 1000.0  # a ratio beyond it, or its inverse, moves no further
SECTION = "specifications"
TOPICS = "topics-words"  # the table that has the words of each topic
FOLDER = "folder"  # of a variant: where its page and tables are
EMPTY = 4  # bytes of a table without columns: a byte order mark and the end of a line
LOCK = ".grid"  # of a grid's folder, by which it is known
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
    began = time.monotonic()
    shared = next(iter(variants)).parent / SHARED
    with TemporaryDirectory(prefix="kept-", dir=shared) as kept:
        run = partial(run_study, only=only, jobs=1, shared=shared, environment={KEPT: kept})
        futures = {workers.submit(run, file, results=at): at.name for at, file in variants.items()}
        try:
            for number, future in enumerate(as_completed(futures), 1):
                name, error = futures[future], future.exception()
                errors |= {name: str(error)} if error else {}
                left = (time.monotonic() - began) / number * (len(futures) - number)
                state = f"{'failed' if error else 'done'} ({number} of {len(futures)}"
                print(f"{name:<40} {state}, {left:.0f} s left)", file=sys.stderr, flush=True)
        finally:
            for future in futures:
                future.cancel()  # what has not begun, where someone stops the grid
    return errors


def grid_command(options: argparse.Namespace) -> int:
    """``q7x2lab grid STUDY.yaml --vary KEY=A,B … [--sample N] [--jobs N] [--dask …]``."""
    file = load_study(options.study, changes=options.set)
    check_counts(options, "jobs", "sample")
    for name in options.only:
        notebook_path(name)  # which refuses an unknown one before any work is done
    varied: dict[str, list[Any]] = {}
    for key, _, text in (vary.partition("=") for vary in options.vary):
        varied.setdefault(key, []).extend(parse_yaml(f"[{text}]", where=f"--vary {key}"))
    values = file.study.grid | varied
    if not values or not all(values.values()):
        remedy = "write --vary topics.k=8,12, or grid: in the study file"
        raise StudyError("nothing to vary", where=options.study, remedy=remedy)
    every = product(*(map(_as_text, each) for each in values.values()))
    chosen = pd.DataFrame(every, columns=list(values)).drop_duplicates(ignore_index=True)
    if options.sample:
        chosen = chosen.sample(min(options.sample, len(chosen)), random_state=file.study.seed)
    rows = chosen.to_numpy().tolist()
    chosen.index = [f"{safe_name('-'.join(row))[:40]}-{value_hash(row)[:6]}" for row in rows]
    results = (options.out or Path("results") / f"{file.study.study}-grid").absolute()
    variants = {}
    for name, choice in chosen.T.to_dict().items():
        changes = [*options.set, *(f"{key}={value}" for key, value in choice.items())]
        variants[results / str(name)] = load_study(options.study, changes=changes)
    workers: Executor = ThreadPoolExecutor(options.jobs)
    if options.dask:
        workers = dask_client(options.dask).get_executor(pure=False)
    with writing(results, study_paths(file), [LOCK]):
        (results / SHARED).mkdir(exist_ok=True)
        with workers:
            failed = run_grid(variants, workers, only=options.only)
        write_specifications(file, results, chosen, failed, options.only)
    print(f"{len(chosen) - len(failed)} of {len(chosen)} variants: {results / 'index.html'}")
    return 1 if failed else 0


def _as_text(value: Any) -> str:
    """A value as a study file has it on one line; JSON is YAML, too."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    plain = text.strip('"')
    with suppress(StudyError):  # of a title with a colon, of a number that is meant as a text
        if parse_yaml(f"[{plain}]", where="grid") == [value]:
            return plain
    return text


def registered_numbers(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The numbers with intervals in a run's tables, by name.

    Parameters
    ----------
    tables
        Each by its name. Left out are those without an estimate and its interval, and those over
        time: they hold curves and not numbers.

    Returns
    -------
    DataFrame
        ``number``, its name, of the texts that stand before it; ``value``, ``low``, ``high``;
        ``none``, the value that is no difference; ``conclusion``, which is the table's verdict,
        or on which side of no difference the interval lies, if its q, where it has one, is .05 at
        most.

    Examples
    --------
    >>> rates = pd.DataFrame({"query": ["gas"], "ratio": 2.0, "low": 1.5, "high": 3.0})
    >>> registered_numbers({"rates": rates})[["number", "value", "conclusion"]].values.tolist()
    [['rates · gas', 2.0, 'more']]
    """
    parts = []
    for name, table in tables.items():
        estimates = [row for row in ESTIMATES if {*row[:3]} <= set(table)]
        if not estimates or table.filter(["period", *PERIODS]).nunique().gt(1).any():
            continue
        value, low, high, none = estimates[0]
        part = table[[value, low, high]].set_axis(["value", "low", "high"], axis=1)
        part["none"] = none
        keys = table.loc[:, :value].select_dtypes(["object", "string"])
        rows = keys.drop(columns=NO_NAMES, errors="ignore").fillna("").replace("all", "")
        part["number"] = [" · ".join(filter(None, [name, *row])) for row in rows.to_numpy(str)]
        sides = [part["low"] > none, part["high"] < none, part["none"].isna()]
        side = np.select(sides, ["more", "less", ""], "cannot tell")
        if "q" in table:
            side = np.where((table["q"] > LEVEL) & (side != ""), "cannot tell", side)
        part["conclusion"] = table.get("verdict", pd.Series(side, table.index)).fillna("")
        parts.append(part.dropna(subset="value").drop_duplicates("number"))
    columns = ["number", "value", "low", "high", "none", "conclusion"]
    return pd.concat([pd.DataFrame(columns=columns), *parts])


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
        ``conclusion`` is the most frequent, ``holds`` its share of specifications and
        ``other_conclusion`` the share of those that conclude something else (missing where a share
        stands alone). Under each choice stands the share of the variance that it explains
        (one-way eta squared), of ratios that of their logarithms; ``moved_by`` is the choice that
        explains most, ``explained`` how much. What stands in all specifications is first, what
        holds least before the others; what is undecided in each of its specifications is last.

    Examples
    --------
    >>> found = pd.DataFrame({"number": "gas", "value": [1, 2, 3, 4.0], "none": 0,
    ...                       "conclusion": "more", "k": [8, 8, 9, 9], "seed": [0, 1, 0, 1]})
    >>> specification_table(found, ["k", "seed"])[["holds", "k", "seed", "moved_by"]].round(1)
       holds    k  seed moved_by
    0    1.0  0.8   0.2        k
    """
    value, numbers = found["value"].astype(float), found["number"]
    table = value.groupby(numbers, sort=False).agg(["size", "min", "median", "max"])
    table.columns = ["specifications", "lowest", "median", "highest"]
    conclusions = found.groupby("number")["conclusion"]
    # Of two that are as frequent that which comes first in the alphabet: cannot tell before others.
    table["conclusion"] = conclusions.agg(lambda said: said.mode()[0])
    same = found["conclusion"] == numbers.map(table["conclusion"])
    other = ~same & ~found["conclusion"].isin(UNDECIDED)
    table["holds"] = same.groupby(numbers).mean().where(table["conclusion"] != "")
    table["other_conclusion"] = other.groupby(numbers).mean().where(table["conclusion"] != "")
    logarithm = np.log(value.clip(1 / FARTHEST, FARTHEST))
    scaled = pd.Series(np.where(found["none"] == 1, logarithm, value), found.index)
    total = scaled.groupby(numbers).var()
    for choice in choices:
        means = scaled.groupby([numbers, found[choice]]).transform("mean")
        table[choice] = (means.groupby(numbers).var() / total).where(total > 0, 0.0)
    table["explained"] = table[choices].max(axis=1)
    table["moved_by"] = table[choices].idxmax(axis=1).where(table["explained"] > 0, "")
    table = table.sort_values(["specifications", "holds"], ascending=[False, True], kind="stable")
    undecided = table["conclusion"].isin(UNDECIDED) & ~(table["holds"] < 1)
    return pd.concat([table[~undecided], table[undecided]]).reset_index()


def write_specifications(
    file: StudyFile,
    results: Path,
    chosen: pd.DataFrame,
    failed: dict[str, str],
    only: Sequence[str] = (),
) -> None:
    """Write the page of a grid, with its tables and figures, from its variants' tables.

    Parameters
    ----------
    chosen
        A row for each variant, that is for each folder in the results: the value of each choice.
    failed
        The error of each variant that is not there.
    only
        Notebooks whose tables count, for others may rest on an earlier study file; default all.
    """
    done = chosen.drop(index=list(failed))
    every = [_tables(results / str(name), only) for name in done.index]
    rows: Any = done.reset_index(names=FOLDER).to_dict("records")
    pairs = zip(_topics_followed(every), rows, strict=True)
    parts = [registered_numbers(tables).assign(**choice) for tables, choice in pairs]
    study = file.study
    outputs = Outputs(results, fictional=study.corpus.files == DEMO, language=study.language)
    for earlier in results.glob("*/specification*"):  # of a grid with more numbers
        earlier.unlink()
    if parts:
        _save_exhibits(pd.concat(parts, ignore_index=True), chosen, outputs)
    made = chosen.T.agg(", ".join)
    why = {f"{name} ({made[name]})": error for name, error in failed.items()}
    write_report(file, results, {SECTION: outputs.record}, why)


def _tables(folder: Path, only: Sequence[str]) -> dict[str, pd.DataFrame]:
    """What notebooks of a variant wrote under ``tables/``, by name."""
    made = read_manifest(folder)["notebooks"]
    paths = (folder / path for name in only or made for path in made[name]["outputs"])
    found = sorted(path for path in paths if path.match("tables/*.csv"))
    full = (path for path in found if path.stat().st_size > EMPTY)
    return {path.stem: pd.read_csv(path, encoding="utf-8-sig") for path in full}


def _topics_followed(every: list[dict[str, pd.DataFrame]]) -> Iterator[dict[str, pd.DataFrame]]:
    """The tables of each variant, a topic labelled as in the first variant that has it."""
    none, labels = pd.DataFrame(columns=["topic", "label", "words"], dtype="str"), dict[int, str]()
    models = [tables.get(TOPICS, none) for tables in every]
    same = same_topics(model["words"].str.split(JOINT).tolist() for model in models)
    for tables, model, numbers in zip(every, models, same, strict=True):
        for number, label in zip(numbers, model["label"], strict=True):
            other = label in labels.values()  # of another topic, with three words like these
            labels.setdefault(number, f"{label} ({number})" if other else label)
        names = pd.Series([labels[number] for number in numbers], model["topic"], dtype="str")
        of_topics = {key: table for key, table in tables.items() if {"topic", "label"} <= {*table}}
        yield tables | {
            key: table.assign(label=table["topic"].map(names).fillna(table["label"]))
            for key, table in of_topics.items()
        }


def _save_exhibits(found: pd.DataFrame, chosen: pd.DataFrame, outputs: Outputs) -> None:
    """The table of all numbers, and the curves of those whose conclusion holds least."""
    choices = list(map(str, chosen))
    table = specification_table(found, choices)
    varied = "; ".join(f"{choice}: [{', '.join(chosen[choice].unique())}]" for choice in choices)
    runs, every = found[FOLDER].nunique(), int(np.prod(chosen.nunique()))
    methods(SECTION, outputs=outputs, varied=varied, runs=runs, every=every)
    save_exhibit(make_exhibit(SECTION, None, table, {"varied": varied}), outputs)
    save_exhibit(make_exhibit(f"{SECTION}-run", None, chosen.reset_index(names=FOLDER)), outputs)
    for place, row in enumerate(table.head(MOST_DRAWN).to_dict("records"), 1):
        number, part = row["number"], found[found["number"] == row["number"]]
        explained = ", ".join(f"{choice} {row[choice]:.0%}" for choice in choices)
        draw = partial(plot_specifications, part, choices)
        shown = part.drop(columns=["number", "none"])
        words = {"number": number, "explained": explained}
        name = f"specification-curve-{place}"
        curve = partial(make_exhibit, "specification-curve", draw, shown, words, name=name)
        save_exhibit(curve(language=outputs.language), outputs)
