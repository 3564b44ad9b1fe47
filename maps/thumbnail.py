"""A small picture of one measure, for the planner's page: same classes and colours as the maps, no words. Not a published map."""

import io
from collections.abc import Mapping

import geopandas as gpd
import shapely
from PIL import Image, ImageDraw

from maps.palette import COLOURS, NO_DATA_GROUND, class_of

WIDTH, HEIGHT = 240, 240
TOLERANCE_M = 500.0


def thumbnail(areas: gpd.GeoDataFrame, shares: Mapping[str, float]) -> bytes:
    """A PNG of 240 × 240 pixels. `areas` has `ags` and geometry in metres, `shares` are 0–1; an absent one has the colour of no data."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    west, south, east, north = areas.total_bounds
    scale = min(WIDTH / (east - west), HEIGHT / (north - south))
    draw = ImageDraw.Draw(image)
    for ags, geometry in zip(areas["ags"], areas.geometry.simplify(TOLERANCE_M), strict=True):
        share = shares.get(ags)
        colour = NO_DATA_GROUND if share is None else COLOURS[class_of(share)]
        for polygon in shapely.get_parts(geometry):
            ring = shapely.get_coordinates(polygon.exterior)
            draw.polygon([((x - west) * scale, (north - y) * scale) for x, y in ring], fill=colour, outline="white")
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()
