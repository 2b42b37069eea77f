"""A study as a file that can be deposited, without its articles' texts, and made again from it."""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import yaml

import q7x2lab
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import RunError, StudyError, counted
from q7x2lab.studies import calls, provenance
from q7x2lab.studies.corpus_files import load_tokens
from q7x2lab.studies.notebooks import FIGURES, LANGUAGE, OUT
from q7x2lab.studies.report import rendered, study_facts
from q7x2lab.studies.runner import RECORDS, run_again, run_study
from q7x2lab.studies.sheets import read_filled_sheet
from q7x2lab.studies.study_file import DEMO, StudyFile, load_study, study_paths
from q7x2lab.studies.tables import DAY, cells_of, csv_text
from q7x2lab.studies.text_guard import readable_runs

# What goes in; reading/, corpus/, blank sheets and the lists of articles hold texts.
KEPT = ("figures/*", "tables/*", "notebooks/*", "index.html", "*.json", "*.tex", "*.md", "*.bib")
CALLS, ABOUT, STUDY = "data/calls", "data/about.json", "study/study.yaml"
ARTICLES, LEXEMES = "data/articles.csv", "data/lexemes.parquet"
TEMPLATES = {  # in data/templates: what each becomes
    "archive-readme.md": "README.md",
    "archive-zenodo.json": ".zenodo.json",
    "archive-crate.json": "ro-crate-metadata.json",
}
WAYS = ("made again from counts", "drawn again from its table", "needs the texts")
DIFFERS = "differs"
START = "from q7x2lab.studies.calls import record\nrecord()\ndel record\n"
PLAY = "from q7x2lab.studies.calls import play\nplay({folder!r}, fictional={fictional})\n"
DATA = Path(q7x2lab.__file__).parent / "data"
SPEAKERS = {"actor", "speaker"}  # columns of tables
LONGEST_NAME = 12  # words of a speaker with all titles; what is longer is no name


def write_archive(results: Path, out: Path) -> list[str]:
    """Write a results folder's archive; the names in it that are runs of five words of an article.

    The study is run once more, to see that it gives the same and to keep what each exhibit is made
    from; each exhibit is then made again from that, and compared.

    Raises
    ------
    RunError
        Where the study gives other results by now, or more than four words in a row of an article
        could be read from the archive: they are named with their file.
    """
    results, file = results.absolute(), provenance.recorded_study(results.absolute())
    with TemporaryDirectory() as temporary, _recording(Path(temporary)) as kept:
        with run_again(results) as again:
            differing = provenance.differences(results, again)
            tokens = load_tokens(again / "corpus")
        if differing:
            what = f"its study gives other results now ({counted(len(differing), 'difference')})"
            remedy = "see q7x2lab verify; run the study again, then archive it"
            raise RunError(f"{what}\n  {differing[0]}", where=str(results), remedy=remedy)
        made = _made_again(kept, Path(temporary, "made"), file)
        exhibits = _exhibits(results, kept, made)
        files = {f"{CALLS}/{path.name}": path.read_bytes() for path in kept.iterdir()}
    paths = [path for pattern in KEPT for path in sorted(results.glob(pattern))]
    outputs = {path.relative_to(results).as_posix(): path.read_bytes() for path in paths}
    del outputs[provenance.TIMES]
    files |= outputs
    about: dict[str, Any] = {"exhibits": exhibits, "salt": provenance.value_hash(sorted(files))}
    versions = provenance.read_manifest(results)["versions"]
    files["requirements.txt"] = "\n".join(provenance.pins(versions, versions)).encode()
    files |= _study_files(file) | _derived(tokens, about["salt"])
    about["exceptions"] = _checked(files, tokens.articles)
    files[ABOUT] = json.dumps(about, ensure_ascii=False, indent=1).encode()
    values = {"study": study_facts(results), "results": list(outputs), **about}
    for template, name in TEMPLATES.items():
        values["files"] = {known: len(content) for known, content in sorted(files.items())}
        files[name] = rendered(template, autoescape=False, **values).encode()
    _write_zip(out, files)
    return list(about["exceptions"])


@contextmanager
def _recording(folder: Path) -> Iterator[Path]:
    """A folder in which every run within keeps its calls."""
    kept, start = folder / "calls", folder / "start.py"
    kept.mkdir()
    start.write_text(START, encoding="utf-8")
    os.environ |= {calls.FOLDER: str(kept), "PYTHONSTARTUP": str(start)}
    try:
        yield kept
    finally:
        del os.environ[calls.FOLDER], os.environ["PYTHONSTARTUP"]


