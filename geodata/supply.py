"""What is offered at each address: the best existing and the best announced line over all operators. It judges no threshold.

A threshold that asks for a speed both ways ("symmetric") is a matter of one offer: the best download and the best upload of an address may
belong to different ones. So the best `min(down, up)` of any single offer is kept beside the best of each direction.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geodata.fixed.addresses import EXISTING
from geodata.fixed.households import per_address
from geodata.fixed.measures import COUNTS_FOR
from geodata.fixed.stand import delivered

YEARS_AHEAD = 3
WORD = pa.dictionary(pa.int32(), pa.string())
FIBRE = ("ftth", "fttb", "fttb_h")
SPEEDS = ("down_mbits", "up_mbits", "symmetric_mbits")
SUPPLY = pa.schema(
    [
        *((f"existing_{speed}", pa.float64()) for speed in SPEEDS),
        *((f"prospective_{speed}", pa.float64()) for speed in SPEEDS),
        ("existing_technology", WORD),
        ("existing_operator", WORD),
        ("existing_file", WORD),
        *((f"announced_{speed}", pa.float64()) for speed in SPEEDS),
        ("announced_technology", WORD),
        ("announced_operator", WORD),
        ("announced_until", pa.date32()),
        ("announced_file", WORD),
        ("existing_is_fibre", pa.bool_()),
        ("prospective_is_fibre", pa.bool_()),
        ("is_reported", pa.bool_()),
        ("units", pa.int64()),
        ("cell_id", pa.int32()),
        ("ags", pa.string()),
        ("funding_id", WORD),
        ("origin", WORD),
        ("visibility", WORD),
    ]
)


@dataclass(frozen=True)
class Addresses:
    """Row by row beside the register: `places` (`cell_id`, `ags`, `zensus_row`) and `funding` ids; `cell_units` per Zensus cell."""

    places: pa.Table
    cell_units: np.ndarray
    funding: pa.Array


@dataclass(frozen=True)
class Deliveries:
    """What all deliveries of a Stand have in common; `covers`: beginnings of the AGS that they speak of."""

    stand: dt.date
    covers: Sequence[str]
    origin: str
    visibility: str


def supply(offers: pa.Table, matches: pa.Table, addresses: Addresses, deliveries: Deliveries) -> pa.Table:
    """SUPPLY, row by row beside the register; empty where no offers are delivered. `matches` runs row by row beside `offers`.

    Where the deliveries cover the area, an address without an offer has 0 Mbit/s; elsewhere it is unknown (null). An upload is null where
    none of the offers names one. Announced is what is under construction or planned until a day from the Stand to three years later; an
    announcement without a day is none. Prospective is the better of existing and announced.
    """
    if not offers.num_rows:
        return SUPPLY.empty_table()
    count = addresses.places.num_rows
    row = pc.fill_null(matches["address_row"], -1).to_numpy()
    announced = _within(offers, deliveries.stand)
    existing = pc.equal(offers["rollout"].cast(pa.string()), EXISTING).to_numpy()
    ranked = _ranked(offers)
    first, then = (_best(ranked, row, chosen, count) for chosen in (existing, announced))
    speeds = {name: _speeds(offers, row, chosen, count) for name, chosen in (("existing", existing), ("announced", announced))}
    reported = np.isfinite(speeds["existing"][0]) | np.isfinite(speeds["announced"][0])
    known = reported | _covered(addresses.places["ags"], deliveries.covers)
    nothing = known & ~np.isfinite(speeds["existing"][0])
    found: dict[str, pa.Array] = {}
    for i, speed in enumerate(SPEEDS):
        now = np.where(nothing, 0.0, speeds["existing"][i])
        found[f"existing_{speed}"] = _nullable(now)
        found[f"announced_{speed}"] = _nullable(speeds["announced"][i])
        found[f"prospective_{speed}"] = _nullable(np.fmax(now, speeds["announced"][i]))
    for name, table in (("existing", first), ("announced", then)):
        found |= {f"{name}_{column}": table[key] for column, key in (("technology",) * 2, ("operator",) * 2, ("file", "source_file"))}
    households = per_address(addresses.places["zensus_row"].to_numpy(), addresses.cell_units, delivered(offers, row, count))
    found |= {
        "announced_until": then["planned_until"],
        "existing_is_fibre": _fibre(offers, row, existing, count),
        "prospective_is_fibre": _fibre(offers, row, existing | announced, count),
        "is_reported": pa.array(known),
        "units": pa.array(households, mask=households < 0),
        "cell_id": addresses.places["cell_id"],
        "ags": addresses.places["ags"],
        "funding_id": addresses.funding,
        "origin": pa.repeat(deliveries.origin, count),
        "visibility": pa.repeat(deliveries.visibility, count),
    }
    return pa.table({name: found[name] for name in SUPPLY.names}).cast(SUPPLY)


def _within(offers: pa.Table, stand: dt.date) -> np.ndarray:
    until = offers["planned_until"]
    day = pc.and_(pc.greater_equal(until, pa.scalar(stand)), pc.less_equal(until, pa.scalar(years_later(stand, YEARS_AHEAD))))
    coming = pc.and_(pc.not_equal(offers["rollout"].cast(pa.string()), EXISTING), pc.fill_null(day, fill_value=False))
    return np.asarray(coming.to_numpy(), dtype=bool)


def years_later(day: dt.date, years: int) -> dt.date:
    """The same day some years later; the 29th of February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True)
