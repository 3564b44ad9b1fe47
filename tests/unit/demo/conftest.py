"""One small demo, and one model, for all tests of this folder."""

from pathlib import Path

import numpy as np
import pytest

from geodata import demo
from geodata.demo.boundaries import gemeinden
from geodata.demo.model import Model, modelled
from geodata.demo.places import parks

SCALE = 0.005


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo")
    demo.generate(path, seed=5, scale=SCALE, every_stand=True)
    return path


def model(scale: float, seed: int) -> Model:
    areas = gemeinden()
    return modelled(areas, parks(areas, np.random.default_rng([seed, 1])), scale=scale, seed=(seed, 1))