def _made_again(kept: Path, made: Path, file: StudyFile) -> Path:
    """The folder to which every exhibit was made again from its calls, in a process of its own."""
    code = PLAY.format(folder=str(kept), fictional=file.study.corpus.files in (DEMO, [DEMO]))
    made.mkdir(exist_ok=True)
    told = {OUT: str(made), LANGUAGE: file.study.language}
    told[FIGURES] = file.study.figures.model_dump_json()
    command, environment = [sys.executable, "-c", code], os.environ | provenance.PINNED | told
    played = subprocess.run(command, env=environment, capture_output=True, text=True)
    if played.returncode:
        what = f"exhibits cannot be made again: {played.stderr.strip().splitlines()[-1]}"
        raise RunError(what, where=str(kept), remedy="check that the archive is whole")
    return made


def _exhibits(results: Path, kept: Path, made: Path) -> dict[str, Any]:
    """How each exhibit can be made again, and its files; calls that give no equal ones go."""
    exhibits = {}
    for path in sorted((results / RECORDS).glob("*.json")):
        for item in json.loads(path.read_text(encoding="utf-8"))["exhibits"]:
            files = [*item.get("figure", []), *item.get("table", [])]
            call, way = kept / (item["name"] + calls.EXHIBIT), WAYS[2]
            if call.is_file() and not _unlike(results, made, files):
                text = call.read_text(encoding="utf-8")
                way = WAYS[not any(sign in text for sign in calls.WORKED_OUT)]
            else:
                call.unlink(missing_ok=True)
            exhibits[item["name"]] = {"how": way, "files": files}
    return exhibits


def _unlike(known: Path, made: Path, files: list[str]) -> list[str]:
    """The files that are absent from one of two folders, or differ."""
    return [
        name
        for name in files
        if not ((known / name).is_file() and (made / name).is_file())
        or (known / name).read_bytes() != (made / name).read_bytes()
    ]


def _study_files(file: StudyFile) -> dict[str, bytes]:
    """The study file, and beside it the lexicons and the like that it names; codings lose texts."""
    values = file.study.model_dump(by_alias=True)
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False)
    files = {}
    for path in set(study_paths(file)) - set(study_paths(file, section="corpus")):
        content = path.read_bytes()
        if path.suffix in (".csv", ".xlsx"):
            table = read_filled_sheet(path, page="", columns=())
            content = csv_text(table.drop(columns="text", errors="ignore")).encode()
        files[f"study/{path.name}"] = content
        text = text.replace(os.path.relpath(path, file.folder), path.name)
    return files | {STUDY: text.encode()}


def _derived(tokens: Tokens, salt: str) -> dict[str, bytes]:
    """The articles without texts, and how often each lexeme stands in each."""
    articles = calls.without_texts(tokens.articles)
    hashes = [text_hash(text, salt) for text in tokens.articles["text"]]
    articles = articles.assign(words=tokens.tokens_per_article, sha256=hashes)
    pairs = tokens.article.astype(np.int64) * len(tokens.lexemes) + tokens.lexeme[tokens.type]
    pairs, counts = np.unique(pairs, return_counts=True)
    article, lexeme = np.divmod(pairs, len(tokens.lexemes))
    table = pd.DataFrame({"article": article, "lexeme": lexeme, "count": counts})
    table["lexeme"] = np.array(tokens.lexemes, object)[lexeme]
    return {ARTICLES: csv_text(articles).encode(), LEXEMES: table.to_parquet()}


def text_hash(text: str, salt: str) -> str:
    """What stands for a text in an archive, by which an owner of the text knows it again."""
    return hashlib.sha256(f"{salt} {text}".encode()).hexdigest()


def _allowed(files: dict[str, bytes]) -> list[str]:
    """What may have five words of an article: lexicons, aliases, keywords, names of speakers."""
    texts = [path.read_text(encoding="utf-8") for path in DATA.glob("*/*.yaml")]
    texts += [text.decode() for name, text in files.items() if name.startswith("study/")]
    for content in (text for name, text in files.items() if name.endswith(".csv")):
        table = cells_of(content)
        cells = [cell for name in SPEAKERS & {*table} for cell in table[name].unique()]
        names = [name for cell in cells for name in (cell, *cell.split("، "))]
        texts += [name for name in names if len(name.split()) <= LONGEST_NAME]
    return texts


