"""Terrain from GeoTIFF of any CRS onto the cells, gaps, clutter classes, and rasters that come back as written."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pytest
import rasterio
import shapely
from rasterio.transform import Affine

from geodata.errors import InputError
from geodata.mobile.antennas import site_settings
from geodata.mobile.rasters import NODATA, tenths, write_levels, write_servers
from geodata.mobile.settings import load_settings
from geodata.mobile.surface import CLASSES, by_inhabitants, by_land_use, ground_of
from geodata.mobile.terrain import Grid, Heights, read_terrain
from geodata.mobile_ground import People, ground_from, ground_table
from geodata.readers import land_use
from geodata.reading import Notes
from tests.conftest import snapshot

CELLS = np.array([570000000 + r * 10000 + c for r in range(20) for c in range(4000, 4020)], "int32")
GRID = Grid.around(CELLS, 300.0)


def write(
    path: Path, values: np.ndarray, *, west: float, north: float, step: float, crs: str | None = "EPSG:25832", nodata: float | None = None
) -> Path:
    profile = {"driver": "GTiff", "dtype": values.dtype.name, "count": 1, "height": values.shape[0], "width": values.shape[1]}
    with rasterio.open(path, "w", **profile, crs=crs, transform=Affine(step, 0, west, 0, -step, north), nodata=nodata) as file:
        file.write(values, 1)
    return path


def read(path: Path, *, missing: str = "flat", sites: np.ndarray | None = None, **options: object) -> tuple[Heights, Notes]:
    needed = GRID.mask(CELLS)
    nothing = np.zeros(GRID.shape, dtype=bool)
    return read_terrain(
        [snapshot(path, "terrain__dem", "dem", **options)], GRID, sites=nothing if sites is None else sites, needed=needed, missing=missing
    )


def test_the_grid_covers_cells_and_margin() -> None:
    assert (GRID.column, GRID.row, GRID.shape) == (4000 - 4, 57000 - 4, (28, 28))
    mask = GRID.mask(CELLS)
    assert mask.sum() == 400
    assert mask[4, 4]
    assert not mask[3, 4]


def test_pixels_finer_than_cells_are_averaged_where_they_lie(tmp_path: Path) -> None:
    west, north = GRID.column * 100.0, (GRID.row + GRID.rows) * 100.0
    fine = np.repeat(np.repeat(np.arange(28.0 * 28).reshape(28, 28), 4, axis=0), 4, axis=1).astype("float32")
    fine[::2] += 1.0
    heights, notes = read(write(tmp_path / "dem.tif", fine, west=west, north=north, step=25.0))
    assert np.allclose(heights[::-1], np.arange(28.0 * 28).reshape(28, 28) + 0.5)
    assert notes.warnings.num_rows == 0


@pytest.mark.parametrize(("hole", "nodata"), [(-9999.0, -9999.0), (np.nan, None), (1e9, None)])
def test_holes_take_the_nearest_height_and_are_counted(tmp_path: Path, hole: float, nodata: float | None) -> None:
    west, north = GRID.column * 100.0, (GRID.row + GRID.rows) * 100.0
    values = np.full((28, 28), 100.0, "float32")
    values[10:12, 10:13] = hole
    path = write(tmp_path / "dem.tif", values, west=west, north=north, step=100.0, nodata=nodata)
    sites = np.zeros(GRID.shape, dtype=bool)
    sites[28 - 11, 11] = True
    heights, notes = read(path, sites=sites)
    assert np.isfinite(heights).all()
    assert (heights == 100.0).all()
    (warning,) = notes.warnings.to_pylist()
    assert (warning["reason"], warning["amount"]) == ("terrain_flat", 6.0)
    assert "1 Standorte" in str(warning["sentence"])
    with pytest.raises(InputError, match="6 Zellen und 1 Standorte"):
        read(path, missing="error", sites=sites)


def test_no_terrain_at_all_is_flat(tmp_path: Path) -> None:
    far = write(tmp_path / "far.tif", np.ones((4, 4), "float32"), west=100_000.0, north=5_000_000.0, step=100.0)
    assert (read(far)[0] == 0.0).all()
    with pytest.raises(InputError, match="400 Zellen"):
        read(far, missing="error")


def test_a_file_without_crs_needs_one_from_the_profile(tmp_path: Path) -> None:
    path = write(tmp_path / "dem.tif", np.full((40, 40), 7.0, "float32"), west=7.0, north=51.8, step=0.05, crs=None)
    with pytest.raises(InputError, match="crs"):
        read(path)
    assert np.allclose(read(path, crs="EPSG:4326")[0], 7.0)
    with pytest.raises(InputError, match="nowhere"):
        read(path, crs="nowhere")


@pytest.mark.parametrize("content", [b"", b"II*\x00nothing", b"<html></html>"])
def test_what_is_no_geotiff_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "dem.tif"
    path.write_bytes(content)
    with pytest.raises(InputError, match="GeoTIFF"):
        read(path)


def test_the_real_relief_around_bonn(shared: Path) -> None:
    cells = np.array([562000000 + r * 10000 + 3600 + c for r in range(50) for c in range(50)], "int32")
    grid = Grid.around(cells, 1000.0)
    needed = grid.mask(cells)
    path = shared / "dem" / "bonn_gtopo.tif"
    heights, _ = read_terrain([snapshot(path, "terrain__dem", "dem", crs="EPSG:4326")], grid, sites=needed, needed=needed, missing="error")
    assert 30 < heights.min() < heights.max() < 500


def test_clutter_by_inhabitants_and_by_land_use() -> None:
    settings, sites = load_settings(), site_settings()
    persons = np.zeros(len(CELLS), "int64")
    persons[:4] = (4, 5, 40, 200)
    terrain = np.full(GRID.shape, 50.0, "float32")
    ground = ground_of(GRID, terrain, by_inhabitants(GRID, CELLS, persons, sites), settings, sites)
    assert ground.surface[4, 4:8].tolist() == [50.0, 60.0, 65.0, 70.0]
    assert (ground.west_m, ground.south_m) == (399_600.0, 5_699_600.0)
    names = np.array(["water", "urban_or_forest", *["open"] * (len(CELLS) - 2)])
    ground = ground_of(GRID, terrain, by_land_use(GRID, CELLS, names), settings, sites)
    assert ground.surface[4, 4:7].tolist() == [50.0, 65.0, 50.0]


def test_levels_are_tenths_and_rasters_lie_on_the_cells(tmp_path: Path) -> None:
    power = np.full(GRID.shape, -np.inf)
    power[0, 1], power[5, 5], power[6, 6] = -104.96, -1e9, 20.0
    levels = tenths(power)
    assert (levels[0, 1], levels[1, 1], levels[5, 5], levels[6, 6]) == (-1050, NODATA, NODATA + 1, 200)
    paths = [write_levels(levels, GRID, tmp_path / f"{n}.tif", {"origin": "demo"}) for n in "ab"]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with rasterio.open(paths[0]) as file:
        assert file.crs.to_epsg() == 25832
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert (file.tags()["origin"], file.scales, file.nodata, file.dtypes) == ("demo", (0.1,), NODATA, ("int16",))
        assert file.bounds[:2] == (399_600.0, 5_699_600.0)
        assert np.array_equal(file.read(1)[::-1], levels)
    servers = write_servers(np.arange(28 * 28, dtype="int32").reshape(28, 28), GRID, tmp_path / "s.tif", {})
    with rasterio.open(servers) as file:
        assert file.sample([(399_650.0, 5_699_750.0)]).__next__()[0] == 28


CLASS_OPTIONS = {"classes": {"1": "open", "2": "water", "4": "urban_or_forest"}}
SITE = pa.table({"easting_m": [400_550.0], "northing_m": [5_700_550.0]})


def people(*counts: int) -> People:
    return People(CELLS[: len(counts)], np.array(counts, "int64"))


def test_land_use_from_a_raster_and_where_it_says_nothing_from_people(tmp_path: Path) -> None:
    west, north = GRID.column * 100.0, (GRID.row + GRID.rows) * 100.0
    values = np.full((14, 14), 4, "uint8")
    values[:, 7:], values[0, 0] = 0, 9
    path = write(tmp_path / "use.tif", values, west=west, north=north, step=200.0, nodata=0)
    classes, notes = land_use.read([snapshot(path, "land_use__classes", "classes", **CLASS_OPTIONS)], GRID)
    assert (classes[:, :14][:26] == CLASSES.index("urban_or_forest")).all()
    assert (classes[:, 14:] == land_use.UNKNOWN).all()
    assert classes[27, 0] == land_use.UNKNOWN
    (warning,) = notes.warnings.to_pylist()
    assert (warning["reason"], "9" in str(warning["sentence"])) == ("land_use_unknown", True)
    settings, sites = load_settings(), site_settings()
    uses = [snapshot(path, "land_use__classes", "classes", **CLASS_OPTIONS)]
    table, _ = ground_table(CELLS, SITE, people(*[0] * 19, 200), terrain=[], uses=uses, settings=settings, sites=sites)
    ground, grid = ground_from(table, settings, sites)
    row, column = grid.places(CELLS)
    clutter = (ground.surface - ground.terrain)[row, column]
    assert clutter[:20].tolist() == [15.0] * 10 + [0.0] * 9 + [20.0]
    assert table["cell_id"].to_pylist() == sorted(table["cell_id"].to_pylist())


def test_land_use_from_polygons(tmp_path: Path) -> None:
    path = tmp_path / "use.gpkg"
    west, south = GRID.column * 100.0, GRID.row * 100.0
    boxes = [
        shapely.box(west, south, west + 1000, south + 1000),
        shapely.box(0, 0, 10, 10),
        shapely.box(west, south, west + 1, south + 1),
        None,
    ]
    frame = gpd.GeoDataFrame({"art": ["Wald", "Wald", "Mond", "Wald"]}, geometry=boxes, crs="EPSG:25832")
    frame.to_file(path, engine="pyogrio")
    options = {"classes": {"Wald": "urban_or_forest"}, "fields": {"class": "art"}}
    classes, notes = land_use.read([snapshot(path, "land_use__classes", "classes", **options)], GRID)
    assert (classes[:10, :10] == CLASSES.index("urban_or_forest")).all()
    assert (classes != land_use.UNKNOWN).sum() == 100
    account = notes.accounting.to_pylist()[0]
    assert (account["read"], account["accepted"], account["outside_area"], account["quarantined"]) == (4, 1, 1, 2)
    assert set(notes.quarantine["reason"].to_pylist()) == {"unknown_word", "geometry_missing"}


@pytest.mark.parametrize("options", [{}, {"classes": {"1": "moor"}}, {"classes": {"wald": "open"}}])
def test_land_use_without_usable_classes_is_an_error(tmp_path: Path, options: dict[str, object]) -> None:
    path = write(tmp_path / "use.tif", np.ones((4, 4), "uint8"), west=0.0, north=0.0, step=100.0)
    with pytest.raises(InputError, match="classes"):
        land_use.read([snapshot(path, "land_use__classes", "classes", **options)], GRID)


def test_a_run_without_any_terrain_file_is_counted_or_stops() -> None:
    settings, flat = load_settings(), site_settings()
    strict = flat.model_copy(update={"terrain": flat.terrain.model_copy(update={"missing": "error"})})
    named = {"terrain": [], "uses": [], "settings": settings}
    table, notes = ground_table(CELLS, SITE, people(), sites=flat, **named)
    assert set(table["height_m"].to_pylist()) == {0.0}
    (warning,) = notes.warnings.to_pylist()
    assert (warning["source_id"], warning["reason"], warning["amount"]) == ("terrain__dem", "terrain_absent", len(CELLS))
    with pytest.raises(InputError, match="400 Zellen und 1 Standorte"):
        ground_table(CELLS, SITE, people(), sites=strict, **named)
    assert len(ground_table(CELLS, SITE.slice(0, 0), people(), sites=strict, **named)[0]) == 0