class _Ranked:
    """The distinct kinds of offers, worst first, and the rank of each offer among them."""

    kinds: pa.Table
    rank: np.ndarray


def _ranked(offers: pa.Table) -> _Ranked:
    """Better is the faster download, then the faster upload; then, so that it is always the same: technology, day, operator, file."""
    names = ["download_mbits", "upload_mbits", "technology", "planned_until", "operator", "source_file"]
    code = np.zeros(offers.num_rows, dtype=np.int64)
    for name in names:
        coded = pc.dictionary_encode(offers[name].combine_chunks(), null_encoding="encode")
        coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
        code = code * len(coded.dictionary) + coded.indices.to_numpy()
        code = pa.array(code).dictionary_encode().indices.to_numpy().astype("int64")
    first = np.zeros(int(code.max()) + 1, dtype=np.int64)
    first[code[::-1]] = np.arange(len(code))[::-1]
    kinds = offers.select(names).take(pa.array(first))
    order = pc.index_in(kinds["technology"].cast(pa.string()), value_set=pa.array(list(COUNTS_FOR)))
    plain = pa.table(
        {
            "down": kinds["download_mbits"],
            "up": pc.fill_null(kinds["upload_mbits"].cast(pa.float64()), -1.0),
            "technology": order,
            "until": pc.fill_null(kinds["planned_until"].cast(pa.int32()), 2**31 - 1),
            "operator": kinds["operator"].cast(pa.string()),
            "file": kinds["source_file"].cast(pa.string()),
        }
    )
    ascending = ("down", "up")
    keys = [(name, "ascending" if name in ascending else "descending") for name in plain.column_names]
    sorted_ = pc.sort_indices(plain, sort_keys=keys).to_numpy()
    rank = np.empty(len(sorted_), dtype=np.int64)
    rank[sorted_] = np.arange(len(sorted_))
    return _Ranked(kinds.take(pa.array(sorted_)), rank[code])


def _best(ranked: _Ranked, row: np.ndarray, chosen: np.ndarray, count: int) -> pa.Table:
    """Per address the best kind among the `chosen` offers; nulls where there is none."""
    best = np.full(count, -1, dtype=np.int64)
    own = chosen & (row >= 0)
    np.maximum.at(best, row[own], ranked.rank[own])
    return ranked.kinds.take(pa.array(best, mask=best < 0))


def _speeds(offers: pa.Table, row: np.ndarray, chosen: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per address the best download, upload and the best of what one offer has both ways; NaN where no offer says."""
    own = chosen & (row >= 0)
    down, up = (pc.fill_null(offers[f"{d}load_mbits"].cast(pa.float64()), float("nan")).to_numpy()[own] for d in ("down", "up"))
    found = []
    for values in (down, up, np.minimum(down, up)):
        best = np.full(count, np.nan)
        np.fmax.at(best, row[own], values)
        found.append(best)
    return found[0], found[1], found[2]


def _fibre(offers: pa.Table, row: np.ndarray, chosen: np.ndarray, count: int) -> np.ndarray:
    """Whether one of the chosen offers is fibre to the building; not every address has it as its fastest line."""
    fibre = pc.is_in(offers["technology"].cast(pa.string()), value_set=pa.array(FIBRE)).to_numpy()
    found = np.zeros(count, dtype=bool)
    found[row[chosen & (row >= 0) & fibre]] = True
    return found


def _covered(ags: pa.ChunkedArray, covers: Sequence[str]) -> np.ndarray:
    coded = ags.combine_chunks().dictionary_encode()
    inside = [key is not None and key.startswith(tuple(covers)) for key in coded.dictionary.to_pylist()]
    return np.asarray(np.append(inside, [False]).astype(bool)[coded.indices.fill_null(-1).to_numpy()])


def _nullable(values: np.ndarray) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))
