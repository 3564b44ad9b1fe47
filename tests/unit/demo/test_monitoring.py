"""The Monitoring grid of the demo: the reader takes both editions, the published 5G shares of mid-2021 hold, nothing is lost later."""

import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from geodata.demo import facts
from geodata.demo import monitoring as demo
from geodata.demo.monitoring import FILES, PUBLISHED, Networks
from geodata.readers import monitoring, monitoring_xlsx
from geodata.session import Limits
from tests.conftest import snapshot
from tests.unit.demo.conftest import model

NEWEST = max(FILES)
SEED = (5, 98)


@pytest.fixture(scope="module")
def addresses_and_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[np.ndarray, Networks, dict[str, Path]]:
    found = model(0.01, 5)
    folder = tmp_path_factory.mktemp("monitoring")
    paths = demo.write_monitoring(found.addresses, found.raster, folder, np.random.default_rng(SEED))
    again = demo.networks(found.addresses, found.raster, np.random.default_rng(SEED))
    return demo.shares(found.addresses, again), again, dict(zip(FILES, paths, strict=False))


def test_households_show_the_published_5g_share_of_every_kreis(addresses_and_files: tuple[np.ndarray, Networks, dict[str, Path]]) -> None:
    table = facts.table("published_kreis_shares")
    own = table[(table["stand"] == PUBLISHED) & (table["subject"] == "households") & (table["technology"] == "5g")].sort_values("ags")
    assert len(own) == 53
    assert np.abs(addresses_and_files[0] - own["share_pct"].to_numpy()).max() <= 0.5


def test_the_reader_takes_both_editions_whole(addresses_and_files: tuple[np.ndarray, Networks, dict[str, Path]]) -> None:
    _, networks, files = addresses_and_files
    cells = networks.cells[networks.inside]
    assert len(cells) > 3_400_000
    for stand, path in files.items():
        with zipfile.ZipFile(path) as packed:
            assert packed.namelist() == [path.name.replace(".zip", ".csv")]
            with packed.open(packed.namelist()[0]) as stream:
                assert (stream.read(3) == b"\xef\xbb\xbf") == (stand == NEWEST)
        land = pa.table({"cell_id": pa.array(cells, pa.int32())})
        table, notes = monitoring.read([snapshot(path, "monitoring__grid", "cells", stand)], land_cells=land, limits=Limits())
        assert notes.warnings.num_rows == notes.quarantine.num_rows == 0
        account = notes.accounting.to_pylist()[0]
        assert (account["read"], account["accepted"]) == (len(networks.cells), len(cells))
        assert (table["cell_id"].to_numpy() == cells).all()
        counts = networks.counts[stand][networks.inside]
        if stand == NEWEST:
            assert set(table["edition_max"].to_pylist()) == {4}
            assert (table["operators_4g"].to_numpy() == counts[:, 0]).all()
        else:
            assert set(table["edition_max"].to_pylist()) == {3}
            assert (table["operators_5g"].to_numpy() == counts[:, 3:].max(axis=1)).all()


def test_figures_lie_where_the_published_ones_do(addresses_and_files: tuple[np.ndarray, Networks, dict[str, Path]]) -> None:
    networks = addresses_and_files[1]
    first, last = (networks.counts[s][networks.inside] for s in (PUBLISHED, NEWEST))
    assert (first[:, 2] > 0).mean() == pytest.approx(0.993, abs=0.003), "LTE from at least one operator, mid-2021"
    five, later = first[:, 3:].max(axis=1), last[:, 1]
    assert (later[five > 0] > 0).all(), "5G that was there stays"
    assert (last[:, 0] >= first[:, 2]).all()
    assert (np.maximum(first[:, 2], five) == 0).mean() < 0.01
    assert 0.9 < (later > 0).mean() < 1
    assert set(np.unique(last)) == {0, 1, 2, 3, 4}
    assert set(np.unique(first)) == {0, 1, 2, 3}


def test_the_workbook_shows_the_shares_of_the_grid(addresses_and_files: tuple[np.ndarray, Networks, dict[str, Path]]) -> None:
    _, networks, files = addresses_and_files
    path = files[NEWEST].with_name("Auswertung_Mobilfunkmonitoring.xlsx")
    keys = set(facts.table("gemeinden")["ags"])
    table, notes = monitoring_xlsx.read(
        [snapshot(path, "monitoring__workbook", "area", NEWEST)], kreise={k[:5] for k in keys}, gemeinden=keys, land="05"
    )
    assert notes.warnings.num_rows == notes.quarantine.num_rows == 0
    assert notes.accounting["accepted"].to_pylist() == [450]
    land = {(r["technology"], r["operator"]): float(r["share_pct"]) for r in table.to_pylist() if r["ags"] == "05"}
    counts = networks.counts[NEWEST][networks.inside]
    assert land["4g", "any"] == pytest.approx(100 * (counts[:, 0] > 0).mean(), abs=0.006)
    assert land["5g", "any"] == pytest.approx(100 * (counts[:, 1] > 0).mean(), abs=0.006)
    assert land["none_4g_5g", "any"] == pytest.approx(100 * (counts.max(axis=1) == 0).mean(), abs=0.006)
    assert land["4g", "any"] >= land["4g", "telekom"] > land["4g", "1und1"] > 0
    assert 0 < land["some_4g_5g", "any"] < 20
