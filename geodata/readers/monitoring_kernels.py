"""The compiled loop of the Monitoring grid: bytes of whole lines into cells and counts. It says which lines it cannot read, not why."""

import numpy as np
from numba import njit

UNREAD = -1  # a count that is empty; a key that is none
NEWLINE, RETURN, SPACE, TAB, QUOTE, ZERO, NINE = 10, 13, 32, 9, 34, 48, 57
KEY_BYTES, AT_ROW, AT_E, AT_COLUMN = 15, 5, 10, 11
COLUMNS = 10_000
PREFIX = np.frombuffer(b"100mN", np.uint8)
LETTER_E = 69
MOST_COUNTS = 16


@njit(cache=True, nogil=True)
def _cell(block: np.ndarray, left: int, right: int) -> int:
    """The cell_id of `100mN52682E3982`; UNREAD for any other text."""
    if right - left != KEY_BYTES or block[left + AT_E] != LETTER_E:
        return UNREAD
    for i in range(AT_ROW):
        if block[left + i] != PREFIX[i]:
            return UNREAD
    row, column = 0, 0
    for i in range(AT_ROW, AT_E):
        if block[left + i] < ZERO or block[left + i] > NINE:
            return UNREAD
        row = row * 10 + (block[left + i] - ZERO)
    for i in range(AT_COLUMN, KEY_BYTES):
        if block[left + i] < ZERO or block[left + i] > NINE:
            return UNREAD
        column = column * 10 + (block[left + i] - ZERO)
    return row * COLUMNS + column


@njit(cache=True, nogil=True)
def _blank(byte: int) -> bool:
    return byte in (SPACE, TAB)


@njit(cache=True, nogil=True)
def scan(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  # one pass over the bytes: calls and objects would cost more than the work
    block: np.ndarray,
    start: int,
    delimiter: int,
    roles: np.ndarray,
    highest: int,
    frame: np.ndarray,
    wanted: np.ndarray,
    corner: np.ndarray,
    cells: np.ndarray,
    counts: np.ndarray,
    rows: np.ndarray,
    odd: np.ndarray,
) -> tuple[int, int, int, int]:
    """Read lines from `start` on; the position where it stopped, lines, cells of the Land, odd lines.

    `roles`: per column 0 for the key, n for count n - 1, -1 for what is not read. `frame`: lowest and highest row and column of a plausible
    cell. `wanted`: the Land's cells, south-west cell first, `corner` its row and column. Filled: `cells`, `counts` and `rows` (lines of
    this call, from 0) for cells of the Land; `odd` (line, first byte, end) for lines that cannot be read. It stops where `odd` is full.
    """
    width, size = len(roles), len(block)
    at, lines, kept, bad = start, 0, 0, 0
    values = np.empty(MOST_COUNTS, np.int8)
    while at < size:
        if block[at] in (NEWLINE, RETURN):
            at += 1
            continue
        if bad == len(odd):
            break
        begin, field, good, cell = at, 0, True, UNREAD
        while True:
            left = at
            while at < size and block[at] != delimiter and block[at] != NEWLINE and block[at] != RETURN:
                at += 1
            right = at
            while left < right and _blank(block[left]):
                left += 1
            while right > left and _blank(block[right - 1]):
                right -= 1
            if right - left > 1 and block[left] == QUOTE and block[right - 1] == QUOTE:
                left, right = left + 1, right - 1
            role = roles[field] if field < width else UNREAD
            if field >= width:
                good = good and field == width and left == right
            elif role == 0:
                cell = _cell(block, left, right)
            elif role > 0:
                if left == right:
                    values[role - 1] = UNREAD
                elif right - left == 1 and ZERO <= block[left] <= ZERO + highest:
                    values[role - 1] = block[left] - ZERO
                else:
                    good = False
            else:
                for i in range(left, right):
                    good = good and block[i] != QUOTE
            field += 1
            if at >= size or block[at] != delimiter:
                break
            at += 1
        row, column = cell // COLUMNS, cell % COLUMNS
        good = good and field >= width and cell != UNREAD
        if not (good and frame[0] <= row <= frame[1] and frame[2] <= column <= frame[3]):
            odd[bad, 0], odd[bad, 1], odd[bad, 2] = lines, begin, at
            bad += 1
        else:
            row, column = row - corner[0], column - corner[1]
            if 0 <= row < wanted.shape[0] and 0 <= column < wanted.shape[1] and wanted[row, column]:
                cells[kept], rows[kept] = cell, lines
                for i in range(counts.shape[1]):
                    counts[kept, i] = values[i]
                kept += 1
        lines += 1
    return at, lines, kept, bad
