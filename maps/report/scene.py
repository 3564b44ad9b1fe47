"""What every part of a report needs to know: whose report it is, the data, the language, the mark."""

from dataclasses import dataclass

import geopandas as gpd

from geodata.report import ReportData
from maps.report.words import Words


@dataclass(frozen=True)
class Scene:
    """One report: the Kreis `ags`, called `kreis`; `mark` is the demo mark or nothing."""

    data: ReportData
    ags: str
    kreis: str
    mark: str
    words: Words

    @property
    def gemeinden(self) -> gpd.GeoDataFrame:
        """The Gemeinden of the Kreis."""
        areas = self.data.areas
        return areas[(areas["level"] == "gemeinde") & areas["ags"].str.startswith(self.ags)]
