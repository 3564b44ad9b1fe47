"""The account of a run: what was read, accepted, left outside, refused and survived, over all files."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def gathered(paths: Iterable[Path], schema: pa.Schema) -> pa.Table:
    """One table of the side tables at `paths`, in the order of source, Stand, file and row."""
    order = [(name, "ascending") for name in schema.names if name not in {"amount", "sentence", "value"}]
    return pa.concat_tables([schema.empty_table(), *(pq.read_table(p) for p in paths)]).sort_by(order)
