"""What the steps of the white spots read alike: the supply of addresses, the Gitterzellen, schools and Gewerbegebiete of one Stand."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assets.core.addresses import gemeinden
from assets.house import House
from geodata.cells import CELL_M, corners
from geodata.fixed.households import households_by_cell, per_address
from geodata.fixed.measures import UNITS
from geodata.reading import VISIBILITIES, strictest
from geodata.session import query, session
from geodata.thresholds import ThresholdSet, load_thresholds
from geodata.whitespots.addresses import Lines, Standing, fibre_at, lines_of, standing
from geodata.whitespots.cells import CellSupply
from geodata.whitespots.from_addresses import Homes
from geodata.whitespots.from_cells import AtlasCells, Inhabited, supply_of
from geodata.whitespots.from_mobile import Land
from geodata.whitespots.members import Points
from geodata.whitespots.places import Places, Register

OFFERS = ["technology", "rollout", "planned_until"]
SUPPLY = [
    *(f"{when}_{what}_mbits" for when in ("existing", "prospective") for what in ("down", "up", "symmetric")),
    *("units", "cell_id", "ags", "funding_id", "origin", "visibility"),
]
HOMES = ["raw_gebref__addresses", "raw_zensus__grid"]


@dataclass(frozen=True)
class AddressSide:
    """The addresses of a Stand with deliveries; `names`: their ids."""

    supply: pa.Table
    lines: Lines
    homes: Homes
    names: pa.Array
    origin: str
    visibility: str

    def standings(self) -> list[tuple[ThresholdSet, Standing]]:
        """Where every address stands to every set."""
        return [(chosen, standing(self.lines, chosen)) for chosen in load_thresholds().values()]

    @property
    def points(self) -> Points:
        """The addresses as points to be chained."""
        homes = self.homes
        where = homes.places
        return Points(self.names, where.easting, where.northing, where.cell_id, homes.ags, homes.units, homes.person_units)


@dataclass(frozen=True)
class CellSide:
    """The Gitterzellen of a Stand."""

    atlas: AtlasCells
    origin: str
    visibility: str


@dataclass(frozen=True)
class Inputs:
    """What the Stände of one run have in common is read once."""

    house: House
    _registers: dict[tuple[str, str], Register] = field(default_factory=dict)

    @cached_property
    def keys(self) -> list[str]:
        """The AGS of the Gemeinden, ascending."""
        return sorted(gemeinden(self.house)["ags"].tolist())

    @cached_property
    def addresses(self) -> pa.Table:
        """Id and place of each address."""
        return pq.read_table(self.house.tables.path("core_gebref__addresses"), columns=["address_id", "easting_m", "northing_m"])

    @cached_property
    def persons(self) -> tuple[np.ndarray, np.ndarray]:
        """Ten-thousandths of persons per address, and per Zensus cell; −1 = no figure."""
        persons = pq.read_table(self.house.tables.path("core_zensus__cells"), columns=["persons"])["persons"]
        per_cell = pc.fill_null(pc.multiply(persons.cast(pa.int64()), UNITS), -1).to_numpy()
        rows = pq.read_table(self.house.tables.path("core_addresses__places"), columns=["zensus_row"])["zensus_row"].to_numpy()
        return per_address(rows, per_cell, np.full(len(rows), -1, dtype=np.int32)), per_cell

    @cached_property
    def persons_per_cell(self) -> pa.Table:
        """Ten-thousandths of persons per 100 m cell and Gemeinde."""
        places, without = (pq.read_table(self.house.tables.path(f"core_{name}__places")) for name in ("addresses", "zensus"))
        return households_by_cell(places, without, *self.persons)

    def address_side(self, stand: str) -> AddressSide | None:
        """The addresses of a Stand; None without deliveries."""
        tables = self.house.tables
        supply = pq.read_table(tables.path("core_addresses__supply", stand), columns=SUPPLY)
        if not supply.num_rows:
            return None
        offers = pq.read_table(tables.path("core_deliveries__offers", stand), columns=OFFERS, read_dictionary=OFFERS[:2])
        matches = pq.read_table(tables.path("core_deliveries__matches", stand), columns=["address_row"])
        row = pc.fill_null(matches["address_row"], -1).to_numpy()
        homes = Homes(
            supply["ags"].combine_chunks(),
            Places(self.addresses["easting_m"].to_numpy(), self.addresses["northing_m"].to_numpy(), supply["cell_id"].to_numpy()),
            pc.fill_null(supply["units"], 0).to_numpy(),
            np.maximum(self.persons[0], 0),
        )
        return AddressSide(
            supply,
            lines_of(supply, fibre_at(offers, row, supply.num_rows, stand=dt.date.fromisoformat(stand))),
            homes,
            self.addresses["address_id"].combine_chunks(),
            min(pc.unique(supply["origin"]).to_pylist()),
            strictest(pc.unique(supply["visibility"]).to_pylist()),
        )

    def cell_side(self, stand: str) -> CellSide | None:
        """The Gitterzellen of a Stand; None without any."""
        if not pq.read_metadata(self.house.tables.path("core_breitbandatlas__cells", stand)).num_rows:
            return None
        origin, visibility = marks(self.house, "raw_breitbandatlas__gitterzellen", stand)
        homes = _fixed_cells(self.house, stand, method="cells", subject="households")
        firms = _fixed_cells(self.house, stand, method="cells_unweighted", subject="businesses_in_business_parks")
        return CellSide(AtlasCells(homes, firms, Inhabited(self.persons_per_cell)), origin, visibility)

    def mobile_grid(self, stand: str) -> pa.Table:
        """The cells of the Monitoring of a Stand."""
        columns = ["cell_id", "operators_4g", "operators_5g", "edition_max", "is_5g_total"]
        return pq.read_table(self.house.tables.path("core_mobile__cells", stand), columns=columns)

    @cached_property
    def land(self) -> Land:
        """Areas, households and persons of the cells."""
        names = ["boundary_edition", "cell_id", "ags", "area_cm2"]
        areas = pq.read_table(self.house.tables.path("core_area_cells"), columns=names, read_dictionary=["boundary_edition", "ags"])
        own = areas.filter(pc.equal(areas["boundary_edition"], self.house.profile.boundaries))
        households = pq.read_table(self.house.tables.path("core_households__cells"), columns=["cell_id", "ags", "units"])
        return Land(own, households, self.persons_per_cell)

    def register(self, stand: str, visibility: str) -> Register:
        """Open schools and Gewerbegebiete of the newest lists at or before the Stand; none where those are stricter to show."""
        tables = self.house.tables
        paths = [tables.newest_filled(name, stand) for name in ("core_msb__schools", "core_business_parks__parks")]
        key = (paths[0].stem, paths[1].stem)
        if key not in self._registers:
            self._registers[key] = Register(_schools(paths[0]), _parks(self.house, paths[1]))
        found = self._registers[key]
        return Register(_shown(found.schools, visibility), _shown(found.parks, visibility))


def _schools(path: Path) -> gpd.GeoDataFrame:
    schools = gpd.read_parquet(path, columns=["ags", "is_open", "geometry", "visibility"])
    return schools[schools["is_open"].astype(bool) & ~schools.geometry.isna()].reset_index(drop=True)


def _parks(house: House, path: Path) -> gpd.GeoDataFrame:
    columns = ["boundary_edition", "park_id", "ags", "is_main"]
    pieces = pq.read_table(house.tables.path("core_business_parks__gemeinden", path.stem), columns=columns)
    own = pieces.filter(pc.and_(pc.equal(pieces["boundary_edition"], house.profile.boundaries), pieces["is_main"])).to_pandas()
    parks = gpd.read_parquet(path, columns=["park_id", "geometry", "visibility"]).merge(own[["park_id", "ags"]], on="park_id")
    return parks.sort_values("park_id", ignore_index=True)


def _fixed_cells(house: House, stand: str, *, method: str, subject: str) -> CellSupply:
    with session(house.limits) as con:
        cells = house.tables.path("core_fixed__cells", stand)
        return supply_of(query(con, "whitespots_cells", cells=cells, method=method, subject=subject))


def cell_points(side: CellSide, below: np.ndarray, persons: np.ndarray) -> Points:
    """Cells as points to be chained; what counts of them is what is below."""
    cells = side.atlas.households
    west, south = corners(cells.cell_id)
    names = pc.binary_join_element_wise(pa.array(cells.cell_id).cast(pa.string()), cells.ags, "/")
    half = CELL_M / 2
    return Points(names, west + half, south + half, cells.cell_id, cells.ags, below, persons)


def _shown(frame: gpd.GeoDataFrame, visibility: str) -> gpd.GeoDataFrame:
    hidden = VISIBILITIES.index(strictest(frame["visibility"].tolist())) > VISIBILITIES.index(visibility)
    return frame.iloc[:0] if hidden else frame


def marks(house: House, source: str, stand: str) -> tuple[str, str]:
    """Origin of a source's files at a Stand, and the strictest visibility of them and of the households."""
    own = house.snapshots(source, stand=stand)
    behind = [s for name in HOMES for s in house.snapshots(name)]
    return own[0].origin, strictest(s.visibility for s in [*own, *behind])
