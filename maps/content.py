"""What the pages are made of: the frames of one run. Nothing that is not public gets past this point."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from geodata.errors import NetzlageError
from maps.publisher import Publisher, load_publisher

SHOWN = 10
PLACES = ("kind", "name", "ags")
ACCOUNTING = ("source_id", "stand", "file", "read", "accepted", "outside_area", "quarantined")
WARNINGS = ("source_id", "stand", "file", "reason", "sentence")
CHECKS = ("check_name", "table_name", "state", "findings", "examples")
RUN_FILES = ("source_id", "table", "stand", "file", "sha256", "bytes", "origin")


def _empty(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns))


@dataclass(frozen=True)
class SiteContent:
    """The rows of out_coverage__shares and out_targets__status, areas of one edition (EPSG:25832), and one row per source.

    `shares` and `targets` hold only public rows: anything else is refused with a list. `demo_scale`: the part of the Land's households
    that a demo has. `places` (`kind` postcode or district, `name`, `ags`) are what the search finds besides areas. `files`, `accounting`
    and `warnings` are the tables out_run__sources, out_run__accounting and out_run__warnings, of public sources; `checks` the public
    rows of out_run__checks. `model_notes`: per
    language the sentences that every map of the radio model carries. `tiles`: where the 100 m cells lie on the site; empty without them.
    """

    shares: pd.DataFrame
    targets: pd.DataFrame
    areas: gpd.GeoDataFrame
    sources: pd.DataFrame
    profile: str
    demo: bool
    demo_scale: float = 1.0
    places: pd.DataFrame = field(default_factory=lambda: _empty(PLACES))
    files: pd.DataFrame = field(default_factory=lambda: _empty(RUN_FILES))
    accounting: pd.DataFrame = field(default_factory=lambda: _empty(ACCOUNTING))
    warnings: pd.DataFrame = field(default_factory=lambda: _empty(WARNINGS))
    checks: pd.DataFrame = field(default_factory=lambda: _empty(CHECKS))
    model_notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tiles: str = ""
    publisher: Publisher = field(default_factory=load_publisher)

    def __post_init__(self) -> None:
        """Refuse rows that may not be published."""
        for name, frame in (("out_coverage__shares", self.shares), ("out_targets__status", self.targets)):
            private = frame.loc[frame["visibility"] != "public"]
            if len(private):
                keys = [c for c in ("source_id", "target_id", "ags", "stand", "subject") if c in private]
                examples = "; ".join(" ".join(map(str, row)) for row in private[keys].head(SHOWN).itertuples(index=False))
                raise NetzlageError("not_public", table=name, count=len(private), found=examples)

    @property
    def edition(self) -> str:
        """The edition of the boundaries."""
        return str(self.areas["boundary_edition"].iloc[0])

    @property
    def kreise(self) -> gpd.GeoDataFrame:
        """The Kreise of the edition, by AGS, with a name for each."""
        return self._level("kreis")

    @property
    def gemeinden(self) -> gpd.GeoDataFrame:
        """The Gemeinden of the edition, by AGS, with a name for each."""
        return self._level("gemeinde")

    def _level(self, level: str) -> gpd.GeoDataFrame:
        found = self.areas[self.areas["level"] == level].sort_values("ags", ignore_index=True)
        return found.assign(name=found["name"].fillna(found["ags"]))
