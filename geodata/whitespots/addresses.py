"""Which addresses are below a threshold set: today, after what is announced, and without what is funded. No sums and no clusters here."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geodata.fixed.addresses import EXISTING
from geodata.supply import years_later
from geodata.thresholds import Bools, Supply, ThresholdSet, judge

YEARS = 3
FIBRE = ("ftth", "fttb", "fttb_h")
WORD = pa.dictionary(pa.int32(), pa.string())
ADDRESSES = pa.schema(
    [
        ("threshold_set", WORD),
        ("address_row", pa.int32()),
        ("ags", WORD),
        ("cell_id", pa.int32()),
        ("units", pa.int64()),
        ("person_units", pa.int64()),
        ("is_below_prospective", pa.bool_()),
        ("is_fundable", pa.bool_()),
        ("origin", WORD),
        ("visibility", WORD),
    ]
)


@dataclass(frozen=True)
class Standing:
    """Where every address stands to one set. `below` ⊇ `prospective` ⊇ `fundable`; `unknown`: nothing is known of its supply."""

    below: Bools
    prospective: Bools
    fundable: Bools
    unknown: Bools
    covered: Bools
    # Below what has been announced too, whatever its supply today; without those in funding areas: the addresses of the clusters.
    chainable: Bools


@dataclass(frozen=True)
class Lines:
    """What can be booked at each address today, and with what is announced; whether it lies in an area with a final funding decision."""

    existing: Supply
    prospective: Supply
    funded: Bools


def lines_of(supply: pa.Table, fibre: tuple[Bools, Bools]) -> Lines:
    """The lines of `core_addresses__supply`; `fibre`: existing and prospective, see `fibre_at`."""
    return Lines(
        _supply(supply, "existing", fibre[0]), _supply(supply, "prospective", fibre[1]), supply["funding_id"].is_valid().to_numpy()
    )


def _supply(table: pa.Table, when: str, fibre: Bools) -> Supply:
    down, up, both = (pc.fill_null(table[f"{when}_{s}_mbits"].cast(pa.float64()), np.nan).to_numpy() for s in ("down", "up", "symmetric"))
    return Supply(down, up, both, fibre)


def fibre_at(offers: pa.Table, row: np.ndarray, addresses: int, *, stand: dt.date) -> tuple[Bools, Bools]:
    """Whether there is fibre at each address, existing and with what is announced for three years; `row`: address of each offer, −1 = none.

    The best line of an address may be another one, so this is asked of all offers.
    """
    is_fibre = pc.is_in(offers["technology"].cast(pa.string()), value_set=pa.array(FIBRE)).to_numpy()
    existing = pc.equal(offers["rollout"].cast(pa.string()), EXISTING).to_numpy()
    until = offers["planned_until"]
    soon = pc.and_(pc.greater_equal(until, pa.scalar(stand)), pc.less_equal(until, pa.scalar(years_later(stand, YEARS))))
    counts = existing | pc.fill_null(soon, fill_value=False).to_numpy()
    found = []
    for chosen in (existing, counts):
        has = np.zeros(addresses, dtype=bool)
        has[row[chosen & is_fibre & (row >= 0)]] = True
        found.append(has)
    return found[0], found[1]


def standing(lines: Lines, chosen: ThresholdSet) -> Standing:
    """Where every address stands to `chosen`. What is announced counts only where it lifts an address out of the set."""
    now, then = judge(lines.existing, chosen), judge(lines.prospective, chosen)
    prospective = now.below & ~then.covered
    return Standing(
        below=now.below,
        prospective=prospective,
        fundable=prospective & ~lines.funded,
        unknown=now.unknown,
        covered=now.covered,
        chainable=then.below & ~lines.funded,
    )


def address_table(supply: pa.Table, persons: npt.NDArray[np.int64], found: Sequence[tuple[ThresholdSet, Standing]]) -> pa.Table:
    """ADDRESSES: one row per set and address below it today, by set and address. `persons`: ten-thousandths per address, −1 = no figure."""
    coded = {name: _coded(supply[name]) for name in ("ags", "origin", "visibility")}
    parts = [ADDRESSES.empty_table()]
    for number, (_, at) in enumerate(found):
        rows = np.flatnonzero(at.below)
        taken = pa.array(rows)
        columns = {
            "threshold_set": pa.DictionaryArray.from_arrays(pa.array(np.full(len(rows), number), pa.int32()), [s.name for s, _ in found]),
            "address_row": pa.array(rows, pa.int32()),
            "cell_id": supply["cell_id"].take(taken),
            "units": supply["units"].take(taken),
            "person_units": pa.array(persons[rows], mask=persons[rows] < 0),
            "is_below_prospective": pa.array(at.prospective[rows]),
            "is_fundable": pa.array(at.fundable[rows]),
        } | {name: column.take(taken) for name, column in coded.items()}
        parts.append(pa.table({name: columns[name] for name in ADDRESSES.names}).cast(ADDRESSES))
    return pa.concat_tables(parts).unify_dictionaries().combine_chunks()


def _coded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    whole = column.combine_chunks()
    return whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
