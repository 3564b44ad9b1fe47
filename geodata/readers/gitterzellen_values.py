"""The shares of the Gitterzellen as they stream in: float percent becomes int32 hundredths, column by column. It refuses nothing itself."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geodata.reading import Ledger

WHOLE, HIGHEST = 100.0, 100.5  # rounding of the publisher: up to 100.39 in official files
HUNDREDTHS = 100
EXACT = 1e-6  # of a hundredth: what binary floating point leaves of a decimal
NULL = -1


class Shares:
    """The columns of all batches so far, and what was odd in them. Rows are counted from 0 over all batches.

    `out_of_range` and `no_numbers` name the first column and value of each row that must not be used; those values are null meanwhile.
    """

    def __init__(self, names: list[str], rows: int) -> None:
        """Make room for `rows` rows: one array per column, so that none is ever there twice."""
        self.out_of_range: dict[int, tuple[str, str]] = {}
        self.no_numbers: dict[int, tuple[str, str]] = {}
        self.names = names
        self.expected = rows
        self._columns = {n: np.full(rows, NULL, dtype="int32") for n in names}
        self.rows = 0
        self._filled: set[str] = set()
        self._above: dict[str, tuple[int, float]] = {}
        self._rounded = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Take over one batch; no more rows than were announced."""
        end = self.rows + batch.num_rows
        for name in self.names:
            column = self._numbers(name, batch.column(name))
            if column.null_count < len(column):
                self._filled.add(name)
                self._columns[name][self.rows : end] = self._hundredths(name, column)
        self.rows = end

    def equal(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Whether row `left[i]` holds the same as row `right[i]`, null being the same as null."""
        same = np.ones(len(left), dtype=bool)
        for column in self._columns.values():
            same &= column[left] == column[right]
        return same

    def release(self, name: str, rows: np.ndarray | None) -> pa.Array:
        """The finished column in the order of `rows` (None: as it came). Each column can be had once: its memory goes over."""
        column = self._columns.pop(name)
        if rows is not None:
            column = column[rows]
        there = column != NULL
        bits = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
        return pa.Array.from_buffers(pa.int32(), len(column), [bits, pa.py_buffer(column)])

    def warn(self, ledger: Ledger) -> None:
        """The warnings of the whole file: capped and rounded values, empty columns."""
        for name, (count, highest) in self._above.items():
            ledger.warn("share_capped", column=name, amount=round(highest - WHOLE, 2), count=count)
        if self._rounded:
            ledger.warn("shares_rounded", amount=float(self._rounded), count=self._rounded)
        empty = [n for n in self.names if n not in self._filled] if self.rows else []
        if empty:
            ledger.warn("columns_empty", amount=float(len(empty)), count=len(empty), columns=", ".join(empty))

    def _numbers(self, name: str, column: pa.Array) -> pa.Array:
        if pa.types.is_float64(column.type):
            return column
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            good = pc.match_substring_regex(column, r"^-?[0-9]{1,15}(\.[0-9]{1,15})?$")
            for i in np.flatnonzero(pc.fill_null(pc.invert(good), fill_value=False).to_numpy(zero_copy_only=False)):
                self.no_numbers.setdefault(self.rows + int(i), (name, column[int(i)].as_py()))
            column = pc.if_else(good, column, pa.scalar(None, column.type))
        return pc.cast(column, pa.float64(), safe=False)

    def _hundredths(self, name: str, column: pa.Array) -> np.ndarray:
        """Whole hundredths, NULL where nothing stands and where nothing usable does."""
        _, data = column.buffers()
        values = np.frombuffer(data, "float64")[column.offset : column.offset + len(column)]
        there = _valid(column)
        if not (values.min() >= 0 and values.max() <= WHOLE):
            values, there = self._judged(name, values, there)
        scaled = values * HUNDREDTHS
        whole = np.rint(scaled)
        scaled -= whole
        if scaled.max() > EXACT or scaled.min() < -EXACT:
            self._rounded += int(((np.abs(scaled) > EXACT) & there).sum())
        found: np.ndarray = whole.astype("int32")
        found[~there] = NULL
        return found

    def _judged(self, name: str, values: np.ndarray, there: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The values at most 100, and where one can be used; what is no share is noted for quarantine."""
        good = (values >= 0) & (values <= HIGHEST)  # false for NaN
        for i in np.flatnonzero(there & ~good):
            self.out_of_range.setdefault(self.rows + int(i), (name, str(values[i])))
        there = there & good
        above = values[there & (values > WHOLE)]
        if len(above):
            count, highest = self._above.get(name, (0, WHOLE))
            self._above[name] = (count + len(above), max(highest, float(above.max())))
        return np.where(there, np.minimum(values, WHOLE), 0.0), there


def _valid(column: pa.Array) -> np.ndarray:
    validity = column.buffers()[0]
    if validity is None or not column.null_count:
        return np.ones(len(column), dtype=bool)
    bits: np.ndarray = np.unpackbits(np.frombuffer(validity, "uint8"), bitorder="little", count=column.offset + len(column))
    there: np.ndarray = bits[column.offset :].view(bool)
    return there
