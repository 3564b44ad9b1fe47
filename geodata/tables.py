"""Where the tables of a run lie: one Parquet file each, per Stand where it follows the Stände, written whole or not at all.

Beside each file lies its stamp: the hash of its bytes, the version of the code and of every input it was made of.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj

from geodata.atomic import replaced
from geodata.cells import CRS

# Once a text of the older kind (WKT 1) was read, PROJ describes this CRS in other words for the rest of the thread: the same table
# would have other bytes. A CRS made of its full description is described by it for ever.
_CRS = pyproj.CRS.from_json(pyproj.CRS(CRS).to_json())


@dataclass(frozen=True)
class Stamp:
    """What a table was made of. `data_version` is the sha256 of its file, `inputs` names each input's data version."""

    data_version: str
    code_version: str
    inputs: dict[str, str]


@dataclass(frozen=True)
class Tables:
    """The tables below `root`."""

    root: Path

    def path(self, name: str, stand: str | None = None) -> Path:
        """The file of a table: `name.parquet`, or `name/<stand>.parquet` for a table that follows the Stände."""
        return self.root / name / f"{stand}.parquet" if stand else self.root / f"{name}.parquet"

    def all_stands(self, name: str) -> list[Path]:
        """The files of a table that follows the Stände, ascending by Stand."""
        return sorted((self.root / name).glob("????-??-??.parquet"))

    def newest_filled(self, name: str, stand: str | None) -> Path:
        """The newest file with rows at or before `stand`, else the oldest with rows, else the file of `stand` itself.

        For registers that come less often than what is held against them.
        """
        filled = [p for p in self.all_stands(name) if pq.read_metadata(p).num_rows]
        before = [p for p in filled if stand is None or p.stem <= stand]
        return before[-1] if before else filled[0] if filled else self.path(name, stand)

    def write(self, name: str, table: pa.Table | gpd.GeoDataFrame | pa.RecordBatchReader, stand: str | None = None) -> Path:
        """Write one table whole, or batch by batch as a reader gives them; an earlier file stays until the new one is complete."""
        path = self.path(name, stand)
        with replaced(path) as part:
            if isinstance(table, gpd.GeoDataFrame):
                if table.crs == _CRS:
                    table.set_crs(_CRS, inplace=True, allow_override=True)
                table.to_parquet(part, index=False, compression="zstd", schema_version="1.1.0")
            elif isinstance(table, pa.RecordBatchReader):
                with pq.ParquetWriter(part, table.schema, compression="zstd", store_decimal_as_integer=True) as writer:
                    for batch in table:
                        writer.write_batch(batch)
            else:
                pq.write_table(table, part, compression="zstd")
        return path

    def stamp(self, name: str, stand: str | None = None) -> Stamp | None:
        """The stamp of a table; None where there is none, or where the file is not the one that was stamped."""
        path = self.path(name, stand)
        try:
            found = Stamp(**json.loads(_stamp_path(path).read_text("utf-8")))
        except (FileNotFoundError, json.JSONDecodeError, TypeError):
            return None
        return found if path.is_file() and file_hash(path) == found.data_version else None

    def set_stamp(self, name: str, stand: str | None, *, code_version: str, inputs: dict[str, str]) -> Stamp:
        """Stamp the file that lies there now."""
        path = self.path(name, stand)
        stamp = Stamp(file_hash(path), code_version, inputs)
        with replaced(_stamp_path(path)) as part:
            part.write_text(json.dumps(stamp.__dict__, sort_keys=True, indent=1), "utf-8")
        return stamp


def file_hash(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal; read once while the file stays the same to the file system."""
    seen = path.stat()
    return _hash_of(path.resolve(), seen.st_ino, seen.st_size, seen.st_mtime_ns)


@lru_cache(2**14)
def _hash_of(path: Path, *_: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _stamp_path(path: Path) -> Path:
    return path.with_suffix(".stamp.json")
