"""The command line: new, check, run, verify, cite."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import q7x2lab
from q7x2lab.errors import LabError, counted


def parser() -> argparse.ArgumentParser:
    """The arguments of every command."""
    top = argparse.ArgumentParser(prog="q7x2lab", description=q7x2lab.__doc__.splitlines()[0])
    top.add_argument("--version", action="version", version=q7x2lab.__version__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", help="show Python's traceback on errors")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, says: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=says, description=says, parents=[common])

    new = command("new", "write a commented study file for a table of articles")
    new.add_argument("name", metavar="NAME")
    new.add_argument("articles", metavar="ARTICLES", type=Path)
    check = command("check", "say what a run would do, without running")
    run = command("run", "run a study's notebooks; what has not changed is not run again")
    for reader in (check, run):
        reader.add_argument("study", metavar="STUDY.yaml")
        reader.add_argument("--set", metavar="KEY=VALUE", action="append", default=[])
    run.add_argument("--only", metavar="NOTEBOOK", action="append", default=[])
    run.add_argument("--out", metavar="DIR", type=Path, help="default: results/NAME")
    run.add_argument("--jobs", metavar="N", type=int, default=2, help="notebooks at once (2)")
    run.add_argument("--force", action="store_true", help="run what has not changed, too")
    verify = command("verify", "re-execute a study and name every output that differs")
    cite = command("cite", "print BibTeX, and the methods paragraph of a run")
    verify.add_argument("results", metavar="RESULTS", type=Path)
    cite.add_argument("results", metavar="RESULTS", type=Path, nargs="?")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command; 0 done, 1 the work failed, 2 study, corpus or arguments are wrong."""
    said = parser().parse_args(arguments)
    try:
        return COMMANDS[said.command](said)
    except LabError as error:
        if said.debug:
            raise
        print(error, file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("stopped; run the same command again to go on", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except MemoryError:
        if said.debug:
            raise
        print("the memory of this machine is used up\n  remedy: split the files", file=sys.stderr)
        return 2
    except Exception as error:
        if said.debug:
            raise
        print(f"{type(error).__name__}: {error}\n  remedy: run with --debug", file=sys.stderr)
        return 1


def _new(said: argparse.Namespace) -> int:
    from q7x2lab.studies.new import new_study

    path = new_study(said.name, said.articles)
    print(f"wrote {path}; next: q7x2lab check {path}, then q7x2lab run {path}")
    return 0


def _check(said: argparse.Namespace) -> int:
    from q7x2lab.studies.preview import preview
    from q7x2lab.studies.study_file import load_study

    for line in preview(load_study(said.study, changes=said.set)):
        print(line)
    return 0


def _run(said: argparse.Namespace) -> int:
    from q7x2lab.studies.runner import run_study
    from q7x2lab.studies.study_file import load_study

    results = run_study(
        load_study(said.study, changes=said.set),
        results=said.out,
        only=said.only,
        force=said.force,
        jobs=said.jobs,
    )
    print(f"results: {_near(results / 'index.html')}")
    return 0


def _near(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _verify(said: argparse.Namespace) -> int:
    from q7x2lab.studies.verify import verify_results

    differing = verify_results(said.results)
    for line in differing:
        print(line)
    if differing:
        print(f"{said.results}: {counted(len(differing), 'difference')}")
    else:
        print("all the same bytes")
    return 1 if differing else 0


def _cite(said: argparse.Namespace) -> int:
    from q7x2lab.studies.report import citation

    print(citation(said.results), end="")
    return 0


COMMANDS = {"new": _new, "check": _check, "run": _run, "verify": _verify, "cite": _cite}

if __name__ == "__main__":
    sys.exit(main())
