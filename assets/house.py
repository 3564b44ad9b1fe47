"""The one resource of all assets: which profile, which output folder, how much memory; and how a finished table is written down."""

import ctypes
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.atomic import scratch
from geodata.parts.workers import Pool, Workers
from geodata.profile import Profile, load_profile
from geodata.reading import Notes, Snapshot
from geodata.session import Limits
from geodata.tables import Tables, file_hash
from geodata.working_folder import WorkingFolder

BY_STAND = {"netzlage/by_stand": ""}
# A step of one Stand that reads a register of another: the whole of it is its input.
ALL_STANDS = dg.AllPartitionMapping()
# What hangs on the section [model] of the profile.
MODEL_TABLES = ("core_mobile_model__", "core_sites__")
# Steps that take gigabytes at real size: one of them at a time on a machine (`dagster.yaml`).
HEAVY = "schwer"
# What a step may use unless the environment says otherwise: with it the demo stays below 2 GB.
MEMORY_LIMIT, THREADS = "700MB", 2
NOTE_KINDS = ("quarantine", "warnings", "accounting")


@dataclass(frozen=True)
class Product:
    """What an asset made for one Stand (or once): its table, the notes of its readers, and inputs that are no tables."""

    table: pa.Table | gpd.GeoDataFrame | pa.RecordBatchReader
    notes: Notes | None = None
    metadata: Mapping[str, object] = field(default_factory=dict)
    outside_inputs: Mapping[str, str] = field(default_factory=dict)


