"""What the reports on the Kreise are made of, read once from a published database for all of them. Nothing is rendered here."""

from dataclasses import dataclass

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from geodata.facts import METHODS
from geodata.session import query

CRS = "EPSG:25832"
# Kreise that meet in a point, or along less than this, are no neighbours.
SHARED_BORDER_M = 100.0


@dataclass(frozen=True)
class ReportData:
    """Frames for all Kreise.

    `areas` (`ags`, `level`, `name`, `source_id`, EPSG:25832), `shares`, `targets`, `unconnected`, `clusters`, `sources`: see the SQL of
    the same name. `clusters` is None where the run has none. `internal`: rows that are not public are in, and every page must say so.
    """

    edition: str
    areas: gpd.GeoDataFrame
    shares: pd.DataFrame
    targets: pd.DataFrame
    unconnected: gpd.GeoDataFrame
    clusters: gpd.GeoDataFrame | None
    sources: pd.DataFrame
    internal: bool

    @property
    def demo(self) -> bool:
        """Whether any source is invented."""
        return bool(self.sources["is_demo"].any())

    def kreise(self) -> dict[str, str]:
        """The names of the Kreise by AGS."""
        found = self.areas[self.areas["level"] == "kreis"]
        return dict(zip(found["ags"], found["name"], strict=True))

    def only(self, ags: str) -> "ReportData":
        """The same with what one Kreis needs: its Gemeinden, the figures of all Kreise and the Land, its own places."""
        own = self.areas["ags"].str.startswith(ags)
        return ReportData(
            self.edition,
            self.areas[own | (self.areas["level"] != "gemeinde")],
            self.shares[(self.shares["ags"] == "05") | self.shares["ags"].str.startswith(ags)],
            self.targets,
            self.unconnected[self.unconnected["ags"].str.startswith(ags)],
            None if self.clusters is None else self.clusters[self.clusters["kreis_ags"] == ags],
            self.sources,
            self.internal,
        )


def read_report_data(con: duckdb.DuckDBPyConnection, *, internal: bool) -> ReportData:
    """All that the reports need; `con` is open on `netzlage.duckdb`."""
    edition = query(con, "report_edition").column(0)[0].as_py()
    return ReportData(
        edition=edition,
        areas=_spatial(query(con, "report_areas", edition=edition)),
        shares=_frame(query(con, "report_shares", edition=edition, methods=list(METHODS), internal=internal)),
        targets=_frame(query(con, "report_targets", internal=internal)),
        unconnected=_spatial(query(con, "report_unconnected", edition=edition, stand=None, internal=internal)),
        clusters=_clusters(con, edition, internal=internal),
        sources=_frame(query(con, "report_sources")),
        internal=internal,
    )


def neighbours(areas: gpd.GeoDataFrame, ags: str) -> list[str]:
    """The Kreise that share a border with a Kreis, by AGS; `areas` holds at least all Kreise, in EPSG:25832."""
    kreise = areas[areas["level"] == "kreis"]
    shapes = kreise.geometry.to_numpy()
    own = shapes[(kreise["ags"] == ags).to_numpy()][0]
    near = np.flatnonzero(shapely.intersects(shapes, own) & (kreise["ags"] != ags).to_numpy())
    border = shapely.length(shapely.intersection(shapely.boundary(shapes[near]), shapely.boundary(own)))
    return sorted(kreise["ags"].iloc[near[border >= SHARED_BORDER_M]])


def _clusters(con: duckdb.DuckDBPyConnection, edition: str, *, internal: bool) -> gpd.GeoDataFrame | None:
    """The clusters of the newest Stand that has any; None where the run made none."""
    found = con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'out_whitespots__clusters'").fetchone()
    if not found or not found[0]:
        return None
    return _spatial(query(con, "export_whitespots_clusters", ags=None, stand=None, kind=None, edition=edition, internal=internal))


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(date_as_object=True)
    return frame


def _spatial(table: pa.Table) -> gpd.GeoDataFrame:
    plain = _frame(table.drop_columns(["geometry"]))
    shapes = shapely.from_wkb(table.column("geometry").cast(pa.binary()).to_pylist())
    return gpd.GeoDataFrame(plain, geometry=shapes, crs=CRS)
