"""The command line: demo, new, check, run, grid, verify, archive, reproduce, cite."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import q7x2lab
from q7x2lab.errors import CorpusError, LabError, RunError, StudyError


def parser() -> argparse.ArgumentParser:
    """The arguments of every command."""
    top = argparse.ArgumentParser(prog="q7x2lab", description=q7x2lab.__doc__.splitlines()[0])
    top.add_argument("--version", action="version", version=q7x2lab.__version__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", help="show Python's traceback on errors")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    added = {
        name: commands.add_parser(name, help=text, description=text, parents=[common])
        for name, (_, text) in COMMANDS.items()
    }
    articles = "csv, xlsx, parquet, jsonl, docx, or a folder of texts"
    added["new"].add_argument("name", metavar="NAME", help="the study's, and its file's: NAME.yaml")
    added["new"].add_argument("articles", metavar="ARTICLES", type=Path, help=articles)
    added["new"].add_argument("--ask", action="store_true", help="ask what columns are, and more")
    for name in ("check", "run", "grid"):
        added[name].add_argument("study", metavar="STUDY.yaml", help="what q7x2lab new writes")
    for name in ("check", "run", "grid", "demo"):
        said = "a value in place of the study's, such as topics.k=8; may be repeated"
        added[name].add_argument(
            "--set", metavar="KEY=VALUE", action="append", default=[], help=said
        )
    for run in (added["demo"], added["run"], added["grid"]):
        said = "this notebook, such as 4-trends, and the corpus; may be repeated"
        run.add_argument("--only", metavar="NOTEBOOK", action="append", default=[], help=said)
        run.add_argument("--jobs", metavar="N", type=int, default=2, help="notebooks at once (2)")
        run.add_argument("--dask", metavar="ADDRESS", help="work on the cluster there")
    for name in ("demo", "run"):
        added[name].add_argument("--force", action="store_true", help="also what has not changed")
    said = "values to try, such as topics.k=8,12; may be repeated; the others are the study's"
    added["grid"].add_argument("--vary", metavar="KEY=A,B", action="append", default=[], help=said)
    added["grid"].add_argument("--sample", metavar="N", type=int, help="so many, drawn at random")
    for name, nargs in (("verify", None), ("archive", None), ("cite", "?")):
        said = "the folder of a finished run, such as results/demo"
        added[name].add_argument("results", metavar="RESULTS", type=Path, nargs=nargs, help=said)
    added["verify"].add_argument("--paper", metavar="DRAFT", type=Path, help="only a manuscript")
    said = "what q7x2lab archive wrote"
    added["reproduce"].add_argument("archive", metavar="ARCHIVE.zip", type=Path, help=said)
    added["reproduce"].add_argument("--articles", metavar="FILE", type=Path, help="the texts")
    for name in ("demo", "run", "grid", "archive", "reproduce"):
        said = "where to; by default named after the study, or after what is given"
        added[name].add_argument("--out", metavar="PATH", type=Path, help=said)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command; 0 done, 1 the work failed, 2 study, corpus or arguments are wrong."""
    options = parser().parse_args(arguments)
    try:
        module = import_module(f"q7x2lab.studies.{COMMANDS[options.command][0]}")
        return getattr(module, f"{options.command}_command")(options) or 0
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except (KeyboardInterrupt, EOFError):
        print("stopped; run the same command again to go on", file=sys.stderr)
        return 130
    except Exception as error:
        if options.debug:
            raise
        if isinstance(error, MemoryError):
            error = CorpusError("the memory of this machine is used up", remedy="split the files")
        if isinstance(error, OSError):
            what = f"cannot be read or written: {error.strerror or error}"
            where, remedy = str(error.filename or ""), "check the path and its permissions"
            error = StudyError(what, where=where, remedy=remedy)
        if not isinstance(error, LabError):
            error = RunError(f"{type(error).__name__}: {error}", remedy="run with --debug")
        print(error, file=sys.stderr)
        return error.exit_status


# Each command's module of studies, and what the command does. The module is loaded by the command
# that needs it: pandas takes half a second.
COMMANDS = {
    "demo": ("runner", "run the demonstration study"),
    "new": ("new_study", "write a commented study file for a table of articles"),
    "check": ("preview", "say what a run would do, without running"),
    "run": ("runner", "run a study's notebooks; what has not changed is not run again"),
    "grid": ("grid", "run a study under combinations of choices, and say what hangs on them"),
    "verify": ("runner", "re-execute a study and name every output that differs"),
    "archive": ("archive", "write a zip to deposit: results, data without texts, metadata"),
    "reproduce": ("archive", "make an archive's figures and tables again, and compare"),
    "cite": ("report", "print BibTeX, and the methods paragraph of a run"),
}
