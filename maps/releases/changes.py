"""What a release says that the one before it did not: old, new, difference and cause for each area. It reads figures and writes none."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from geodata import facts
from geodata.session import Limits, query, session

# The Breitbandatlas counts otherwise since 2022.
METHOD_BREAK_AFTER = dt.date(2021, 12, 31)
# Of several ways to one figure the leading one is what the pages show.
METHODS = list(facts.METHODS)
CAUSES = ("new", "dropped", "boundary_edition", "method", "denominator", "correction", "real_change", "unchanged")


def figures(files: Sequence[Path], *, land: str, edition: str, limits: Limits) -> pa.Table:
    """The leading public figures of a run, in a fixed order: small enough to be kept with each release."""
    with session(limits) as con:
        return query(con, "release_figures", facts=list(files), land=land, boundary_edition=edition, methods=METHODS)


def changes(new: Path, old: Path | None, *, limits: Limits) -> pa.Table:
    """Each figure of the file `new` against the file `old`; without it (a first release), against the Stand before it in `new` itself."""
    with session(limits) as con:
        return query(con, "release_changes", new=new, old=old or new, same=old is None, break_after=METHOD_BREAK_AFTER)
