"""The cells of the fixed line in parts: ranges of cell_id, each with all addresses of the Zensus cells that reach into it.

A part writes its measures one after another into a file; of all files together the rows of one measure lie in memory at a time.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geodata.fixed.measures import FIXED_CELLS
from geodata.fixed.stand import OFFER_COLUMNS, FixedFiles, FixedInputs, as_read, fixed_cells_of, measures_of
from geodata.matching import keep
from geodata.parts.files import anywhere, cell_ranges, row_count
from geodata.parts.run import over
from geodata.parts.workers import Pool
from geodata.session import Limits, query
from geodata.storage import opened, reading

PACKED = pa.ipc.IpcWriteOptions(compression="lz4")


@dataclass(frozen=True)
class FixedPart:
    """A range of cell_id; each part reads its own rows and writes into `folder`, which all workers see.

    `files`: as every worker finds them. `gemeinden`: the AGS of all addresses. `by_offers`, `by_grid`: whether the Stand has any.
    """

    files: FixedFiles
    between: tuple[int, int]
    gemeinden: tuple[str, ...]
    by_offers: bool
    by_grid: bool
    folder: str
    limits: Limits


def fixed_cells(files: FixedFiles, *, limits: Limits, pool: Pool, scratch: Path) -> pa.RecordBatchReader:
    """What `fixed.stand.fixed_cells_of` gives for all cells. `scratch`: a folder that all workers see."""
    if pool.parts == 1:
        return fixed_cells_of(files.read())
    seen = FixedFiles(*(anywhere(place) for place in astuple(files)))
    by_offers, by_grid = (row_count(place) > 0 for place in (files.offers, files.grid))
    # What there is most of says how to cut: addresses, without them cells of the Zensus, without these the Gitterzellen.
    longest = next((p for p in (files.address_places, files.zensus_places) if row_count(p)), files.grid)
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(dir=scratch.absolute()))
        shared = (_gemeinden(files.address_places), by_offers, by_grid, folder, limits)
        paths = over(pool, counted, [FixedPart(seen, between, *shared) for between in cell_ranges(longest, pool.parts)])
        return as_read(_joined(paths, stack.pop_all()))


def counted(part: FixedPart) -> str:
    """Count the cells of one part; the file of its measures, one batch of FIXED_CELLS each."""
    # A name of its own: a worker that was given up and lives on writes the same part once more.
    path = Path(part.folder) / f"{uuid4().hex}.arrows"
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, FIXED_CELLS, options=PACKED) as stream:
        for measure in measures_of(inputs_of(part), by_offers=part.by_offers, by_grid=part.by_grid):
            stream.write_batch(pa.RecordBatch.from_arrays([column.combine_chunks() for column in measure.columns], schema=FIXED_CELLS))
    return str(path)


def inputs_of(part: FixedPart) -> FixedInputs:
    """The rows of one part; positions of addresses and Zensus cells are those within it."""
    first, last = part.between
    with reading(part.limits, *astuple(part.files)) as con:
        for variable, value in (asdict(part.files) | {"first": first, "last": last}).items():
            con.execute(f"SET VARIABLE {variable} = $value", {"value": value})
        keep(con, "zensus_rows", "part_fixed_zensus_rows")
        keep(con, "addresses", "part_fixed_addresses")
        register = con.table("addresses").to_arrow_table()
        zensus, offers, grid = (query(con, f"part_fixed_{name}") for name in ("zensus", "offers", "grid"))
    words = pa.array(part.gemeinden, pa.string())
    codes = pc.index_in(register["ags"], value_set=words).combine_chunks()
    row = _within(register["zensus_row"].to_numpy(), zensus["file_row_number"].to_numpy())
    return FixedInputs(
        address_places=pa.table({"cell_id": register["cell_id"], "ags": pa.DictionaryArray.from_arrays(codes, words), "zensus_row": row}),
        zensus=zensus.select(["households"]),
        zensus_places=zensus.select(["cell_id", "ags"]),
        offers=offers.select(OFFER_COLUMNS),
        matches=pa.table({"address_row": _within(offers["address_row"].to_numpy(), register["file_row_number"].to_numpy())}),
        grid=grid,
    )


def _within(wanted: np.ndarray, positions: np.ndarray) -> pa.Array:
    """Where in `positions`, which ascend, the ones wanted stand; what is below zero stays −1."""
    return pa.array(np.where(wanted >= 0, np.searchsorted(positions, wanted), -1), pa.int32())


def _gemeinden(address_places: Path | str) -> tuple[str, ...]:
    with opened(address_places) as stream:
        found = pq.read_table(stream, columns=["ags"], read_dictionary=["ags"])["ags"]
    return tuple(found.combine_chunks().dictionary.to_pylist())


def _joined(paths: list[str], stack: ExitStack) -> Iterator[pa.Table]:
    """Measure by measure the rows of all parts, ascending as the parts do; `stack` holds their folder."""
    with stack:
        files = [stack.enter_context(pa.OSFile(path, "rb")) for path in paths]
        streams = [stack.enter_context(pa.ipc.open_stream(file)) for file in files]
        for batches in zip(*streams, strict=True):
            yield pa.Table.from_batches(batches).combine_chunks()
