"""A function over parts: results in the order of the parts, an error as soon as one has it, no waiting for what cannot come."""

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from geodata.errors import InputError, NetzlageError
from geodata.parts.workers import Pool

Part = TypeVar("Part")
Result = TypeVar("Result")
LOOK_S = 1.0  # between looks at the workers
PATIENCE = 20  # looks in a row without a worker that may do the work: time for one to start again


def over(pool: Pool, function: Callable[[Part], Result], parts: Sequence[Part]) -> list[Result]:
    """The results of `function` for each part, in their order; `function` stands in a module, its parts and results can be pickled.

    A worker that dies loses its parts to the others. InputError where no worker is left that may do the work, NetzlageError where a part
    kills every worker it is given to.
    """
    if len(parts) == 1:
        return [function(parts[0])]  # nothing to share out: no worker is started for it
    futures = [pool.executor.submit(function, part) for part in parts]
    try:
        _wait(futures, pool)
        return [future.result() for future in futures]
    except BrokenProcessPool as error:
        raise NetzlageError("part_process_died") from error
    except CancelledError as error:
        raise NetzlageError("cluster_lost") from error
    except pool.deaths as error:
        raise NetzlageError("part_kills_workers", found=str(error).split(".", maxsplit=1)[0]) from error
    finally:
        for future in futures:
            future.cancel()


def _wait(futures: Sequence[Future[Result]], pool: Pool) -> None:
    """Wait for all, or for the first error, which is raised."""
    in_vain = 0
    while True:
        done, open_ = wait(futures, timeout=LOOK_S, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()
        if not open_:
            return
        try:
            pool.check()
            in_vain = 0
        except InputError:
            in_vain += 1
            if in_vain > PATIENCE:
                raise


def ranges(count: int, parts: int) -> list[tuple[int, int]]:
    """`count` things in so many runs of nearly equal length (first, one past the last), without empty ones."""
    edges = [count * k // parts for k in range(parts + 1)]
    return [(a, b) for a, b in itertools.pairwise(edges) if b > a]
