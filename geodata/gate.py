"""The gate before everything public: which rows of a table may pass, and why the rest may not. It writes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from geodata.catalogue import Source
from geodata.errors import NetzlageError

PUBLIC = "public"
PUBLISHABLE = {"allowed", "share-alike"}
SHOWN = 10
# Lists of files name a source as it is, of which no figure is published: internal ones are left out by their visibility alone.
LISTS = {"out_run__sources", "out_run__accounting", "out_run__warnings"}


@dataclass(frozen=True)
class Gate:
    """What a run knows of its sources: `public` may be seen, `forbidden` must not be published whatever the profile says of it."""

    public: frozenset[str]
    forbidden: frozenset[str]

    @classmethod
    def of(cls, sources: pa.Table, catalogue: Mapping[str, Source]) -> "Gate":
        """From the rows of out_run__sources. A source is public where all its files are; a demo file is nobody's and forbids nothing."""
        rows = sources.select(["source_id", "origin", "visibility"]).to_pylist()
        private = {r["source_id"] for r in rows if r["visibility"] != PUBLIC}
        official = {r["source_id"] for r in rows if r["origin"] != "demo"}
        return cls(
            frozenset(r["source_id"] for r in rows) - private,
            frozenset(s for s in official if catalogue[s].publication not in PUBLISHABLE),
        )

    def public_rows(self, name: str, table: pa.Table) -> pa.Table:
        """The rows that may be seen: those that say so by `visibility`, or whose `source_id` is public; a table with neither has none."""
        if "visibility" in table.column_names:
            kept = table.filter(pc.equal(table["visibility"], PUBLIC))
        elif "source_id" in table.column_names:
            kept = table.filter(pc.is_in(table["source_id"], pa.array(sorted({*self.public, ""}), pa.string())))
        else:
            kept = table.slice(0, 0)
        self.check(name, kept)
        return kept

    def check(self, name: str, table: pa.Table) -> None:
        """Raise NetzlageError with the list of what may not be published in a table that is about to be."""
        if found := self.refused(name, table):
            raise NetzlageError("publication_refused", table=name, count=len(found), found="; ".join(found[:SHOWN]))

    def refused(self, name: str, table: pa.Table) -> list[str]:
        """What of a table may not be published, one text for each visibility, and each source whose licence forbids it."""
        found = []
        if "visibility" in table.column_names:
            for value, rows in _counts(table["visibility"]):
                if value != PUBLIC:
                    found.append(f"visibility = {value} ({rows})")
        if "source_id" in table.column_names and name not in LISTS:
            for value, rows in _counts(table["source_id"]):
                forbidden = sorted(self.forbidden & set(_ids(value)))
                found += [f"{source} ({rows})" for source in forbidden]
        return found


def _counts(column: pa.ChunkedArray) -> Iterable[tuple[str | None, int]]:
    counted = pc.value_counts(column.combine_chunks()).to_pylist()
    return sorted(((c["values"], c["counts"]) for c in counted), key=lambda pair: str(pair[0]))


def _ids(value: str | None) -> list[str]:
    """The sources that a value names: a row made of several names them with commas or plus signs between."""
    return [] if value is None else value.replace("+", ",").replace(" ", "").split(",")
