"""Offers to addresses in parts: ranges of PLZ, each with the addresses that its offers may mean.

Exactly what the whole gives: an offer's key is looked up in the Gemeinden of its place name, its position within reach, and what else
decides are the operator's other offers of its PLZ. A part has all three.
"""

import itertools
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geodata.matching import MATCHES, REACH_MM, keep
from geodata.matching import match as matched_here
from geodata.parts.files import anywhere
from geodata.parts.run import over, ranges
from geodata.parts.workers import Pool
from geodata.session import Limits, query
from geodata.storage import opened, reading

POSITION = pa.field("position", pa.int64())


@dataclass(frozen=True)
class PostcodePart:
    """A range of PLZ (the first included, the last not; None: no bound) of the offers; each part reads its own rows of both files."""

    offers: str
    addresses: str
    first: str | None
    last: str | None
    limits: Limits


def match(offers: Path, addresses: Path, *, limits: Limits, pool: Pool) -> pa.Table:
    """What `matching.match` gives for all offers, in the schema MATCHES and in their order."""
    if pool.parts == 1:
        return matched_here(offers, addresses, limits=limits)
    files = (anywhere(offers), anywhere(addresses))
    parts = [PostcodePart(*files, first, last, limits) for first, last in postcode_ranges(offers, pool.parts)]
    found = pa.concat_tables([MATCHES.append(POSITION).empty_table(), *over(pool, matched, parts)])
    return found.sort_by([(POSITION.name, "ascending")]).select(MATCHES.names).combine_chunks()


def postcode_ranges(offers: Path | str, parts: int) -> list[tuple[str | None, str | None]]:
    """Ranges of PLZ that leave none out, with about as many offers each; a missing PLZ sorts first."""
    with opened(offers) as stream:
        found = pc.fill_null(pq.read_table(stream, columns=["postcode"])["postcode"], "")
    values = found.take(pc.sort_indices(found))
    cuts = sorted({values[first].as_py() for first, _ in ranges(len(values), parts)[1:]} - {""})
    edges = [None, *cuts, None]
    return list(itertools.pairwise(edges))


def matched(part: PostcodePart) -> pa.Table:
    """MATCHES of one part, with the position of each offer in its file."""
    with TemporaryDirectory(prefix="netzlage-") as name:
        offers, addresses = Path(name) / "offers.parquet", Path(name) / "addresses.parquet"
        with reading(part.limits, part.offers, part.addresses) as con:
            own = query(con, "part_offers", offers=part.offers, first=part.first, last=part.last)
            pq.write_table(own, offers)
            query(con, "address_macros")
            for variable, value in (("addresses", part.addresses), ("offers", str(offers)), ("reach", REACH_MM)):
                con.execute(f"SET VARIABLE {variable} = $value", {"value": value})
            for table, sql in (
                ("places", "address_places"),
                ("spellings", "delivery_spellings"),
                ("areas", "part_areas"),
                ("near", "part_near"),
            ):
                keep(con, table, sql)
            register = query(con, "part_addresses", addresses=part.addresses)
            pq.write_table(register, addresses)
        found = matched_here(offers, addresses, limits=part.limits)
    rows = found["address_row"]
    at = register["file_row_number"].to_numpy()[pc.fill_null(rows, 0).to_numpy()] if len(register) else np.zeros(len(rows), "int64")
    whole = pa.array(at, pa.int64(), mask=pc.is_null(rows).to_numpy()).cast(pa.int32())
    found = found.set_column(MATCHES.get_field_index("address_row"), MATCHES.field("address_row"), whole)
    return found.append_column(POSITION, own["file_row_number"].cast(pa.int64()))
