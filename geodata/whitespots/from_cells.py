"""White spots of one Stand from Gitterzellen: sums per area and the cells themselves.

The atlas knows no announcements: only what is below today, and the labels say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geodata.cells import cell_ids, squares
from geodata.messages import sentence
from geodata.thresholds import ThresholdSet
from geodata.whitespots.areas import Things, area_sums, keys_of, labelled, shared_persons
from geodata.whitespots.cells import CellSupply, below_in_cells, is_exact_from_cells
from geodata.whitespots.from_addresses import CELLS, unknown_rows
from geodata.whitespots.places import Register, cells_of

Ints = npt.NDArray[np.int64]
HALF = 2


@dataclass(frozen=True)
class Inhabited:
    """Ten-thousandths of persons per cell and Gemeinde, as `households_by_cell` gives them (cell_id, ags, units)."""

    persons: pa.Table

    def beside(self, cells: CellSupply) -> Ints:
        """The persons of each cell and Gemeinde."""
        own = pa.table({"cell_id": pa.array(cells.cell_id, pa.int32()), "ags": cells.ags, "row": np.arange(len(cells.cell_id))})
        found = own.join(self.persons, ["cell_id", "ags"], join_type="left outer").sort_by("row")
        return np.asarray(pc.fill_null(found["units"], 0).to_numpy(), dtype=np.int64)


def supply_of(table: pa.Table) -> CellSupply:
    """The cells that `whitespots_cells.sql` gives."""
    count = table.num_rows
    down, up = (_lists(table[name], count) for name in ("down", "up"))
    return CellSupply(
        table["cell_id"].to_numpy(),
        table["ags"].combine_chunks(),
        table["total"].to_numpy(),
        down,
        up,
        table["fibre"].to_numpy(),
        table["unknown"].to_numpy(),
    )


def _lists(column: pa.ChunkedArray, count: int) -> Ints:
    """Lists of equal length as an array; a null is zeros."""
    known = column.is_valid().to_numpy()
    values = pc.list_flatten(column).to_numpy()
    width = len(values) // max(int(known.sum()), 1) or 1
    found = np.zeros((count, width), dtype=np.int64)
    found[known] = values.reshape(-1, width)
    return found


@dataclass(frozen=True)
class AtlasCells:
    """Households and businesses in Gewerbegebiete of the cells of one Stand, and who lives there."""

    households: CellSupply
    businesses: CellSupply
    inhabited: Inhabited


def sets_and_bounds(sets: Mapping[str, ThresholdSet], cells: CellSupply) -> list[tuple[ThresholdSet, str, Ints]]:
    """Each set with its bound (`exact`, or `lower` and `upper`) and the ten-thousandths below it per cell."""
    found = []
    for chosen in sets.values():
        bounds = below_in_cells(cells, chosen)
        names = {"exact": bounds.lower} if is_exact_from_cells(chosen) else {"lower": bounds.lower, "upper": bounds.upper}
        found += [(chosen, name, values) for name, values in names.items()]
    return found


def area_rows(
    atlas: AtlasCells, sets: Mapping[str, ThresholdSet], register: Register, gemeinden: Sequence[str], **constant: object
) -> pa.Table:
    """AREAS of all sets. A school takes its cell, a Gewerbegebiet the businesses of its cells: below where half of a cell is."""
    homes = atlas.households
    keys, persons = keys_of(gemeinden, homes.ags), atlas.inhabited.beside(homes)
    everybody = keys_of(gemeinden, atlas.inhabited.persons["ags"]), atlas.inhabited.persons["units"].to_numpy()
    schools, parks = _schools(register, homes), _parks(register, atlas.businesses)
    business = {(c.name, bound): values for c, bound, values in sets_and_bounds(sets, atlas.businesses)}
    parts = []
    for chosen, bound, below in sets_and_bounds(sets, homes):
        inside = shared_persons(homes.total, persons, below)
        known_persons = np.where(homes.unknown, 0, persons)
        things = {
            "units": Things(keys, {"all": below, "unknown": np.where(homes.unknown, homes.total, 0), "total": homes.total}),
            "person_units": _persons(keys, inside, known_persons, everybody),
        }
        if len(register.schools):
            things["schools"] = _majority(keys_of(gemeinden, register.school_ags), schools, homes, below)
        if len(register.parks):
            things["business_parks"] = _majority(
                keys_of(gemeinden, register.park_ags), parks, atlas.businesses, business[chosen.name, bound]
            )
        labels = {
            f"label_{lang}": sentence("whitespots_without_announcements", lang, label=chosen_label)
            for lang, chosen_label in (("de", chosen.label_de), ("en", chosen.label_en))
        }
        sums = area_sums(gemeinden, things)
        parts.append(labelled(sums, kind="fixed_cells", threshold_set=chosen.name, bound=bound, **labels, **constant))
    return pa.concat_tables(parts)


def cell_rows(cells: CellSupply, sets: Mapping[str, ThresholdSet], *, origin: str, visibility: str) -> pa.Table:
    """CELLS of all sets."""
    dark = np.flatnonzero(cells.unknown)
    unknown = {
        "cell_id": pa.array(cells.cell_id[dark], pa.int32()),
        "ags": cells.ags.take(pa.array(dark)),
        "total_units": cells.total[dark],
    }
    parts = [unknown_rows(pa.table(unknown), kind="fixed_cells", origin=origin, visibility=visibility)]
    for chosen, bound, below in sets_and_bounds(sets, cells):
        rows = np.flatnonzero(below > 0)
        nothing = pa.nulls(len(rows), pa.int64())
        columns = {
            "cell_id": pa.array(cells.cell_id[rows], pa.int32()),
            "ags": cells.ags.take(pa.array(rows)),
            "all_units": pa.array(below[rows]),
            "total_units": pa.array(cells.total[rows]),
        } | dict.fromkeys(("less_announced_units", "less_funded_units", "all_addresses", "area_cm2"), nothing)
        same = {"kind": "fixed_cells", "threshold_set": chosen.name, "bound": bound, "origin": origin, "visibility": visibility}
        columns |= {name: pa.repeat(value, len(rows)) for name, value in same.items()}
        parts.append(pa.table({n: columns[n] for n in CELLS.names}).cast(CELLS))
    return pa.concat_tables(parts)


def mostly_below(cells: CellSupply, below: Ints) -> npt.NDArray[np.bool_]:
    """Cells of which at least half of the households are below."""
    return np.asarray((below * HALF >= cells.total) & (cells.total > 0) & ~cells.unknown)


def _persons(keys: Ints, inside: Ints, known: Ints, everybody: tuple[Ints, Ints]) -> Things:
    """Persons below by the cells of the atlas; all others, and so what is not known, by all cells with persons."""
    gemeinde = np.concatenate([keys, everybody[0]])
    nobody = np.zeros(len(everybody[0]), dtype=np.int64)
    total = np.concatenate([np.zeros(len(keys), dtype=np.int64), everybody[1]])
    return Things(gemeinde, {"all": np.concatenate([inside, nobody]), "unknown": total - np.concatenate([known, nobody]), "total": total})


def _schools(register: Register, cells: CellSupply) -> tuple[Ints, Ints]:
    if not len(register.schools):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    own = cell_ids(register.schools.geometry.x.to_numpy(), register.schools.geometry.y.to_numpy()).astype("int64")
    return _matches(np.arange(len(own)), own, cells)


def _parks(register: Register, cells: CellSupply) -> tuple[Ints, Ints]:
    park, cell = cells_of(register.parks.geometry.bounds.to_numpy())
    park, row = _matches(park, cell, cells)
    polygons = register.parks.geometry.to_numpy()
    meets = shapely.intersects(polygons[park], squares(cells.cell_id[row])) if len(park) else np.zeros(0, dtype=bool)
    return park[meets], row[meets]


def _matches(thing: Ints, cell: Ints, cells: CellSupply) -> tuple[Ints, Ints]:
    """Pairs of a thing and a row of its cell; a cell that a border cuts has several rows."""
    own = cells.cell_id.astype("int64")
    first, last = np.searchsorted(own, cell, "left"), np.searchsorted(own, cell, "right")
    times = last - first
    offset = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
    return np.repeat(thing, times), np.repeat(first, times) + offset


def _majority(gemeinde: Ints, pairs: tuple[Ints, Ints], cells: CellSupply, below: Ints) -> Things:
    thing, row = pairs
    hit, known = np.zeros(len(gemeinde), dtype=np.int64), np.zeros(len(gemeinde), dtype=np.int64)
    hit[thing[mostly_below(cells, below)[row]]] = 1
    known[thing[~cells.unknown[row] & (cells.total[row] > 0)]] = 1
    return Things(gemeinde, {"all": hit, "unknown": 1 - known, "total": np.ones(len(gemeinde), dtype=np.int64)})
