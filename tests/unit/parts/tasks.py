"""Parts that wait for a word, so that a worker can be killed in the middle of one."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geodata.parts.clusters import Strip, chain

GO = "go"
BEGUN = ".begun"
PATIENCE_S = 120


@dataclass(frozen=True)
class Slow:
    """A strip, and a folder in which the worker says that it has begun, in a file named after its process, and waits for the file `GO`."""

    strip: Strip
    folder: str


def slowly(part: Slow) -> np.ndarray:
    """The clusters of a strip, once the word is given: a worker killed before that had begun a part and not ended it."""
    folder, until = Path(part.folder), time.monotonic() + PATIENCE_S
    with (folder / f"{os.getpid()}{BEGUN}").open("a", encoding="ascii") as stream:
        stream.write("begun\n")
    while not (folder / GO).exists():
        assert time.monotonic() < until, "the word was never given"
        time.sleep(0.01)
    return chain(part.strip)


def process(_: int) -> int:
    """Where a part runs."""
    return os.getpid()