def _checked(files: dict[str, bytes], articles: pd.DataFrame) -> list[str]:
    """The runs of five words that are allowed; RunError where an article can be read."""
    own = [*articles["text"], *articles["title"].fillna("")]
    found, exceptions = readable_runs(files, own, _allowed(files))
    if found:
        what = f"five words of an article stand in a row in {counted(len(found), 'place')}"
        remedy = "take them out of the study, or name them in an alias or lexicon file of its own"
        raise RunError("\n  ".join([what, *found[:4]]), remedy=remedy)
    return exceptions


def _write_zip(out: Path, files: dict[str, bytes]) -> None:
    """The files as a zip, whole or not at all; the same bytes each time."""
    partial = out.with_name(out.name + ".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, DAY.timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    partial.replace(out)


def reproduce(archive: Path, out: Path, articles: Path | None = None) -> list[str]:
    """Make the exhibits of an archive again; a line for each: how, and what differs.

    Parameters
    ----------
    out
        A new folder: the archive is unpacked to ``archive``, what is made to ``made``.
    articles
        The articles, where they are at hand: the texts are compared and the whole study is run.

    Raises
    ------
    StudyError
        Where the file is no archive.
    """
    known, made = out / "archive", out / "made"
    if out.exists():
        raise StudyError("is there already", where=str(out), remedy="name a new --out")
    try:
        with zipfile.ZipFile(archive) as files:
            files.extractall(known)  # which keeps every name within the folder
    except zipfile.BadZipFile:
        remedy = "name a file that q7x2lab archive wrote"
        raise StudyError("is no archive", where=str(archive), remedy=remedy) from None
    about = json.loads((known / ABOUT).read_text(encoding="utf-8"))
    lines = [
        f"{DIFFERS} from what was archived: {path}"
        for path in provenance.altered_files(known)
        if (known / path).is_file()  # what holds texts was left out
    ]
    if articles is None:
        _made_again(known / CALLS, made, load_study(known / STUDY))
    else:
        corpus = f"corpus.files={json.dumps(str(articles.absolute()))}"
        run_study(load_study(known / STUDY, changes=[corpus]), results=made)
        lines += [f"{DIFFERS}: the text of article {name}" for name in _changed_texts(known, made)]
    for name, item in about["exhibits"].items():
        how = item["how"] if articles is None else "made from the articles"
        public = [path for path in item["files"] if (known / path).is_file()]
        unlike = [] if how == WAYS[2] else _unlike(known, made, public)
        said = "; ".join(path + provenance.described(known / path, made / path) for path in unlike)
        lines.append(f"{name}: {how}{f', {DIFFERS}: {said}' if said else ''}")
    return lines


def _changed_texts(known: Path, made: Path) -> list[str]:
    """The articles whose texts are not those of the archive, absent and new ones among them."""
    salt = json.loads((known / ABOUT).read_text(encoding="utf-8"))["salt"]
    then = cells_of((known / ARTICLES).read_bytes()).set_index("id")["sha256"]
    texts = load_tokens(made / "corpus").articles.set_index("id")["text"]
    now = texts.map(lambda text: text_hash(text, salt))
    both = pd.concat([then, now], axis=1, keys=["then", "now"])
    return both.index[both["then"] != both["now"]].tolist()


def archive_command(options: argparse.Namespace) -> None:
    """``q7x2lab archive RESULTS [--out FILE.zip]``."""
    results = options.results.absolute()
    out = options.out or results.with_name(f"{results.name}.zip")
    for text in write_archive(results, out):
        print(f"five words of an article, kept as a name or an entry of a lexicon: {text}")
    print(f"archive: {out}")


def reproduce_command(options: argparse.Namespace) -> int:
    """``q7x2lab reproduce ARCHIVE.zip [--articles …] [--out …]``; 1 where something differs."""
    out = options.out or options.archive.with_suffix("")
    lines = reproduce(options.archive, out.absolute(), options.articles)
    print(*lines, sep="\n")
    for how in WAYS:
        print(f"{how}: {counted(sum(how in line for line in lines), 'exhibit')}")
    return int(any(DIFFERS in line for line in lines))
