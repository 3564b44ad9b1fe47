"""What the three readers of mobile sites share: words, positions, and which rows are refused or lie outside. Not one publisher's form."""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pyproj import Transformer

from geodata.errors import InputError
from geodata.mobile.antennas import ANTENNAS, site_settings
from geodata.readers.bulk import Frame, Sight
from geodata.reading import Ledger, Snapshot

BORDER_DEG = 0.25  # by which the outline is widened, so that no border town is lost
FARTHEST_M = 1e7  # from the origin: farther out no transformation is defined
REFUSED = pa.schema([("row", pa.int64()), ("column", pa.string()), ("value", pa.string()), ("reason", pa.string())])
# Letters and digits of the words; what is not here is refused, not guessed.
OPERATORS: Mapping[str, Sequence[str]] = {
    "telekom": ("telekom", "deutschetelekom", "telekomdeutschland", "tmobile", "dtag"),
    "vodafone": ("vodafone", "vodafonedeutschland"),
    "telefonica": ("telefonica", "telefónica", "telefonicao2", "o2telefonica", "o2", "eplus"),
    "1und1": ("1und1", "11", "drillisch"),
}
TECHNOLOGIES: Mapping[str, Sequence[str]] = {
    "2g": ("2g", "gsm"),
    "3g": ("3g", "umts"),
    "4g": ("4g", "lte"),
    "5g": ("5g", "nr", "5gnr", "5gnsa", "5gsa", "5gdss"),
}
# Germany and its islands, generalised to some 20 km: what lies outside is a mistake, what lies inside is at most outside the area.
GERMANY = (
    (5.7, 50.7), (5.7, 51.9), (6.5, 52.6), (6.8, 53.2), (6.5, 53.7), (8.0, 53.9), (7.7, 54.1), (7.8, 54.3), (8.4, 54.1), (8.1, 55.2),
    (9.7, 55.0), (11.3, 54.6), (12.5, 54.6), (13.5, 54.8), (14.4, 54.0), (14.9, 52.3), (15.2, 51.0), (12.3, 50.0), (14.0, 48.8),
    (13.1, 47.3), (10.2, 47.1), (7.4, 47.4), (8.0, 49.0), (6.2, 49.3), (6.0, 50.2),
)  # fmt: skip


