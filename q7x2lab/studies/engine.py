"""One notebook through papermill, with live progress and the same bytes each time."""

import errno
import logging
import os
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from q7x2lab import errors
from q7x2lab.errors import FolderError, LabError, RunError
from q7x2lab.studies.provenance import PINNED

_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES)


def execute(
    source: Path,
    target: Path,
    parameters: dict[str, Any],
    *,
    folder: Path,
    environment: dict[str, str],
    on_cell: Callable[[int, int], None],
) -> None:
    """Run a notebook in a kernel of its own and write what came out to ``target``.

    Parameters
    ----------
    folder
        The kernel's working folder, from which the study's paths start.
    environment
        What is added to the kernel's environment.
    on_cell
        Called with (cell, cells) as each cell begins.

    Raises
    ------
    LabError
        The error that the cell raised, in words; the partial notebook is left at ``target``.
    """
    # Imported here, for papermill and nbformat take two seconds; an unchanged study needs neither.
    import nbformat
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    where = source.stem

    def began(cell: int, cells: int) -> None:
        nonlocal where
        where = f"{source.stem}, cell {cell} of {cells}"
        on_cell(cell, cells)

    try:
        # An empty profile of IPython: start-up files of the user's own would change results.
        with TemporaryDirectory(prefix="q7x2lab-") as profile:
            notebook = papermill.execute_notebook(
                source,
                target,
                parameters,
                engine_name=_engine(),
                kernel_name="python3",
                progress_bar=False,
                request_save_on_cell_execute=False,
                on_cell=began,
                folder=str(folder),
                environment=os.environ | PINNED | {"IPYTHONDIR": profile} | environment,
            )
    except PapermillExecutionError as error:
        raise _in_words(error, where) from None
    except DeadKernelError:
        what, remedy = "its process ended", "close other programs for memory, or take fewer files"
        raise RunError(what, where=where, remedy=remedy) from None
    _settle(notebook, private=(str(folder.resolve()), sys.prefix))
    nbformat.write(notebook, target)  # type: ignore[no-untyped-call]


@cache
def _engine() -> str:
    """The name under which papermill knows the engine below.

    The engine is papermill's own, but that it gives each kernel an environment and a folder:
    papermill's ``cwd`` changes the folder of the whole process, which notebooks that run at the
    same time would take from each other.
    """
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import NBClientEngine, papermill_engines

    class KernelEngine(NBClientEngine):  # type: ignore[misc]
        @classmethod
        def execute_managed_notebook(
            cls,
            nb_man: Any,
            kernel_name: str,
            *,
            on_cell: Callable[[int, int], None],
            environment: dict[str, str],
            folder: str,
            **_: Any,
        ) -> Any:
            cells = len(nb_man.nb.cells)
            client = PapermillNotebookClient(
                nb_man,
                kernel_name=kernel_name,
                timeout=None,
                startup_timeout=120,
                record_timing=False,
                coalesce_streams=True,  # how prints are split into messages goes by the moment
                shutdown_kernel="immediate",  # asked politely, it reports an interrupt as an error
                extra_arguments=["--IPKernelApp.log_level=ERROR"],
                resources={"metadata": {"path": folder}},
                on_cell_start=lambda cell, cell_index: on_cell(cell_index + 1, cells),
            )
            return client.execute(env=environment)

    papermill_engines.register("q7x2lab", KernelEngine)
    # It warns of parameters whose annotation it cannot read; a test holds that they come back.
    logging.getLogger("papermill").setLevel(logging.ERROR)
    return "q7x2lab"


def _settle(notebook: Any, *, private: tuple[str, ...]) -> None:
    """Remove what differs between runs and machines: times, random cell names, private paths."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["id"] = f"injected-parameters-{number}"
        for output in cell.get("outputs", ()):
            if output.get("output_type") == "stream":
                for path in private:
                    output["text"] = output["text"].replace(path, "…")


def _in_words(error: Any, where: str) -> LabError:
    """The error of a cell as one of ours: its kind where it was ours, in words where it was not."""
    what, said, remedy = error.evalue.partition("\n  remedy: ")
    kind = getattr(errors, error.ename, LabError if said else None)  # a room's own kind says one
    if isinstance(kind, type) and issubclass(kind, LabError):
        return kind(what, where=where, remedy=remedy)
    refused = re.search(r"\[Errno (\d+)\]", error.evalue)
    if refused and int(refused[1]) in _UNWRITABLE:
        what = f"an output cannot be written: {os.strerror(int(refused[1]))}"
        remedy = "make room or get the rights, or choose another folder with --out"
        return FolderError(what, where=where, remedy=remedy)
    first_line = error.evalue.strip().partition("\n")[0]
    what = f"{error.ename}: {first_line[:300]}"
    return RunError(what, where=where, remedy="read the partial notebook, or run with --debug")
