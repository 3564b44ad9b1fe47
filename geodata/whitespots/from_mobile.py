"""White and grey spots of mobile coverage of one Stand, from the cells of the Monitoring: sums per area and the cells themselves.

White: neither 4G nor 5G from anybody. Grey: from somebody, but not from all three established operators; only where an edition counts no
more than those three. The counts do not say which operators: the larger is the least, the sum the most that have 4G or 5G.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geodata.cells import cell_ids, squares
from geodata.messages import sentence
from geodata.whitespots.areas import Things, area_sums, keys_of, labelled
from geodata.whitespots.from_addresses import CELLS, unknown_rows
from geodata.whitespots.places import Register, cells_of

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
ESTABLISHED = 3
WHITE, GREY = "mobil_weiss", "mobil_grau"
TEXTS = {WHITE: "whitespots_mobile_white", GREY: "whitespots_mobile_grey"}


@dataclass(frozen=True)
class MobileCells:
    """Cells with a figure, ascending, and for each measure (set, bound) whether it holds there."""

    cell_id: npt.NDArray[np.int32]
    holds: dict[tuple[str, str], Bools]

    def rows(self, cells: np.ndarray) -> Ints:
        """The row of each cell; −1 where it has none."""
        if not len(self.cell_id):
            return np.full(len(cells), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.cell_id, cells), len(self.cell_id) - 1)
        return np.where(self.cell_id[at] == cells, at, -1).astype("int64")


def mobile_cells(grid: pa.Table) -> MobileCells:
    """The measures that `core_mobile__cells` of one Stand allows."""
    known = grid.filter(pc.and_(pc.is_valid(grid["operators_4g"]), pc.is_valid(grid["operators_5g"]))).sort_by("cell_id")
    four, five = (known[f"operators_{g}"].to_numpy().astype("int64") for g in ("4g", "5g"))
    least = np.maximum(four, five)
    holds = {(WHITE, "exact"): least == 0}
    if known.num_rows and pc.max(known["edition_max"]).as_py() <= ESTABLISHED:
        # Where 5G is the larger of two counts, twice that is at most how many operators have it.
        most = four + np.where(known["is_5g_total"].to_numpy(), five, 2 * five)
        holds[GREY, "lower"] = (least >= 1) & (most < ESTABLISHED)
        holds[GREY, "upper"] = (least >= 1) & (least < ESTABLISHED)
    return MobileCells(known["cell_id"].to_numpy(), holds)


@dataclass(frozen=True)
class Land:
    """Areas (cell_id, ags, area_cm2), households and persons (cell_id, ags, units) of the cells, sorted by cell."""

    areas: pa.Table
    households: pa.Table
    persons: pa.Table


def area_rows(cells: MobileCells, land: Land, register: Register, gemeinden: Sequence[str], **constant: object) -> pa.Table:
    """AREAS of the measures; a school takes its cell, a Gewerbegebiet counts where any of its cells does."""
    amounts = {"area_cm2": (land.areas, "area_cm2"), "units": (land.households, "units"), "person_units": (land.persons, "units")}
    found = {
        subject: (keys_of(gemeinden, table["ags"]), cells.rows(table["cell_id"].to_numpy()), table[column].to_numpy())
        for subject, (table, column) in amounts.items()
    }
    schools, parks = _school_cells(register.schools), _park_cells(register.parks)
    parts = []
    for (name, bound), holds in cells.holds.items():
        things = {subject: _counted(keys, row, amount, holds) for subject, (keys, row, amount) in found.items()}
        if len(register.schools):
            things["schools"] = _any_of(keys_of(gemeinden, register.school_ags), schools, cells, holds)
        if len(register.parks):
            things["business_parks"] = _any_of(keys_of(gemeinden, register.park_ags), parks, cells, holds)
        labels = {f"label_{lang}": sentence(TEXTS[name], lang) for lang in ("de", "en")}
        parts.append(labelled(area_sums(gemeinden, things), kind="mobile", threshold_set=name, bound=bound, **labels, **constant))
    return pa.concat_tables(parts)


def cell_rows(cells: MobileCells, land: Land, *, origin: str, visibility: str) -> pa.Table:
    """CELLS of the measures, by cell and Gemeinde."""
    row = cells.rows(land.areas["cell_id"].to_numpy())
    homes = pa.table({n: land.households[n].cast(t) for n, t in (("cell_id", pa.int32()), ("ags", pa.string()), ("units", pa.int64()))})
    dark = (
        land.areas.select(["cell_id", "ags"]).filter(pa.array(row < 0)) if len(cells.cell_id) else land.areas.select(["cell_id", "ags"])[:0]
    )
    unknown = dark.append_column("total_units", pa.nulls(dark.num_rows, pa.int64()))
    parts = [unknown_rows(unknown, kind="mobile", origin=origin, visibility=visibility)]
    for (name, bound), holds in cells.holds.items():
        own = land.areas.select(["cell_id", "ags", "area_cm2"]).filter(pa.array((row >= 0) & holds[np.maximum(row, 0)]))
        own = own.set_column(1, "ags", own["ags"].cast(pa.string())).join(homes, ["cell_id", "ags"], join_type="left outer")
        own = own.sort_by([("cell_id", "ascending"), ("ags", "ascending")])
        units, nothing = pc.fill_null(own["units"], 0), pa.nulls(own.num_rows, pa.int64())
        columns = {"cell_id": own["cell_id"], "ags": own["ags"], "area_cm2": own["area_cm2"], "all_units": units, "total_units": units}
        columns |= dict.fromkeys(("less_announced_units", "less_funded_units", "all_addresses"), nothing)
        same = {"kind": "mobile", "threshold_set": name, "bound": bound, "origin": origin, "visibility": visibility}
        columns |= {n: pa.repeat(v, own.num_rows) for n, v in same.items()}
        parts.append(pa.table({n: columns[n] for n in CELLS.names}).cast(CELLS))
    return pa.concat_tables(parts)


def _counted(keys: Ints, row: Ints, amount: Ints, holds: Bools) -> Things:
    met = (row >= 0) & (holds[np.maximum(row, 0)] if len(holds) else False)
    return Things(keys, {"all": np.where(met, amount, 0), "unknown": np.where(row < 0, amount, 0), "total": amount})


def _any_of(gemeinde: Ints, pairs: tuple[Ints, Ints], cells: MobileCells, holds: Bools) -> Things:
    thing, row = pairs[0], cells.rows(pairs[1])
    hit, known = np.zeros(len(gemeinde), dtype=np.int64), np.zeros(len(gemeinde), dtype=np.int64)
    known[thing[row >= 0]] = 1
    hit[thing[(row >= 0) & (holds[np.maximum(row, 0)] if len(holds) else False)]] = 1
    return Things(gemeinde, {"all": hit, "unknown": 1 - known, "total": np.ones(len(gemeinde), dtype=np.int64)})


def _school_cells(schools: gpd.GeoDataFrame) -> tuple[Ints, Ints]:
    if not len(schools):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.arange(len(schools)), cell_ids(schools.geometry.x.to_numpy(), schools.geometry.y.to_numpy()).astype("int64")


def _park_cells(parks: gpd.GeoDataFrame) -> tuple[Ints, Ints]:
    park, cell = cells_of(parks.geometry.bounds.to_numpy())
    meets = shapely.intersects(parks.geometry.to_numpy()[park], squares(cell)) if len(park) else np.zeros(0, dtype=bool)
    return park[meets], cell[meets]
