"""The benchmark `scale` with a fiftieth of its rows: to see that it works. Its figures say nothing about Germany."""

from benchmarks import scale
from benchmarks.run import Row


def rows() -> list[Row]:
    """As `scale`."""
    return scale.rows(1 / 50)
