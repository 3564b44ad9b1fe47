"""What the pages are made of: the frames of one run. Nothing that is not public gets past this point."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from geodata.errors import NetzlageError

SHOWN = 10


@dataclass(frozen=True)
class SiteContent:
    """The rows of out_coverage__shares and out_targets__status, areas of one edition (EPSG:25832), and one row per source.

    `shares` and `targets` hold only public rows: anything else is refused with a list. `demo_scale`: the part of the Land's households
    that a demo has. `model_notes`: per language the sentences that every map of the radio model carries.
    """

    shares: pd.DataFrame
    targets: pd.DataFrame
    areas: gpd.GeoDataFrame
    sources: pd.DataFrame
    profile: str
    demo: bool
    demo_scale: float = 1.0
    model_notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse rows that may not be published."""
        for name, frame in (("out_coverage__shares", self.shares), ("out_targets__status", self.targets)):
            private = frame.loc[frame["visibility"] != "public"]
            if len(private):
                keys = [c for c in ("source_id", "target_id", "ags", "stand", "subject") if c in private]
                examples = "; ".join(" ".join(map(str, row)) for row in private[keys].head(SHOWN).itertuples(index=False))
                raise NetzlageError("not_public", table=name, count=len(private), found=examples)

    @property
    def kreise(self) -> gpd.GeoDataFrame:
        """The Kreise of the edition, by AGS, with a name for each."""
        found = self.areas[self.areas["level"] == "kreis"].sort_values("ags", ignore_index=True)
        return found.assign(name=found["name"].fillna(found["ags"]))
