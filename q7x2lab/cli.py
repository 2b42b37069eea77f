"""The command line: new, check, run, verify, cite."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import q7x2lab
from q7x2lab.errors import CorpusError, LabError, StudyError, counted


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
    added["new"].add_argument("name", metavar="NAME")
    added["new"].add_argument("articles", metavar="ARTICLES", type=Path)
    asks = "ask about columns, outlets and keywords"
    added["new"].add_argument("--ask", action="store_true", help=asks)
    for name in ("check", "run"):
        added[name].add_argument("study", metavar="STUDY.yaml")
        added[name].add_argument("--set", metavar="KEY=VALUE", action="append", default=[])
    run = added["run"]
    run.add_argument("--only", metavar="NOTEBOOK", action="append", default=[])
    run.add_argument("--out", metavar="DIR", type=Path, help="default: results/NAME")
    run.add_argument("--jobs", metavar="N", type=int, default=2, help="notebooks at once (2)")
    run.add_argument("--force", action="store_true", help="run what has not changed, too")
    added["verify"].add_argument("results", metavar="RESULTS", type=Path)
    added["cite"].add_argument("results", metavar="RESULTS", type=Path, nargs="?")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command; 0 done, 1 the work failed, 2 study, corpus or arguments are wrong."""
    options = parser().parse_args(arguments)
    try:
        return COMMANDS[options.command][0](options) or 0
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
            error = LabError(f"{type(error).__name__}: {error}", remedy="run with --debug")
        print(error, file=sys.stderr)
        return error.exit_status


def _studies(module: str) -> Any:
    """A module of studies, loaded by the command that needs it: pandas takes half a second."""
    return import_module(f"q7x2lab.studies.{module}")


def _new(options: argparse.Namespace) -> None:
    ask = input if options.ask else None
    print(*_studies("new_study").new_study(options.name, options.articles, ask=ask), sep="\n")


def _check(options: argparse.Namespace) -> None:
    file = _studies("study_file").load_study(options.study, changes=options.set)
    for line in _studies("preview").preview(file):
        print(line)


def _run(options: argparse.Namespace) -> None:
    file = _studies("study_file").load_study(options.study, changes=options.set)
    if options.jobs < 1:
        raise StudyError(f"--jobs {options.jobs}", remedy="give 1 or more: notebooks at once")
    how = {"only": options.only, "force": options.force, "jobs": options.jobs}
    page = _studies("runner").run_study(file, results=options.out, **how) / "index.html"
    here = Path.cwd()
    print(f"results: {page.relative_to(here) if page.is_relative_to(here) else page}")


def _verify(options: argparse.Namespace) -> int:
    differing = _studies("runner").verify_results(options.results)
    summary = f"{options.results}: {counted(len(differing), 'difference')}"
    print(*differing, summary if differing else "all the same bytes", sep="\n")
    return 1 if differing else 0


def _cite(options: argparse.Namespace) -> None:
    print(_studies("report").citation(options.results), end="")


COMMANDS = {
    "new": (_new, "write a commented study file for a table of articles"),
    "check": (_check, "say what a run would do, without running"),
    "run": (_run, "run a study's notebooks; what has not changed is not run again"),
    "verify": (_verify, "re-execute a study and name every output that differs"),
    "cite": (_cite, "print BibTeX, and the methods paragraph of a run"),
}
