"""A study as a file that can be deposited, without its articles' texts, and made again from it."""

import argparse
import filecmp
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import yaml

import q7x2lab
from q7x2lab.corpus.columns import place_columns, text_cells
from q7x2lab.corpus.files import rows_of
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import RunError, StudyError, counted
from q7x2lab.framing.quotations.marks import extract_quotes
from q7x2lab.framing.quotations.sources import resolve_speakers
from q7x2lab.studies import calls, provenance
from q7x2lab.studies.corpus_files import load_tokens
from q7x2lab.studies.notebooks import FIGURES, LANGUAGE, OUT
from q7x2lab.studies.report import rendered, study_facts, write_report
from q7x2lab.studies.runner import inputs_and_settings, read_records, run_again, run_study
from q7x2lab.studies.sheets import read_filled_sheet
from q7x2lab.studies.study_file import DEMO, StudyFile, load_study, study_paths
from q7x2lab.studies.tables import DAY, csv_text
from q7x2lab.studies.text_guard import readable_runs

# What goes in; reading/, corpus/, blank sheets and the lists of articles hold texts.
KEPT = ("figures/*", "tables/*", "notebooks/*", "*.json")
CALLS, ABOUT, STUDY = "data/calls", "data/about.json", "study/study.yaml"
ARTICLES, LEXEMES, QUOTATIONS = "data/articles.csv", "data/lexemes.parquet", "data/quotations.csv"
NAMES = "data/names.csv"  # what numbers in QUOTATIONS stand for: beside his verb a speaker is text
KINDS = {"speaker": "متكلم", "verb": "فعل"}  # between two names, which side by side are text, too
KEPT_OF_QUOTATIONS = ["article", "kind", "speaker", "certainty", "verb", "verb_class", "characters"]
LONGEST_NAME = 7  # words, with its office: the spokeswoman of a ministry of a country by name
LONG = "(more than a name)"  # in place of a speaker or a hashtag of more words than a name has
DESCRIPTIONS = ("README.md", "requirements.txt", ".zenodo.json", "ro-crate-metadata.json")
WAYS = ("made again from counts", "drawn again from its table", "needs the texts")
WHOLE, DIFFERS = "made from the articles", "differs"
START = "from q7x2lab.studies.calls import record\nrecord()\ndel record\n"
PLAY = "from q7x2lab.studies.calls import play\nplay({folder!r}, fictional={fictional})\n"
LEXICONS = Path(q7x2lab.__file__).parent / "data"


def write_archive(results: Path, out: Path) -> list[str]:
    """Write a results folder's archive; the entries of lexicons in it that an article has, too.

    The study is run once more, to see that it gives the same and to keep what each exhibit is made
    from; each exhibit is then made again from that, and compared.

    Raises
    ------
    RunError
        Where the study gives other results by now, or more than four words in a row of an article
        could be read from the archive: they are named with their file.
    """
    results = results.absolute()
    file = provenance.recorded_study(results)
    manifest = provenance.read_manifest(results)
    changed = provenance.changes(manifest, manifest | inputs_and_settings(file))
    # Told at once, and not after minutes of running.
    changed += provenance.differing_outputs(results, results)
    _expect_none(results, "has changed since the run", changed)
    with TemporaryDirectory() as temporary:
        archive, made, start = (Path(temporary, name) for name in ("archive", "made", "start.py"))
        (archive / CALLS).mkdir(parents=True)
        (archive / STUDY).parent.mkdir()
        start.write_text(START, encoding="utf-8", newline="\n")
        recording = {calls.FOLDER: str(archive / CALLS), "PYTHONSTARTUP": str(start)}
        with run_again(results, environment=recording) as again:
            now = provenance.differing_outputs(results, again)
            _expect_none(results, "gives other results now", now)
            tokens = load_tokens(again / "corpus")
        copy_outputs(file, results, archive)
        _write_study(file, archive)
        _make_again(archive, made)
        salt = provenance.value_hash(manifest)
        names = _write_data(tokens, archive, salt)
        own = _own_texts(file, tokens.articles)
        about: dict[str, Any] = {"exceptions": _checked(archive, own, names)}
        about |= {"exhibits": _exhibits(results, archive, made), "salt": salt}
        provenance.write_json(archive / ABOUT, about)
        values = {"study": study_facts(results), "versions": manifest["versions"], **about}
        for name in DESCRIPTIONS:
            values["files"] = {path: (archive / path).stat().st_size for path in _files(archive)}
            text = rendered(f"archive-{name}", **values)
            (archive / name).write_text(text, encoding="utf-8", newline="\n")
        _write_zip(out, archive)
    return list(about["exceptions"])