class House(dg.ConfigurableResource):  # type: ignore[type-arg]  # generic in its own type, which is no use here
    """Where a run reads and writes. Paths resolve against the working directory."""

    profile_name: str = "demo"
    output: str = "output"
    url: str = ""
    memory_limit: str = MEMORY_LIMIT
    threads: int = THREADS
    workers: str = ""
    part_memory: str = ""
    vendor: str = "node_modules"
    offline: bool = False

    @cached_property
    def profile(self) -> Profile:
        """The profile of this run."""
        return load_profile(self.profile_name)

    @property
    def folder(self) -> Path:
        """The output folder."""
        return Path(self.output)

    @property
    def working(self) -> WorkingFolder:
        """The output folder and where it is stored, if anywhere."""
        return WorkingFolder(self.folder, self.url)

    @property
    def tables(self) -> Tables:
        """The tables between the steps."""
        return Tables(self.folder / "tables")

    @property
    def notes(self) -> Tables:
        """Quarantine, warnings and accounting of each reading step."""
        return Tables(self.folder / "notes")

    @property
    def store(self) -> Path:
        """The snapshots."""
        return self.folder / "snapshots"

    @property
    def demo(self) -> Path:
        """The generated demo files."""
        return self.folder / "demo"

    @property
    def limits(self) -> Limits:
        """What one DuckDB session may use."""
        return Limits(self.memory_limit, self.threads, self.folder / "spill")

    @property
    def _workers(self) -> Workers:
        return Workers.of(self.workers, self.part_memory)

    @contextmanager
    def parts(self) -> Iterator[tuple[Pool, Path]]:
        """Where heavy steps run, and a folder for what their parts read; it is gone at the end of the block."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # Below the output folder: other machines see it where they see the tables.
        with scratch(self.folder, "parts") as folder, self._workers.pool() as pool:
            yield pool, folder

    def snapshots(self, *names: str, stand: str | None = None) -> list[Snapshot]:
        """The files that the named raw assets hold, in the order of their names and paths."""
        rows = [r for name in names for r in pq.read_table(self.tables.path(name, stand)).to_pylist()]
        return [Snapshot(**(r | {"path": self.folder / r["path"], "options": json.loads(r["options"])})) for r in rows]

    def settings(self, name: str) -> dict[str, str]:
        """What of the profile, besides its files, a computed table hangs on; a raw one names its files itself."""
        if name.startswith("raw_"):
            return {}
        covers = sorted({(f.source, str(f.stand), f.covers) for f in self.profile.files if f.covers})
        found = {"profile": f"land {self.profile.land}, boundaries {self.profile.boundaries}, covers {covers}"}
        if name.startswith("out_targets__"):
            found["targets"] = " ".join(t.model_dump_json() for t in self.profile.own_targets)
        if name.startswith(MODEL_TABLES):
            path = self.profile.model.settings
            own = file_hash(Path(path)) if path and Path(path).is_file() else "none"
            found["model"] = f"{self.profile.model.model_dump_json()}, Stände {self.profile.modelled_stands}, settings {own}"
        return found

    def input_versions(self, deps: Mapping[str, bool], stand: str | None) -> dict[str, str]:
        """The data versions of the tables that a step reads: of its own Stand, of all Stände (`deps` says so), or of the one file."""
        versions = {}
        for dep, across in sorted(deps.items()):
            if not (self.tables.root / dep).is_dir():
                stands: list[str | None] = [None]
            elif stand and not across:
                stands = [stand]
            else:
                stands = [p.stem for p in self.tables.all_stands(dep)]
            for one in stands:
                found = self.tables.stamp(dep, one)
                versions[f"{dep}/{one}" if one else dep] = found.data_version if found else "absent"
        return versions


def deps_of(spec: dg.AssetSpec) -> dict[str, bool]:
    """The tables that an asset reads, and whether a step of one Stand reads all Stände of it."""
    return {d.asset_key.to_user_string(): isinstance(d.partition_mapping, dg.AllPartitionMapping) for d in spec.deps}


def produce(
    context: dg.AssetExecutionContext, house: House, make: Callable[[str | None], Product], *, publish: bool = False
) -> dg.MaterializeResult[None]:
    """Make, write and stamp the table of this asset for each Stand of the run (once for an asset without Stände).

    Of an output folder in an object store what a step made is stored at its end; with `publish` readers see it from then on.
    """
    stands: list[str | None] = list(context.partition_keys) if context.assets_def.partitions_def else [None]
    versions, total = [], 0
    with house.working.stored(publish=publish):
        for stand in stands:
            metadata, version, rows = _made(context, house, make, stand)
            versions.append(version)
            total += rows
            if stand:
                context.add_asset_metadata(metadata, partition_key=stand)
            else:
                context.add_asset_metadata(metadata)
    _give_back()
    return dg.MaterializeResult(
        data_version=dg.DataVersion("-".join(v[:16] for v in versions)) if versions else None, metadata={"dagster/row_count": total}
    )


def _made(
    context: dg.AssetExecutionContext, house: House, make: Callable[[str | None], Product], stand: str | None
) -> tuple[dict[str, dg.MetadataValue[Any]], str, int]:
    """Make one table; returns its metadata, its data version and the count of its rows."""
    name = context.asset_key.to_user_string()
    inputs = house.input_versions(deps_of(context.assets_def.specs_by_key[context.asset_key]), stand)
    product = make(stand)
    house.tables.write(name, product.table, stand)
    for kind in NOTE_KINDS:
        if product.notes:
            house.notes.write(f"{name}.{kind}", getattr(product.notes, kind), stand)
    code = context.assets_def.code_versions_by_key[context.asset_key]
    stamp = house.tables.set_stamp(
        name, stand, code_version=code or "", inputs=inputs | house.settings(name) | dict(product.outside_inputs)
    )
    rows = pq.read_metadata(house.tables.path(name, stand)).num_rows
    metadata = _metadata(product, stamp.data_version, house.tables.path(name, stand), rows) | _before(house, name, stand, rows)
    return metadata, stamp.data_version, rows


def _give_back() -> None:
    """Return to the system what this step no longer needs: kept for later, it adds up to half of what a run takes."""
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc; other systems have their own ways
    if trim:
        trim(0)


def _metadata(product: Product, version: str, path: Path, rows: int) -> dict[str, dg.MetadataValue]:
    table = product.table
    found: dict[str, object] = {"rows": rows, "sha256": version, "file": str(path)}
    if isinstance(table, gpd.GeoDataFrame):
        found["crs"] = table.crs.to_string() if table.crs else "keine"
    elif {"easting_m", "northing_m"} <= set(table.schema.names):
        found["crs"] = "EPSG:25832 (easting_m, northing_m)"
    if product.notes:
        found |= {kind: getattr(product.notes, kind).num_rows for kind in ("quarantine", "warnings")}
    schema = pq.read_schema(path)
    columns = dg.TableSchema([dg.TableColumn(f.name, str(f.type)) for f in schema])
    return {k: _shown(v) for k, v in (found | dict(product.metadata)).items()} | {
        "dagster/column_schema": dg.MetadataValue.table_schema(columns)
    }


def _shown(value: object) -> dg.MetadataValue[Any]:
    if isinstance(value, dg.MetadataValue):
        return value
    return dg.MetadataValue.int(value) if isinstance(value, int) else dg.MetadataValue.text(str(value))


def _before(house: House, name: str, stand: str | None, rows: int) -> dict[str, dg.MetadataValue[Any]]:
    """How many rows more or fewer than at the Stand before; nothing where there is none."""
    earlier = [p for p in house.tables.all_stands(name) if stand and p.stem < stand]
    if not earlier:
        return {}
    difference = rows - pq.read_metadata(earlier[-1]).num_rows
    return {f"rows since {earlier[-1].stem}": dg.MetadataValue.text(f"{difference:+d}")}
