"""Large text files of the demo, written column by column: whole numbers, fixed decimals and repeated words. It knows no format."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

CHUNK = 400_000


def fixed(values: np.ndarray, places: int) -> pa.Array:
    """Numbers with exactly `places` decimals."""
    whole = np.ascontiguousarray(np.round(np.asarray(values, "float64") * 10**places).astype("int64"))
    return pa.Array.from_buffers(pa.decimal64(18, places), len(whole), [None, pa.py_buffer(whole)])


def words(vocabulary: Sequence[str], positions: np.ndarray) -> pa.Array:
    """The words at `positions` of `vocabulary`."""
    return pa.array(vocabulary, pa.string()).take(pa.array(np.asarray(positions, "int64")))


def constant(word: str, count: int) -> pa.Array:
    """One word, `count` times."""
    return words([word], np.zeros(count, "int64"))


def joined(*parts: pa.Array | str) -> pa.Array:
    """Texts side by side without a gap."""
    texts = [pa.scalar(p) if isinstance(p, str) else pc.cast(p, pa.string()) for p in parts]
    return pc.binary_join_element_wise(*texts, "")


def padded(values: np.ndarray, width: int) -> pa.Array:
    """Whole numbers with leading zeros."""
    return pc.utf8_lpad(pc.cast(pa.array(values), pa.string()), width, "0")


def write(path: Path, chunks: Iterable[pa.Table], *, delimiter: str = ";", header: bool = True, eol: str = "\n") -> Path:
    """One file from tables with the same columns, in their order; no word may hold the delimiter."""
    path.parent.mkdir(parents=True, exist_ok=True)
    options = pyarrow.csv.WriteOptions(
        include_header=False, batch_size=8192, delimiter=delimiter, eol=eol, quoting_style="none", null_string=""
    )
    with path.open("wb") as stream:
        for i, chunk in enumerate(chunks):
            if i == 0 and header:
                stream.write((delimiter.join(chunk.column_names) + eol).encode())
            pyarrow.csv.write_csv(chunk, stream, options)
    return path


def chunked(count: int, build: Callable[[slice], pa.Table]) -> Iterable[pa.Table]:
    """Tables of at most `CHUNK` rows each, so that the whole text never stands in memory; one empty table for no rows."""
    for start in range(0, max(count, 1), CHUNK):
        yield build(slice(start, min(start + CHUNK, count)))