def words(name: str, table: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """A word table as two lists side by side, for a query."""
    return {
        f"{name}_words": [word for spellings in table.values() for word in spellings],
        f"{name}_values": [value for value, spellings in table.items() for _ in spellings],
    }


def beginnings(snapshot: Snapshot) -> dict[str, str | list[str]]:
    """The first day of each technology, and the Stand of the list, for a query."""
    first = site_settings().first_day
    return {"first_technologies": list(first), "first_days": list(first.values()), "list_stand": str(snapshot.stand or "9999-12-31")}


def expected_words(table: Mapping[str, Sequence[str]]) -> str:
    """The words for a reader of a message."""
    return ", ".join(word for spellings in table.values() for word in spellings)


def columns_of(sight: Sight, ledger: Ledger, *, declared: Sequence[str], required: Sequence[str]) -> list[str]:
    """The file's columns by their declared names; one that nobody declared gets a number, so that no header reaches SQL."""
    names = [name.strip().casefold() for name in sight.first]
    if not names[-1]:
        names = names[:-1]
    check_columns(names, ledger, declared=declared, required=required)
    return [name if name in declared else f"extra_{number}" for number, name in enumerate(names)]


def check_columns(names: Sequence[str], ledger: Ledger, *, declared: Sequence[str], required: Sequence[str]) -> None:
    """InputError for a column that is missing or stands twice; a warning for each that nobody declared."""
    file = ledger.snapshot.path.name
    if missing := [c for c in required if c not in names]:
        raise InputError("column_missing", file=file, found=", ".join(names[:20]), expected=", ".join(missing))
    if repeated := sorted({n for n in names if names.count(n) > 1}):
        raise InputError("column_repeated", file=file, found=", ".join(repeated))
    for name in (n for n in names if n not in declared):
        ledger.warn("column_unknown", column=name)


def sorted_out(found: pa.Table, frame: Frame, ledger: Ledger) -> tuple[pa.Table, pa.Table]:
    """The rows with a position within the frame, and the refused (REFUSED); counts accepted and outside rows in the ledger.

    `found` has row, reason, column, value, and either lon and lat or easting_m and northing_m; positions are rounded to millimetres.
    """
    found = found.append_column("place", pa.array(_position_faults(found), pa.string()))
    refused = [found.filter(pc.is_valid(found["reason"])).select(REFUSED.names)]
    found = found.filter(pc.is_null(found["reason"]))
    lost = found.filter(pc.is_valid(found["place"]))
    refused.append(pa.table([lost["row"], pa.repeat("lon/lat", len(lost)), lost["position"], lost["place"]], schema=REFUSED))
    found = found.filter(pc.is_null(found["place"]))
    easting, northing = _metres(found)
    inside = (easting >= frame.west) & (easting <= frame.east) & (northing >= frame.south) & (northing <= frame.north)
    for name, values in (("easting_m", easting), ("northing_m", northing)):
        found = found.set_column(found.schema.get_field_index(name), name, pa.array(values))
    ledger.accepted, ledger.outside_area = int(inside.sum()), int((~inside).sum())
    return found.filter(pa.array(inside)), pa.concat_tables([t.cast(REFUSED) for t in refused])


def as_antennas(found: pa.Table, snapshot: Snapshot) -> pa.Table:
    """The columns of ANTENNAS; those that the source lacks are null."""
    same = {"source_id": snapshot.source_id, "origin": snapshot.origin, "visibility": snapshot.visibility}
    columns = []
    for name, kind in zip(ANTENNAS.names, ANTENNAS.types, strict=True):
        if name in same:
            columns.append(pa.repeat(same[name], len(found)))
        elif name in found.column_names:
            columns.append(found[name].cast(kind))
        else:
            columns.append(pa.nulls(len(found), kind))
    return pa.table(columns, schema=ANTENNAS)


def _position_faults(found: pa.Table) -> list[str | None]:
    """Per row why its position is no use; null where it is."""
    lon, lat = _degrees(found)
    zero = np.zeros(len(found), dtype=bool)
    for x, y in (("lon", "lat"), ("easting_m", "northing_m")):
        zero |= (pc.fill_null(found[x], 1.0).to_numpy() == 0) & (pc.fill_null(found[y], 1.0).to_numpy() == 0)
    absent = np.isnan(lon) | np.isnan(lat)
    within = shapely.contains_xy(_germany(), np.where(absent, 0.0, lon), np.where(absent, 0.0, lat))
    faults = np.select([zero, absent, ~within], ["coordinates_zero", "site_without_position", "site_not_in_germany"], "")
    return [f or None for f in faults.tolist()]


@cache
def _germany() -> shapely.Polygon:
    return shapely.Polygon(GERMANY).buffer(BORDER_DEG)


def _degrees(found: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude; NaN without a position."""
    lon, lat, easting, northing = (pc.fill_null(found[c], np.nan).to_numpy().copy() for c in ("lon", "lat", "easting_m", "northing_m"))
    metres = (np.isnan(lon) | np.isnan(lat)) & np.isfinite(easting) & np.isfinite(northing) & (np.abs(easting) < FARTHEST_M)
    lon[metres], lat[metres] = Transformer.from_crs("EPSG:25832", "EPSG:4326", always_xy=True).transform(easting[metres], northing[metres])
    lon[~np.isfinite(lon)] = lat[~np.isfinite(lat)] = np.nan
    return lon, lat


def _metres(found: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """EPSG:25832 as given, else from degrees."""
    easting, northing = (pc.fill_null(found[c], np.nan).to_numpy().copy() for c in ("easting_m", "northing_m"))
    away = np.isnan(easting) | np.isnan(northing)
    lon, lat = (pc.fill_null(found[c], np.nan).to_numpy()[away] for c in ("lon", "lat"))
    easting[away], northing[away] = Transformer.from_crs("EPSG:4326", "EPSG:25832", always_xy=True).transform(lon, lat)
    return np.round(easting, 3), np.round(northing, 3)