def _expect_none(results: Path, what: str, changed: list[str]) -> None:
    if changed:
        what = f"its study {what} ({counted(len(changed), 'difference')})"
        remedy = "see q7x2lab verify; run the study again, then archive it"
        raise RunError(f"{what}\n  {changed[0]}", where=str(results), remedy=remedy)


def _files(folder: Path) -> list[str]:
    """The files of a folder, from there, in the order of their names."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def copy_outputs(file: StudyFile, results: Path, archive: Path) -> None:
    """Copy what holds no texts; the page is written without its links to what does."""
    for path in (path for pattern in KEPT for path in results.glob(pattern)):
        if path.name != provenance.TIMES:
            target = archive / path.relative_to(results)
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, target)
    write_report(file, archive, read_records(results), {})


def _write_study(file: StudyFile, archive: Path) -> None:
    """Write the study file, and beside it the lexicons that it names; codings lose their texts."""
    text = yaml.safe_dump(file.study.model_dump(by_alias=True), allow_unicode=True, sort_keys=False)
    # Tables of labels, and exports of Label Studio, may hold the articles.
    for path in {*study_paths(file)} - {*study_paths(file, "corpus", "framing.labels")}:
        target = archive / STUDY.replace("study.yaml", path.name)
        if path.suffix in (".csv", ".xlsx"):
            table = read_filled_sheet(path)
            table.loc[:, table.columns == "text"] = ""
            target.write_text(csv_text(table), encoding="utf-8", newline="\n")
        else:
            shutil.copyfile(path, target)
        text = text.replace(os.path.relpath(path, file.folder), path.name)
    (archive / STUDY).write_text(text, encoding="utf-8", newline="\n")


def _write_data(tokens: Tokens, archive: Path, salt: str) -> list[str]:
    """Write the articles without texts, the counts of lexemes, and who is quoted; their names."""
    (archive / ARTICLES).write_text(articles_text(tokens, salt), encoding="utf-8", newline="\n")
    # In their order two hashtags of three words stand side by side.
    words = _short(pd.Series(tokens.lexemes), 2).astype("category").array
    lexemes = words.take(tokens.lexeme[tokens.type])
    table = pd.DataFrame({"article": tokens.article, "lexeme": lexemes})
    counts = table.groupby(["article", "lexeme"], observed=True).size().rename("count")
    counts.reset_index().to_parquet(archive / LEXEMES)
    quotes = extract_quotes(tokens)
    speakers = resolve_speakers(quotes)
    quotes = quotes.assign(speaker=_short(speakers), characters=quotes["text"].str.len())
    table = quotes[KEPT_OF_QUOTATIONS].copy()
    listed = []
    for column, kind in KINDS.items():
        numbered = table[column].astype("category").cat
        listed.append(pd.DataFrame({"name": numbered.categories}).assign(kind=kind))
        table[column] = numbered.codes
    pd.concat(listed).to_csv(archive / NAMES, index_label="number", lineterminator="\n")
    table.to_csv(archive / QUOTATIONS, index=False, lineterminator="\n")
    return [name for name in speakers.dropna().unique() if name.count(" ") < LONGEST_NAME]


def _short(names: pd.Series, most: int = calls.LONGEST) -> pd.Series:
    return names.where(names.str.count(r"[^\W_]+") <= most, LONG)


def articles_text(tokens: Tokens, salt: str) -> str:
    """The articles as CSV, a salted hash in place of each text, by which its owner knows it."""
    salted = tokens.articles["text"].map(lambda text: f"{salt} {text}".encode())
    hashes = salted.map(lambda text: hashlib.sha256(text).hexdigest())
    articles = calls.without_texts(tokens.articles)
    return csv_text(articles.assign(words=tokens.tokens_per_article, sha256=hashes))


def _make_again(archive: Path, made: Path) -> None:
    """Make every exhibit again from its calls, in a process of its own."""
    file, folder = load_study(archive / STUDY), str(archive / CALLS)
    code = PLAY.format(folder=folder, fictional=file.study.corpus.files in (DEMO, [DEMO]))
    told = {OUT: str(made), LANGUAGE: file.study.language}
    told[FIGURES] = file.study.figures.model_dump_json()
    command, told = [sys.executable, "-c", code], os.environ | provenance.PINNED | told
    made.mkdir()
    place = (archive / STUDY).parent
    subprocess.run(command, env=told, cwd=place, check=True, stdout=subprocess.DEVNULL)


def _exhibits(results: Path, archive: Path, made: Path) -> dict[str, Any]:
    """How each exhibit can be made again, and its files; calls that give no equal ones go."""
    exhibits = {}
    for record in read_records(results).values():
        for item in record["exhibits"]:
            files = [*item.get("figure", []), *item.get("table", [])]
            call, way = archive / CALLS / (item["name"] + calls.EXHIBIT), WAYS[2]
            if call.is_file() and not _unlike(results, made, files):
                text = call.read_text(encoding="utf-8")
                way = WAYS[not any(sign in text for sign in calls.WORKED_OUT)]
            else:
                call.unlink(missing_ok=True)
            exhibits[item["name"]] = {"how": way, "files": files}
    return exhibits


def _unlike(known: Path, made: Path, files: list[str]) -> list[str]:
    """The files that are absent from one of two folders, or differ."""
    _, other, absent = filecmp.cmpfiles(known, made, files, shallow=False)
    return [*other, *absent]


def _own_texts(file: StudyFile, articles: pd.DataFrame) -> Iterator[str]:
    """Texts and titles as they were cleaned, and as the files have them: of rows left out, too."""
    yield from articles.filter(["text", "title", "abstract"]).fillna("").to_numpy().ravel()
    for rows in rows_of(study_paths(file, "corpus.files") or DEMO):
        placed, _ = place_columns(rows.table, file.study.corpus.columns, where=rows.file)
        for field in {"text", "title"} & {*placed}:
            yield from text_cells(rows.table[placed[field]])


def _checked(archive: Path, own: Iterable[str], names: list[str]) -> list[str]:
    """The runs of five words that are names; RunError where an article can be read.

    Names are the entries of lexicons, and those of speakers, as tables and figures list them.
    """
    lexicons = [*LEXICONS.glob("*/*.yaml"), *(archive / STUDY).parent.iterdir()]
    published = [path.read_text(encoding="utf-8") for path in lexicons]
    found, exceptions = readable_runs(archive, own, [*published, *names])
    _drop(archive / CALLS, found)
    if found := [place for place in found if not place.startswith(CALLS)]:
        what = f"five words of an article stand in a row in {counted(len(found), 'place')}"
        remedy = "take them out of the study, or name them in an alias or lexicon file of its own"
        raise RunError("\n  ".join([what, *found[:4]]), remedy=remedy)
    return exceptions


def _drop(calls_folder: Path, found: list[str]) -> None:
    """Remove calls in which an article can be read, if only by two names in rows one after another.

    What rests on them goes, too; these exhibits need the texts.
    """
    gone = {Path(place.partition(":")[0]).name for place in found if place.startswith(CALLS)}
    while gone:
        for name in gone:
            (calls_folder / name).unlink()
        texts = {path: path.read_text(encoding="utf-8") for path in calls_folder.glob("*.json")}
        gone = {path.name for path, text in texts.items() if any(name in text for name in gone)}


def _write_zip(out: Path, folder: Path) -> None:
    """Write a folder's files as a zip, whole or not at all; the same bytes each time."""
    partial = out.with_name(out.name + ".partial")
    with zipfile.ZipFile(partial, "w") as archive:
        for name in _files(folder):
            entry = zipfile.ZipInfo(name, DAY.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, (folder / name).read_bytes(), zipfile.ZIP_DEFLATED)
    partial.replace(out)


