"""The fixed line in parts of its cells: the file is the same, byte for byte, whatever a Zensus cell, an operator or a Gemeinde reaches over."""

import tempfile
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.fixed.measures import COUNTS_FOR
from geodata.fixed.places import ADDRESS_PLACES, ZENSUS_PLACES
from geodata.fixed.stand import FixedFiles, fixed_cells_of
from geodata.matching import MATCHES
from geodata.parts.fixed_cells import FixedPart, fixed_cells, inputs_of
from geodata.parts.workers import Inline, Pool
from geodata.readers.deliveries import OFFERS
from geodata.session import Limits
from geodata.tables import Tables

LIMITS = Limits("500MB")
CELLS = st.integers(100, 108)
AGS = st.sampled_from(["05112000", "05111000", "05113000"])
ADDRESS = st.tuples(CELLS, st.one_of(st.none(), AGS), st.integers(-1, 4))
ZENSUS = st.tuples(st.one_of(st.none(), st.integers(0, 90_000)), CELLS, st.one_of(st.none(), AGS))
OFFER = st.fixed_dictionaries(
    {
        "operator": st.sampled_from("abc"),
        "technology": st.sampled_from(list(COUNTS_FOR)),
        "download_mbits": st.sampled_from([5.0, 50.0, 1000.0]),
        "upload_mbits": st.sampled_from([None, 10.0, 100.0]),
        "households": st.one_of(st.none(), st.integers(0, 3)),
        "rollout": st.sampled_from(["existing", "planned"]),
        "usage": st.sampled_from([None, "Gewerbe", "privat"]),
    }
)
MATCHED = st.tuples(OFFER, st.integers(-1, 11))
SHARES = st.one_of(st.none(), st.integers(0, 10_000))
GRID_COLUMNS = [f"down_fn_{user}_{word}" for user in ("hh", "gew", "gwg") for word in ("alle_10", "alle_1000", "ftthb_10")]
GRID = st.dictionaries(CELLS, st.tuples(AGS, *(SHARES for _ in GRID_COLUMNS)), max_size=8)
Rows = list[tuple[int, str | None, int]]


def written(
    folder: Path,
    addresses: Rows,
    zensus: list[tuple[int | None, int, str | None]],
    offers: list[tuple[dict[str, object], int]],
    grid: dict[int, tuple[object, ...]],
) -> FixedFiles:
    """The tables of one Stand in files of small row groups; a Zensus cell or an address that is not there is none."""
    found = FixedFiles(*(str(folder / f"{name}.parquet") for name in FixedFiles.__dataclass_fields__))
    rows = [(cell, ags, at if at < len(zensus) else -1) for cell, ags, at in addresses]
    units = pa.array([None if z[0] is None else Decimal(z[0]) / 10_000 for z in zensus], pa.decimal128(18, 4))
    at = [m if 0 <= m < len(rows) else None for _, m in offers]
    cells = sorted(grid)
    tables = {
        found.address_places: pa.Table.from_pylist([dict(zip(ADDRESS_PLACES.names, r, strict=True)) for r in rows], ADDRESS_PLACES),
        found.zensus: pa.table({"households": units}),
        found.zensus_places: pa.Table.from_pylist([{"cell_id": z[1], "ags": z[2]} for z in zensus], ZENSUS_PLACES),
        found.offers: pa.Table.from_pylist([offer for offer, _ in offers], OFFERS),
        found.matches: pa.Table.from_pylist([{"address_row": m} for m in at], MATCHES),
        found.grid: pa.table(
            {"cell_id": pa.array(cells, pa.int32()), "ags": pa.array([grid[c][0] for c in cells], pa.string())}
            | {name: pa.array([grid[c][i] for c in cells], pa.int32()) for i, name in enumerate(GRID_COLUMNS, start=1)}
        ),
    }
    for path, table in tables.items():
        pq.write_table(table, path, row_group_size=3)
    return found


def same(folder: Path, files: FixedFiles, pool: Pool) -> bool:
    """Whether the parts give the bytes of the whole, and leave nothing behind."""
    tables, scratch = Tables(folder / "tables"), folder / "scratch"
    scratch.mkdir()
    whole = tables.write("whole", fixed_cells_of(files.read())).read_bytes()
    parts = tables.write("parts", fixed_cells(files, limits=LIMITS, pool=pool, scratch=scratch)).read_bytes()
    return parts == whole and not list(scratch.iterdir())


def a_town(folder: Path) -> FixedFiles:
    """Two cells of the 100 m grid that share a Zensus cell, an address of a third outside of the Land, one in no Zensus cell, an empty one.

    The Gemeinden come in another order than their AGS.
    """
    zensus = [(10_007, 100, "05112000"), (50_000, 101, "05112000"), (90_000, 104, "05111000")]
    addresses: Rows = [(101, "05111000", 0), (100, "05112000", 0), (100, "05112000", 0), (102, None, 1), (101, "05112000", 1)]
    addresses.append((101, "05112000", -1))
    known = {"operator": "a", "technology": "ftth", "download_mbits": 1000.0, "rollout": "existing", "usage": "Gewerbe"}
    offers: list[tuple[dict[str, object], int]] = [
        (known | {"households": 1}, 1),
        (known | {"operator": "b"}, 4),
        (known | {"operator": "b", "download_mbits": 50.0}, 0),
        (known, -1),
    ]
    return written(folder, addresses, zensus, offers, {100: ("05112000", *range(1, 10)), 104: ("05111000", *[5000] * 9)})


@settings(max_examples=12)
@given(st.lists(ADDRESS, max_size=12), st.lists(ZENSUS, max_size=5), st.lists(MATCHED, max_size=14), GRID, st.integers(2, 4))
def test_parts_of_the_fixed_line(
    addresses: Rows,
    zensus: list[tuple[int | None, int, str | None]],
    offers: list[tuple[dict[str, object], int]],
    grid: dict[int, tuple[object, ...]],
    parts: int,
) -> None:
    with tempfile.TemporaryDirectory() as name:
        files = written(Path(name), addresses, zensus, offers, grid)
        assert same(Path(name), files, Pool(Inline(), parts))


@pytest.mark.parametrize("parts", [2, 3, 40])
def test_a_town_in_parts(tmp_path: Path, parts: int) -> None:
    files = a_town(tmp_path)
    assert fixed_cells_of(files.read()).read_all().num_rows > 40
    assert same(tmp_path, files, Pool(Inline(), parts))


def test_a_part_reads_its_own_rows_and_those_that_share_its_households(tmp_path: Path) -> None:
    part = FixedPart(a_town(tmp_path), (100, 101), ("05112000", "05111000"), by_offers=True, by_grid=True, folder="", limits=LIMITS)
    found = inputs_of(part)
    assert found.address_places.to_pylist() == [
        {"cell_id": 101, "ags": None, "zensus_row": 0},
        {"cell_id": 100, "ags": "05112000", "zensus_row": 0},
        {"cell_id": 100, "ags": "05112000", "zensus_row": 0},
    ]
    assert found.zensus["households"].to_pylist() == [Decimal("1.0007")]
    assert sorted(zip(found.matches["address_row"].to_pylist(), found.offers["operator"].to_pylist(), strict=True)) == [(0, "b"), (1, "a")]
    assert found.grid["cell_id"].to_pylist() == [100]
