"""The rows of the address list of one Kreis, from the tables of a run. It writes no file and reads no replies."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geodata.address_list.reasons import reasons, sentences
from geodata.errors import InputError
from geodata.fixed.measures import UNITS
from geodata.supply import Addresses, Deliveries, supply
from geodata.tables import Tables
from geodata.thresholds import ThresholdSet

OFFER_COLUMNS = ["operator", "source_file", "technology", "download_mbits", "upload_mbits", "households", "rollout", "planned_until"]
ADDRESS_COLUMNS = ["address_id", "street", "house_number", "suffix", "place", "easting_m", "northing_m"]


@dataclass(frozen=True)
class Kreis:
    """The addresses of a Kreis at a Stand: `addresses`, `supply` row by row; `offers` with `address`, the row in both."""

    ags: str
    stand: dt.date
    addresses: pa.Table
    supply: pa.Table
    offers: pa.Table
    elsewhere: frozenset[str]

    def with_offers(self, offers: pa.Table) -> "Kreis":
        """The same Kreis with other offers: what is best is worked out again; households and funding areas stay."""
        places = self.supply.select(["cell_id", "ags"]).append_column("zensus_row", pa.repeat(pa.scalar(-1, pa.int32()), len(self.supply)))
        by_gemeinde = self.supply.group_by("ags").aggregate([("is_reported", "all")])
        known = by_gemeinde.filter(by_gemeinde["is_reported_all"])["ags"].to_pylist()
        common = Deliveries(self.stand, known, *(_one(self.supply[c]) for c in ("origin", "visibility")))
        matches = pa.table({"address_row": offers["address"]})
        found = supply(offers, matches, Addresses(places, np.zeros(0, dtype=np.int64), self.supply["funding_id"].combine_chunks()), common)
        if not found.num_rows:
            raise InputError("list_without_offers", kreis=self.ags)
        index = found.schema.get_field_index("units")
        return replace(self, offers=offers, supply=found.set_column(index, "units", self.supply["units"]))


def stands_with_supply(tables: Tables) -> list[str]:
    """The Stände that have deliveries, ascending."""
    return [p.stem for p in tables.all_stands("core_addresses__supply") if pq.read_metadata(p).num_rows]


def kreis_from(tables: Tables, ags: str, stand: str | None) -> Kreis:
    """The Kreis at a Stand (None: the newest with deliveries); InputError with the Stände that there are, where that one is not."""
    present = stands_with_supply(tables)
    chosen = stand or (present[-1] if present else "–")
    if chosen not in present:
        raise InputError("stand_absent", stand=chosen, expected=", ".join(present) or "–")
    every = tables.path("core_addresses__supply", chosen)
    mine = pc.fill_null(pc.starts_with(pq.read_table(every, columns=["ags"])["ags"], ags), fill_value=False)
    ids = pq.read_table(tables.path("core_gebref__addresses"), columns=["address_id"])["address_id"]
    own = np.flatnonzero(mine.to_numpy())
    row = np.full(len(mine), -1, dtype=np.int32)
    row[own] = np.arange(len(own))
    matched = pc.fill_null(pq.read_table(tables.path("core_deliveries__matches", chosen), columns=["address_row"])["address_row"], -1)
    at = np.append(row, -1)[matched.to_numpy()]
    offers = pq.read_table(tables.path("core_deliveries__offers", chosen), columns=OFFER_COLUMNS)
    offers = offers.append_column("address", pa.array(at, pa.int32())).filter(pa.array(at >= 0))
    return Kreis(
        ags,
        dt.date.fromisoformat(chosen),
        pq.read_table(tables.path("core_gebref__addresses"), columns=ADDRESS_COLUMNS).filter(mine),
        pq.read_table(every).filter(mine),
        offers,
        frozenset(ids.filter(pc.invert(mine)).to_pylist()),
    )


def list_rows(kreis: Kreis, chosen: ThresholdSet, lang: str) -> pa.Table:
    """One row per address, sorted by street, number and id, under the German names of the files, with `geometry` (WKB)."""
    found = reasons(kreis.supply, chosen)
    a, s, count = kreis.addresses, kreis.supply, len(kreis.supply)
    columns: dict[str, object] = {
        "adress_id": a["address_id"],
        "ags": s["ags"],
        "strasse": a["street"],
        "hausnummer": a["house_number"],
        "zusatz": a["suffix"],
        "ort": a["place"],
        "ostwert": a["easting_m"],
        "nordwert": a["northing_m"],
        "haushalte": pc.divide(s["units"].cast(pa.float64()), float(UNITS)),
        "grund": pa.array(found.codes.tolist(), pa.string()),
        "begruendung": pa.array(sentences(s, found, chosen, lang), pa.string()),
        "in_menge": pa.array(found.in_set),
        "foerdergebiet": s["funding_id"].cast(pa.string()),
        "schwelle": pa.repeat(chosen.name, count),
        "stand": pa.repeat(pa.scalar(kreis.stand), count),
        "antwort_datum": pa.nulls(count, pa.date32()),
    }
    for german, name in (("vorhanden", "existing"), ("angekuendigt", "announced")):
        for word, speed in (("download", "down"), ("upload", "up"), ("symmetrisch", "symmetric")):
            columns[f"{german}_{word}"] = s[f"{name}_{speed}_mbits"]
        for word, column in (("technik", "technology"), ("betreiber", "operator"), ("quelle", "file")):
            columns[f"{german}_{word}"] = s[f"{name}_{column}"].cast(pa.string())
    columns["angekuendigt_bis"] = s["announced_until"]
    columns["geometry"] = _points(a)
    table = pa.table(columns)
    return table.sort_by([(c, "ascending") for c in ("ags", "strasse", "hausnummer", "zusatz", "adress_id")])


def _points(addresses: pa.Table) -> pa.Array:
    """WKB of points, little endian: 01, type 1, two doubles."""
    both = np.column_stack([addresses[c].to_numpy() for c in ("easting_m", "northing_m")]).astype("<f8")
    return pa.array([b"\x01\x01\x00\x00\x00" + row.tobytes() for row in both], pa.binary())


def _one(words: pa.ChunkedArray) -> str:
    found: Sequence[str] = pc.unique(words.cast(pa.string())).to_pylist()
    return found[0] if found else "public"
