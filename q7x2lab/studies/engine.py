"""One notebook through papermill, with live progress and the same bytes each time."""

import errno
import json
import logging
import os
import pkgutil
import re
import signal
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

import q7x2lab
from q7x2lab import errors
from q7x2lab.errors import FolderError, LabError, RunError
from q7x2lab.studies.notebooks import FIGURES
from q7x2lab.studies.provenance import PINNED

ENGINE = "q7x2lab"  # as papermill calls it
_ONE_AT_A_TIME = Lock()
# What the notebooks load besides our modules, as they go.
_LOADED_LATE = ("ipykernel.kernelapp", "matplotlib.backends.backend_agg", "pyarrow.parquet")
# An Arabic letter as papermill writes it; after a doubled backslash it is text that says so.
_ESCAPED = re.compile(r"(?<!\\)\\u(06[0-9a-f]{2})")
# On one line two Arabic texts would be shown in the other's place, with the brackets between them.
_ARABIC_STRING = re.compile(r'("(?:[^"\\]|\\.)*[\u0600-\u06ff](?:[^"\\]|\\.)*"[\]}]*[:,]) ')
# Millions of words are no cycles to be collected; to look for them took a tenth of the time.
_ARGUMENTS = (
    "--IPKernelApp.log_level=ERROR",
    "--IPKernelApp.exec_lines=__import__('gc').set_threshold(200_000, 20, 100)",
)
_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES)


def execute(
    source: Path,
    target: Path,
    parameters: dict[str, Any],
    *,
    folder: Path,
    environment: dict[str, str],
    on_cell: Callable[[int, int], None],
    fork: bool = False,
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
    fork
        Whether the kernel is forked from a process that has imported everything before, and not
        begun anew; what comes out is the same.

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

    papermill.engines.papermill_engines.register(ENGINE, _engine())
    # It warns of parameters whose annotation it cannot read; a test holds that they come back.
    logging.getLogger("papermill").setLevel(logging.ERROR)
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
                engine_name=ENGINE,
                fork=fork,
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


def __getattr__(name: str) -> Any:
    """The engine of papermill's entry point; papermill asks for it while it is imported itself."""
    if name != "Engine":
        raise AttributeError(name)
    return _engine()


@cache
def _engine() -> Any:
    """The engine that papermill finds under our name; with it, kernels are forked by default.

    It is papermill's own, but that it gives each kernel an environment and a folder: papermill's
    ``cwd`` changes the folder of the whole process, which notebooks that run at the same time
    would take from each other.
    """
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import NBClientEngine

    class Engine(NBClientEngine):  # type: ignore[misc]
        @classmethod
        def execute_managed_notebook(
            cls,
            nb_man: Any,
            kernel_name: str,
            *,
            on_cell: Callable[[int, int], None] = lambda cell, cells: None,
            environment: dict[str, str] | None = None,
            folder: str = ".",
            fork: bool = True,
            **_: Any,
        ) -> Any:
            cells = len(nb_man.nb.cells)
            forked = fork and hasattr(os, "fork")  # Windows begins each kernel anew
            client = PapermillNotebookClient(
                nb_man,
                kernel_name=kernel_name,
                timeout=None,
                startup_timeout=120,
                record_timing=False,
                coalesce_streams=True,  # how prints are split into messages goes by the moment
                shutdown_kernel="immediate",  # asked politely, it reports an interrupt as an error
                extra_arguments=[*_ARGUMENTS],
                resources={"metadata": {"path": folder}},
                on_cell_start=lambda cell, cell_index: on_cell(cell_index + 1, cells),
                **({"kernel_manager_class": _forking_manager()} if forked else {}),
            )
            return client.execute(env=environment or os.environ | PINNED)

    return Engine


def _settle(notebook: Any, *, private: tuple[str, ...]) -> None:
    """Remove what differs between runs and machines: times, random cell names, private paths."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["id"] = f"injected-parameters-{number}"
            source = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), cell["source"])
            cell["source"] = _ARABIC_STRING.sub(r"\1\n    ", source)
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


def fork_kernels() -> None:
    """Fork a kernel for each line of standard input, and print its process id.

    A line is a list in JSON: the kernel's arguments, environment and folder. When the process that
    asks is gone, however it ended, the input ends, and the kernels end with the server.
    """
    ours = (module.name for module in pkgutil.walk_packages(q7x2lab.__path__, "q7x2lab."))
    for name in (*ours, *_LOADED_LATE):
        import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a child that ended is forgotten at once
    for line in sys.stdin:
        kernel = os.fork()
        if not kernel:
            _be_a_kernel(*json.loads(line))
        print(kernel, flush=True)
    os.killpg(0, signal.SIGKILL)  # its session: itself and the kernels


def _be_a_kernel(arguments: list[str], environment: dict[str, str], folder: str) -> None:
    """What the child does until it is killed: ``python -m ipykernel_launcher``, loaded already."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # the server's own output goes to who asked for the kernel
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    parent = f"--IPKernelApp.parent_handle={os.getppid()}"  # with which it ends
    sys.argv = ["ipykernel_launcher", *arguments, parent]
    import_module("ipykernel.kernelapp").launch_new_instance()
    os._exit(0)


@cache
def _server(figures: str) -> Popen[str]:
    """This process's server, begun with what is read once: pinned settings, looks of figures."""
    command = [sys.executable, "-P", "-c", f"from {__name__} import fork_kernels; fork_kernels()"]
    settings = os.environ | PINNED | {FIGURES: figures}
    return Popen(command, stdin=PIPE, stdout=PIPE, text=True, env=settings, start_new_session=True)


@cache
def _forking_manager() -> Any:
    """The class of jupyter_client's kernel managers, but that its kernels are forked."""
    import psutil
    from jupyter_client.manager import AsyncKernelManager

    class Forked(psutil.Process):  # type: ignore[misc]
        """A child of the server, with what is asked of a process of one's own."""

        stdin = stdout = stderr = None

        def poll(self) -> int | None:
            return None if self.is_running() else 1

    class ForkingManager(AsyncKernelManager):
        async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
            arguments = kernel_cmd[kernel_cmd.index("ipykernel_launcher") + 1 :]
            asked = [arguments, options["env"], str(options.get("cwd") or Path.cwd())]
            local: Any = self.provisioner
            with _ONE_AT_A_TIME:
                server: Any = _server(options["env"].get(FIGURES, "{}"))
                print(json.dumps(asked), file=server.stdin, flush=True)
                local.process = Forked(int(server.stdout.readline()))
            self._reconcile_connection_info(local.connection_info)

    return ForkingManager