def reproduce(archive: Path, out: Path, articles: Path | None = None) -> list[str]:
    """Make the exhibits of an archive again; a line for each: how, and what differs.

    Before them a line for the code and each package that has changed since.

    Parameters
    ----------
    out
        A new folder: the archive is unpacked to ``archive``, what is made to ``made``.
    articles
        The articles, where they are at hand, under the name that they had (``demo``: those of the
        demonstration): the texts are compared and the whole study is run.

    Raises
    ------
    StudyError
        Where the file is no archive, or not there.
    """
    known, made = out / "archive", out / "made"
    try:
        with zipfile.ZipFile(archive) as packed:
            packed.getinfo(ABOUT)
            if out.exists():
                raise StudyError("is there already", where=str(out), remedy="name a new --out")
            packed.extractall(known)  # which keeps every name within the folder
    except (zipfile.BadZipFile, FileNotFoundError, IsADirectoryError, KeyError):
        what = "is no archive" if archive.exists() else "no such file"
        remedy = "name a file that q7x2lab archive wrote"
        raise StudyError(what, where=str(archive), remedy=remedy) from None
    about = json.loads((known / ABOUT).read_text(encoding="utf-8"))
    was = provenance.read_manifest(known)
    here = {"package": provenance.package_hash(), "versions": provenance.versions()}
    lines = provenance.changes(was, was | here)
    if articles is None:
        _make_again(known, made)
    else:
        # The demonstration's come with the package.
        corpus = [f"corpus.files={json.dumps(str(articles.absolute()))}"] * (str(articles) != DEMO)
        run_study(load_study(known / STUDY, changes=corpus), results=made)
        (made / ARTICLES).parent.mkdir()
        text = articles_text(load_tokens(made / "corpus"), about["salt"])
        (made / ARTICLES).write_text(text, encoding="utf-8", newline="\n")
        about["exhibits"] |= {"articles": {"how": WHOLE, "files": [ARTICLES]}}
    for name, item in about["exhibits"].items():
        how = item["how"] if articles is None else WHOLE
        files = [path for path in item["files"] if (known / path).is_file() and how != WAYS[2]]
        lines.append(f"{name}: {how}")
        for path in _unlike(known, made, files):
            place = provenance.described(known / path, made / path)
            lines.append(f"{name}: {DIFFERS}: {path}{place}")
    return lines


def archive_command(options: argparse.Namespace) -> None:
    """``q7x2lab archive RESULTS [--out FILE.zip]``."""
    results = options.results.absolute()
    out = options.out or results.with_name(f"{results.name}.zip")
    for text in write_archive(results, out):
        print(f"five words of an article, kept as a name: {text}")
    print(f"archive: {out}")


def reproduce_command(options: argparse.Namespace) -> int:
    """``q7x2lab reproduce ARCHIVE.zip [--articles …] [--out …]``; 1 where something differs."""
    out = options.out or options.archive.with_suffix("")
    lines = reproduce(options.archive, out.absolute(), options.articles)
    print(*lines, sep="\n")
    for how in (*WAYS, WHOLE, DIFFERS):
        number = sum(f": {how}" in line for line in lines)
        print(f"{how}: {number}")
    return int(number > 0)
