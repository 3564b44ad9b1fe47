"""The fixed line of one Stand: covered households per cell, by every method that there are data for."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geodata.fixed.addresses import fixed_cells, offers_from, places_of
from geodata.fixed.grid import business_cells, household_cells
from geodata.fixed.households import households_by_cell, per_address, units
from geodata.fixed.measures import FIXED_CELLS, UNITS
from geodata.fixed.places import ADDRESS_PLACES
from geodata.storage import opened

BUSINESS_WORDS = ("gewerblich", "gemischt", "gewerbe", "gew")
ROW_GROUP = 1_000_000
OFFER_COLUMNS = ("operator", "technology", "download_mbits", "upload_mbits", "households", "rollout", "usage")
CODED = ("operator", "technology", "rollout", "usage")
BUSINESSES = {"gew": "businesses", "gwg": "businesses_in_business_parks"}


@dataclass(frozen=True)
class FixedInputs:
    """The tables of one Stand. Tables of places run row by row beside their addresses and Zensus cells; any may be empty.

    `matches`: core_deliveries__matches, row by row beside `offers`. The AGS of `address_places` may be words or codes.
    """

    address_places: pa.Table
    zensus: pa.Table
    zensus_places: pa.Table
    offers: pa.Table
    matches: pa.Table
    grid: pa.Table


@dataclass(frozen=True)
class FixedFiles:
    """Where the tables of one Stand lie, as in `FixedInputs`."""

    address_places: Path | str
    zensus: Path | str
    zensus_places: Path | str
    offers: Path | str
    matches: Path | str
    grid: Path | str

    def read(self) -> FixedInputs:
        """The whole tables, as far as they are needed."""
        return FixedInputs(
            address_places=_table(self.address_places),
            zensus=_table(self.zensus, ("households",)),
            zensus_places=_table(self.zensus_places),
            offers=_table(self.offers, OFFER_COLUMNS, CODED),
            matches=_table(self.matches, ("address_row",)),
            grid=_table(self.grid),
        )


def _table(place: Path | str, columns: tuple[str, ...] = (), coded: tuple[str, ...] = ()) -> pa.Table:
    with opened(place) as stream:
        return pq.read_table(stream, columns=list(columns) or None, read_dictionary=list(coded))


def fixed_cells_of(inputs: FixedInputs) -> pa.RecordBatchReader:
    """All rows of FIXED_CELLS of one Stand, sorted by cell and Gemeinde within each measure; made as they are read."""
    return as_read(measures_of(inputs, by_offers=bool(inputs.offers.num_rows), by_grid=bool(inputs.grid.num_rows)))


def as_read(measures: Iterator[pa.Table]) -> pa.RecordBatchReader:
    """Measures one after another, in batches of at most `ROW_GROUP` rows."""
    batches = (batch for measure in _ahead(measures) for batch in measure.to_batches(max_chunksize=ROW_GROUP))
    return pa.RecordBatchReader.from_batches(FIXED_CELLS, batches)


def _ahead(parts: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same parts, the next one counted while the last one is written: numba and Arrow hold no lock."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, parts, None)
        while (part := coming.result()) is not None:
            coming = pool.submit(next, parts, None)
            yield part


def measures_of(inputs: FixedInputs, *, by_offers: bool, by_grid: bool) -> Iterator[pa.Table]:
    """One table of FIXED_CELLS per measure, in one piece; always the same measures, even without rows.

    `by_offers`, `by_grid`: whether the Stand has any, which a part of its cells alone does not tell.
    """
    row = pc.fill_null(inputs.matches["address_row"], -1).to_numpy()
    cell_units = units(inputs.zensus["households"])
    zensus_row = inputs.address_places["zensus_row"].to_numpy()
    weights = per_address(zensus_row, cell_units, delivered(inputs.offers, row, len(zensus_row)))
    if by_offers:
        places = places_of(inputs.address_places["cell_id"].to_numpy(), inputs.address_places["ags"])
        offers = offers_from(inputs.offers, row)
        businesses = _businesses(inputs.offers, row, len(zensus_row))
        of_businesses = offers.only(np.append(businesses, [False])[offers.address])
        yield from fixed_cells(of_businesses, np.where(businesses, UNITS, -1), places, subject="businesses")
        yield from fixed_cells(offers, weights, places, subject="households")
    if by_grid:
        addresses = inputs.address_places.cast(ADDRESS_PLACES)
        yield from household_cells(inputs.grid, households_by_cell(addresses, inputs.zensus_places, weights, cell_units))
        for user, subject in BUSINESSES.items():
            yield from business_cells(inputs.grid, user, subject)


def delivered(offers: pa.Table, row: np.ndarray, addresses: int) -> np.ndarray:
    """Whole households that operators deliver for an address (the largest number where they differ); −1 = none."""
    found = np.full(addresses, -1, dtype=np.int32)
    if offers.num_rows:
        number = pc.fill_null(offers["households"], -1).to_numpy()
        named = (row >= 0) & (number >= 0)
        np.maximum.at(found, row[named], number[named].astype("int32"))
    return found


def _businesses(offers: pa.Table, row: np.ndarray, addresses: int) -> np.ndarray:
    """Which addresses an operator names as used by a business."""
    words = offers["usage"].cast(pa.string()).dictionary_encode().combine_chunks()
    business = pc.is_in(pc.utf8_lower(words.dictionary), value_set=pa.array(BUSINESS_WORDS)).to_numpy(zero_copy_only=False)
    code = words.indices.fill_null(-1).to_numpy()
    used = np.append(business, [False])[code]
    found = np.zeros(addresses, dtype=bool)
    found[row[used & (row >= 0)]] = True
    return found
