"""Parts that take their time, so that a worker can be killed in the middle of one."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geodata.parts.clusters import Strip, chain

PAUSE_S = 0.4


@dataclass(frozen=True)
class Slow:
    """A strip, and a folder in which the worker says that it has begun: a file named after its process."""

    strip: Strip
    folder: str


def slowly(part: Slow) -> np.ndarray:
    """The clusters of a strip."""
    with (Path(part.folder) / str(os.getpid())).open("a", encoding="ascii") as stream:
        stream.write("begun\n")
    time.sleep(PAUSE_S)
    return chain(part.strip)


def process(_: int) -> int:
    """Where a part runs."""
    return os.getpid()
