"""Small landscapes with clutter and masts for the tests of the search."""

import numpy as np
from scipy.ndimage import gaussian_filter

from geodata.mobile.scene import MAST, SECTOR, Ground, Masts, World
from geodata.mobile.search import air_of
from geodata.mobile.settings import Settings, load_settings

SETTINGS = load_settings()
WEST, SOUTH = 400_000.0, 5_700_000.0


def landscape(seed: int, *, cells: int, relief_m: float) -> Ground:
    """Hills over all scales and clutter in patches."""
    random = np.random.default_rng(seed)
    terrain = np.full((cells, cells), 200.0)
    for width, part in ((12, 1.0), (4, 0.5), (1, 0.1)):
        waves = gaussian_filter(random.normal(size=(cells, cells)), width)
        terrain += relief_m * part * waves / waves.std()
    patches = gaussian_filter(random.normal(size=(cells, cells)), 3)
    patches /= patches.std()
    clutter = np.select([patches > 1.2, patches > 0.6, patches > -0.2], [20.0, 10.0, 15.0], 0.0)
    terrain = terrain.astype("float32")
    return Ground(WEST, SOUTH, terrain, terrain + clutter.astype("float32"))


def masts_on(ground: Ground, seed: int, *, sites: int, bands: tuple[str, ...], settings: Settings = SETTINGS) -> Masts:
    """Three sectors per mast, one mast per site and band; the first site radiates to all sides, two sites stand on one spot."""
    random = np.random.default_rng(seed)
    span = len(ground.terrain) * 100.0 - 1.0
    x, y, height = random.uniform(0, span, sites), random.uniform(0, span, sites), random.uniform(15, 60, sites)
    x[1:2], y[1:2], height[1:2] = x[0], y[0], height[0]
    x, y, height = (np.repeat(v, len(bands)) for v in (x, y, height))
    names = list(settings.bands)
    band = np.tile([names.index(b) for b in bands], sites)
    count = len(band)
    power = np.array([_per_element(settings, names[b]) for b in band])
    azimuth = np.repeat(random.uniform(0, 120, count), 3) + np.tile([0.0, 120.0, 240.0], count)
    mast, sector = np.zeros(count, MAST), np.zeros(3 * count, SECTOR)
    mast["easting_m"], mast["northing_m"], mast["height_m"], mast["band"] = WEST + x, SOUTH + y, height, band
    mast["ground_m"] = ground.terrain[(y / 100).astype(int), (x / 100).astype(int)]
    mast["strongest_dbm"], mast["first"], mast["last"] = power, 3 * np.arange(count), 3 * np.arange(1, count + 1)
    sector["power_dbm"], sector["azimuth_deg"], sector["tilt_deg"] = np.repeat(power, 3), azimuth, 6.0
    sector["azimuth_width_deg"], sector["vertical_width_deg"], sector["everywhere"] = 65.0, 13.0, np.arange(3 * count) < 3
    return Masts(mast, sector)


def world_of(ground: Ground, masts: Masts, *, settings: Settings = SETTINGS) -> World:
    air = air_of(settings)
    return World(ground, masts, air)


def with_receiver(**values: float) -> Settings:
    """The settings with another receiver."""
    return SETTINGS.model_copy(update={"receiver": SETTINGS.receiver.model_copy(update=values)})


def _per_element(settings: Settings, band: str) -> float:
    here = settings.bands[band]
    return here.eirp_dbm - 10.0 * float(np.log10(12 * here.resource_blocks))
