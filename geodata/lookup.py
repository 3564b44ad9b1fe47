"""One address, found as a person writes it or by a point, and what is reported there at every Stand. It prints nothing."""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from pyproj import Transformer

from geodata.cells import in_grid
from geodata.errors import InputError
from geodata.session import Limits, query, session
from geodata.tables import Tables

SUGGESTED = 3
OFFER_COLUMNS = (
    "operator",
    "technology",
    "download_mbits",
    "upload_mbits",
    "rollout",
    "planned_until",
    "source_file",
    "visibility",
    "origin",
)
_HOUSE = re.compile(r"^(?P<street>.*\D)\s*?(?P<number>\d+\s*[a-zA-Z]?(?:\s*[-/]\s*\d+\s*[a-zA-Z]?)?)$")
_PLACE = re.compile(r"^(?:\d{5}\s+)?(?P<place>.*)$")


@dataclass(frozen=True)
class Found:
    """An address of the register: its row (from 0), and how far it is from the point asked for (None: asked by name)."""

    row: int
    address_id: str
    label: str
    easting_m: float
    northing_m: float
    away_m: float | None = None


def parsed(text: str) -> tuple[str, str, str]:
    """Street, number and place ('' without one) of „Straße 1a, 12345 Ort“, in either order; InputError where there is no house number."""
    parts = [p.strip() for p in text.split(",") if p.strip()]
    for i, part in enumerate(parts):
        house = _HOUSE.match(part)
        if house and not re.match(r"^\d{5}\s", part):
            place = _PLACE.match(", ".join(parts[:i] + parts[i + 1 :]))
            return house["street"].strip(), house["number"].strip(), place["place"].strip() if place else ""
    raise InputError("address_not_understood", found=text)


def by_name(text: str, tables: Tables, limits: Limits) -> Found:
    """The address that the text means; InputError with the nearest ones where there is none, or where several are."""
    street, number, place = parsed(text)
    with session(limits) as con:
        query(con, "address_macros")
        con.execute("SET VARIABLE addresses = $value", {"value": str(tables.path("core_gebref__addresses"))})
        con.register("places", query(con, "address_places"))
        rows = query(con, "address_lookup", street=street, number=number, place=place).to_pylist()
        streets = [] if rows else query(con, "address_street_names", place=place).to_pylist()
        every = [] if rows or streets else query(con, "address_street_names", place="").to_pylist()
    exact = [r for r in rows if r["is_house"]]
    if len(exact) == 1:
        return _found(exact[0])
    if exact:
        raise InputError("address_ambiguous", found=text, expected="; ".join(_label(r) for r in exact[:SUGGESTED]))
    if rows:
        raise InputError("address_absent", found=text, expected="; ".join(_label(r) for r in rows[:SUGGESTED]))
    near = _alike(street, streets, "street") or _alike(place, every, "place") or streets[:SUGGESTED]
    raise InputError("address_absent", found=text, expected="; ".join(_label(r) for r in near) or "–")


def _alike(wanted: str, rows: list[dict[str, object]], column: str) -> list[dict[str, object]]:
    """One row for each of the names most like the wanted one."""
    first = {str(r[column]).casefold(): r for r in reversed(rows)}
    return [first[n] for n in difflib.get_close_matches(wanted.casefold(), first, n=SUGGESTED, cutoff=0.5)]


def near_point(longitude: float, latitude: float, tables: Tables) -> tuple[Found, tuple[Found, ...]]:
    """The point itself (row −1), and the addresses nearest to it, nearest first; InputError for a point without coordinates in metres."""
    easting, northing = Transformer.from_crs("EPSG:4326", "EPSG:25832", always_xy=True).transform(longitude, latitude)
    if not (np.isfinite(easting) and in_grid(np.array([easting]), np.array([northing]))[0]):
        raise InputError("point_elsewhere", found=f"{longitude},{latitude}")
    register = pq.read_table(tables.path("core_gebref__addresses"), columns=["easting_m", "northing_m"])
    away = np.hypot(register["easting_m"].to_numpy() - easting, register["northing_m"].to_numpy() - northing)
    order = np.argsort(away, kind="stable")[:SUGGESTED]
    columns = ["address_id", "street", "house_number", "suffix", "place", "easting_m", "northing_m"]
    near = pq.read_table(tables.path("core_gebref__addresses"), columns=columns).take(pa.array(order)).to_pylist()
    found = tuple(_found(r | {"idx": i}, float(away[i])) for i, r in zip(order.tolist(), near, strict=True))
    return Found(-1, "–", f"{longitude}, {latitude}", easting, northing), found


def _found(row: dict[str, object], away: float | None = None) -> Found:
    return Found(
        int(str(row["idx"])), str(row["address_id"]), _label(row), float(str(row["easting_m"])), float(str(row["northing_m"])), away
    )


def _label(row: dict[str, object]) -> str:
    return f"{row['street']} {row['house_number']}{row.get('suffix') or ''}, {row['place']}"


def offers_at(row: int, tables: Tables) -> pa.Table:
    """What is reported at an address: one row per offer, with its `stand`, ascending; then by operator, rollout, download."""
    parts: list[pa.Table] = []
    for path in tables.all_stands("core_deliveries__matches"):
        at = np.flatnonzero(pc.fill_null(pc.equal(pq.read_table(path, columns=["address_row"])["address_row"], row), fill_value=False))
        if len(at):
            offers = pq.read_table(tables.path("core_deliveries__offers", path.stem), columns=list(OFFER_COLUMNS)).take(pa.array(at))
            plain = pa.table(
                {
                    c: offers[c].cast(offers[c].type.value_type) if pa.types.is_dictionary(offers[c].type) else offers[c]
                    for c in OFFER_COLUMNS
                }
            )
            parts.append(plain.append_column("stand", pa.repeat(path.stem, len(at))))
    if not parts:
        return pa.table({c: pa.array([], pa.string()) for c in (*OFFER_COLUMNS, "stand")})
    return pa.concat_tables(parts).sort_by([(c, "ascending") for c in ("stand", "operator", "rollout", "download_mbits")])


def supply_at(row: int, tables: Tables) -> list[tuple[str, pa.Table]]:
    """Per Stand with deliveries the row of core_addresses__supply; none for a point without an address (−1)."""
    if row < 0:
        return []
    paths = [p for p in tables.all_stands("core_addresses__supply") if pq.read_metadata(p).num_rows > row]
    return [(p.stem, pq.read_table(p).slice(row, 1)) for p in paths]


def clusters_at(found: Found, tables: Tables) -> list[dict[str, str]]:
    """The expansion clusters whose outline holds the address: Stand, variant and id; none where no clusters are worked out."""
    point = shapely.Point(found.easting_m, found.northing_m)
    rows: list[dict[str, str]] = []
    for path in _files(tables, "core_whitespots__clusters"):
        frame = gpd.read_parquet(path, columns=["variant", "cluster_id", "geometry"])
        records = frame[frame.intersects(point)][["variant", "cluster_id"]].to_dict("records")
        rows += [{"stand": path.stem} | {str(k): str(v) for k, v in record.items()} for record in records]
    return rows


def _files(tables: Tables, name: str) -> list[Path]:
    return tables.all_stands(name) if (tables.root / name).is_dir() else []
