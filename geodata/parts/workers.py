"""Where parts run: in this process, in processes of this machine, or on the workers of a Dask cluster. Not what they do."""

import hashlib
import multiprocessing
import os
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from geodata.errors import InputError

if TYPE_CHECKING:
    from distributed import Client

P = ParamSpec("P")
T = TypeVar("T")
CONNECT_S = 10
PER_WORKER = 4  # parts, so that a slow worker does not hold up the others
RESOURCE = "memory"  # the name under which workers say how many bytes they have: dask worker … --resources "memory=8e9"
SCHEMES = ("tcp://", "tls://", "inproc://", "ucx://")
UNITS = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Workers:
    """`where`: empty for this process, a number of processes, or the address of a scheduler; `memory`: bytes that a part may need."""

    where: str = ""
    memory: int = 0

    @classmethod
    def of(cls, where: str, memory: str = "") -> "Workers":
        """From what a setting says (`2`, `tcp://scheduler:8786`; `4GB`); InputError for anything else."""
        named = where.strip()
        if named and not named.isdecimal() and not named.startswith(SCHEMES):
            raise InputError("workers_unknown", found=named)
        return cls("" if named in {"0", "1"} else named, byte_count(memory))

    @property
    def are_here(self) -> bool:
        """Whether everything runs in this process."""
        return not self.where

    @contextmanager
    def pool(self) -> Iterator["Pool"]:
        """The workers, ready for use; InputError where they cannot be had or none has the memory a part needs."""
        if self.are_here:
            yield HERE
        elif self.where.isdecimal():
            count = int(self.where)
            _fits(count, self.memory)
            with processes(count) as executor:
                yield Pool(executor, count * PER_WORKER)
        else:
            from distributed import KilledWorker  # noqa: PLC0415  # a second to import, and nobody without a cluster needs it

            with _client(self.where) as client:
                count = len(offering(client, self.memory))
                same_code(client, code_digest())
                needed = {"resources": {RESOURCE: self.memory}} if self.memory else {}
                cluster: Executor = client.get_executor(pure=False, **needed)  # type: ignore[no-untyped-call]
                try:
                    yield Pool(cluster, count * PER_WORKER, lambda: offering(client, self.memory), (KilledWorker,))
                finally:
                    cluster.shutdown(wait=False)


def processes(count: int) -> ProcessPoolExecutor:
    """`count` processes of this machine that end with this one, even when it is killed."""
    # A fresh interpreter: a copy of this one would inherit the locks of its threads.
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


@dataclass(frozen=True)
class Pool:
    """An executor, how many parts work is cut into for it, and a look at whether it still can: `check` raises InputError if not.

    `deaths`: the errors by which it says that a part killed the workers it was given to.
    """

    executor: Executor
    parts: int = 1
    check: Callable[[], object] = _nothing
    deaths: tuple[type[Exception], ...] = ()


class Inline(Executor):
    """An executor that does the work at once, in the caller."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The finished future of a call; an error stays in it, as with every executor."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001  # the caller gets it from the future
            future.set_exception(error)
        return future


HERE = Pool(Inline())  # everything in one part, in this process


def byte_count(text: str) -> int:
    """The bytes that a text like 700MB or 4GB means; 0 for none."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?B)?", text.strip() or "0")
    if not found:
        raise InputError("part_memory_unknown", found=text)
    return int(float(found[1]) * UNITS[found[2] or ""])


def offering(client: "Client", memory: int) -> list[str]:
    """The addresses of the workers that offer at least `memory`; InputError where there is none."""
    workers = client.scheduler_info()["workers"]
    found = sorted(a for a, w in workers.items() if not memory or w.get("resources", {}).get(RESOURCE, 0) >= memory)
    if not workers:
        raise InputError("cluster_without_workers", address=client.scheduler_info()["address"])
    if not found:
        offers = ", ".join(f"{w.get('name', a)}: {_shown(w.get('resources', {}).get(RESOURCE))}" for a, w in sorted(workers.items()))
        raise InputError("workers_too_small", found=offers, expected=_shown(memory), bytes=memory)
    return found


def same_code(client: "Client", expected: str) -> None:
    """InputError where a worker does not have the code of that digest."""
    other = sorted(address for address, digest in client.run(code_digest, on_error="ignore").items() if digest != expected)
    if other:
        raise InputError("workers_other_code", found=", ".join(other), expected=expected)


@cache
def code_digest() -> str:
    """A name for the code of the library as it lies on this machine: workers with another one would give other results."""
    here, found = Path(__file__).resolve().parent.parent, hashlib.sha256()
    for path in sorted(p for p in here.rglob("*") if p.suffix in {".py", ".sql", ".toml"}):
        found.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


@contextmanager
def _client(address: str) -> Iterator["Client"]:
    from distributed import Client  # noqa: PLC0415  # as above

    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError("cluster_unreachable", address=address, found=str(error) or type(error).__name__) from error
    with client:
        yield client


def _fits(count: int, memory: int) -> None:
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if count * memory > machine:
        raise InputError("processes_too_large", count=count, found=_shown(machine), expected=_shown(memory))


def _shown(memory: float | None) -> str:
    return "–" if memory is None else f"{memory / 1e9:.2f} GB"
