"""One notebook through papermill, with live progress and the same bytes each time."""

from __future__ import annotations

import errno
import logging
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from q7x2lab import errors
from q7x2lab.errors import FolderError, LabError, RunError
from q7x2lab.studies.provenance import PINNED

Tell = Callable[[int, int], None]


class _TellingEngine(NBClientEngine):
    """nbclient with an environment and a folder for the kernel, and a word at each cell.

    papermill's own `cwd` changes the folder of the whole process, which notebooks that run at the
    same time would take from each other.
    """

    @classmethod
    def execute_managed_notebook(
        cls, nb_man, kernel_name, *, tell: Tell, environment, folder, **kwargs
    ):
        started = nb_man.cell_start
        cells = len(nb_man.nb.cells)

        def cell_start(cell, cell_index=None, **more):
            tell(cell_index + 1, cells)
            started(cell, cell_index, **more)

        nb_man.cell_start = cell_start
        client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            timeout=None,
            startup_timeout=120,
            record_timing=False,
            shutdown_kernel="immediate",  # asked politely, it reports an interrupt as an error
            extra_arguments=["--IPKernelApp.log_level=ERROR"],
            resources={"metadata": {"path": folder}},
        )
        return client.execute(env=environment)


papermill_engines.register("q7x2lab", _TellingEngine)
# It warns of parameters whose annotation it cannot read; check_parameters has read them all.
logging.getLogger("papermill").setLevel(logging.ERROR)


def execute(
    source: Path,
    target: Path,
    parameters: dict[str, Any],
    *,
    folder: Path,
    environment: dict[str, str],
    tell: Tell,
) -> None:
    """Run a notebook in a kernel of its own and write what came out to `target`.

    folder: the kernel's working folder, from which the study's paths start. environment: added to
    the kernel's. tell: called with (cell, cells) as each cell begins. A failure leaves the partial
    notebook at `target` and raises the error that the cell raised, in words.
    """
    reached = (0, 0)

    def telling(cell: int, cells: int) -> None:
        nonlocal reached
        reached = (cell, cells)
        tell(cell, cells)

    try:
        # An empty profile of IPython: start-up files of the user's own would change results.
        with TemporaryDirectory(prefix="q7x2lab-") as profile:
            done = papermill.execute_notebook(
                source,
                target,
                parameters,
                engine_name="q7x2lab",
                kernel_name="python3",
                progress_bar=False,
                request_save_on_cell_execute=False,
                tell=telling,
                folder=str(folder),
                environment=os.environ | PINNED | {"IPYTHONDIR": profile} | environment,
            )
    except PapermillExecutionError as error:
        where = f"{source.stem}, cell {reached[0]} of {reached[1]}"
        raise _in_words(error, where) from None
    except DeadKernelError:
        where = f"{source.stem}, cell {reached[0]} of {reached[1]}"
        what, remedy = "its process ended", "close other programs for memory, or take fewer files"
        raise RunError(what, where=where, remedy=remedy) from None
    for private in (str(folder.resolve()), sys.prefix):
        _hide(done, private)
    nbformat.write(_settled(done), target)


def _settled(notebook: Any) -> Any:
    """The notebook without what differs from run to run: times, paths, random cell names."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["id"] = f"injected-parameters-{number}"
    return notebook


def _hide(notebook: Any, private: str) -> None:
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.get("output_type") == "stream":
                output["text"] = output["text"].replace(private, "…")


def _in_words(error: PapermillExecutionError, where: str) -> LabError:
    kind = getattr(errors, error.ename, None)
    if isinstance(kind, type) and issubclass(kind, LabError):
        what, _, remedy = error.evalue.partition("\n  remedy: ")
        return kind(what, where=where, remedy=remedy)
    if refused := re.search(r"\[Errno (\d+)\]", error.evalue):
        number = int(refused[1])
        if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES):
            what = f"an output cannot be written: {os.strerror(number)}"
            remedy = "make room or get the rights, or choose another folder with --out"
            return FolderError(what, where=where, remedy=remedy)
    first = error.evalue.strip().splitlines()[:1] or [""]
    what = f"{error.ename}: {first[0][:300]}"
    return RunError(what, where=where, remedy="read the partial notebook, or run with --debug")
