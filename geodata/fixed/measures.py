"""The measures of the fixed line: technologies, directions and classes, in the order in which every array of this package has them."""

import numpy as np
import pyarrow as pa

TECHNOLOGIES = ("any", "fttb_h", "ftth", "fttb", "hfc", "fttc", "other")
DIRECTIONS = ("down", "up")
CLASSES = (10, 16, 30, 50, 100, 200, 400, 1000)
UNITS = 10_000  # households are counted in ten-thousandths, as whole numbers
AMOUNT = pa.decimal32(9, 4)  # up to 99,999 households a cell; four bytes, for there are tens of millions of rows
WORD = pa.dictionary(pa.int8(), pa.string())
AGS = pa.dictionary(pa.int32(), pa.string())
COVERED = tuple(f"covered_{mbits}" for mbits in CLASSES)
# Which technologies an offer of one kind counts for.
COUNTS_FOR = {
    "ftth": ("any", "fttb_h", "ftth"),
    "fttb": ("any", "fttb_h", "fttb"),
    "fttb_h": ("any", "fttb_h"),
    "hfc": ("any", "hfc"),
    "fttc": ("any", "fttc"),
    "other": ("any", "other"),
}
FIXED_CELLS = pa.schema(
    [
        ("method", WORD),
        ("rollout", WORD),
        ("subject", WORD),
        ("technology", WORD),
        ("direction", WORD),
        ("cell_id", pa.int32()),
        ("ags", AGS),
        ("total", AMOUNT),
        *((name, AMOUNT) for name in COVERED),
    ]
)


def class_codes(mbits: np.ndarray) -> np.ndarray:
    """How many of the classes a speed (Mbit/s) reaches, 0 to 8; a missing speed (NaN) reaches none."""
    known = np.where(np.isnan(mbits), -1.0, mbits)
    return np.searchsorted(np.array(CLASSES, dtype="float64"), known, side="right").astype("uint8")


def membership() -> np.ndarray:
    """A table of bools: row = kind of offer in the order of `COUNTS_FOR`, column = technology it counts for."""
    return np.array([[t in counted for t in TECHNOLOGIES] for counted in COUNTS_FOR.values()])


def amounts(units: np.ndarray) -> pa.Array:
    """Whole ten-thousandths as DECIMAL(9, 4), exactly; OverflowError for what it does not hold."""
    if len(units) and not -(10**9) < int(units.min()) <= int(units.max()) < 10**9:
        raise OverflowError(int(np.abs(units).max()))
    return pa.Array.from_buffers(AMOUNT, len(units), [None, pa.py_buffer(np.ascontiguousarray(units, dtype="<i4"))])


def rows(keys: dict[str, str], cell_id: np.ndarray, ags: pa.DictionaryArray, total: np.ndarray, covered: np.ndarray) -> pa.Table:
    """A part of FIXED_CELLS: `keys` hold for every row; `total` and `covered[row, class]` are whole ten-thousandths."""
    same = pa.array(np.zeros(len(cell_id), dtype="int8"))
    columns: dict[str, pa.Array] = {name: pa.DictionaryArray.from_arrays(same, [text]) for name, text in keys.items()}
    columns |= {"cell_id": pa.array(cell_id, pa.int32()), "ags": ags, "total": amounts(total)}
    columns |= {name: amounts(covered[:, i]) for i, name in enumerate(COVERED)}
    return pa.table(columns, schema=FIXED_CELLS)
