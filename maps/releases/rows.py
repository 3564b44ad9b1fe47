"""The rows of the downloads of a finished site against the tables of the run: Parquet by its rows, CSV by its figures and their areas."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from geodata.gate import Gate
from geodata.messages import sentence
from geodata.session import Limits, query, session
from maps.downloads import Download

Tables = Mapping[str, Sequence[Path]]
PARQUET = ".parquet"
AREA = "ags"
COMPARED = {"visibility", "stand"}


def missing_rows(folder: Path, downloads: Sequence[Download], tables: Tables, gate: Gate) -> list[str]:
    """Downloads of whole tables whose public rows are not those of the tables of the run."""
    found, counted = [], dict.fromkeys(tables, 0)
    for one in downloads:
        if one.path.endswith(PARQUET) and one.table in tables:
            counted[one.table] += pq.read_metadata(folder / one.path).num_rows
    for name, files in sorted(tables.items()):
        expected = 0
        for path in files:
            columns = [c for c in ("visibility", "source_id", "stand") if c in pq.read_schema(path).names]
            rows = gate.public_rows(name, pq.read_table(path, columns=columns or None))
            dated = path.parent.name != name and "stand" in rows.column_names and not name.startswith("out_run__")
            expected += rows.num_rows - (rows["stand"].null_count if dated else 0)
        if counted[name] != expected:
            found.append(sentence("site_figures_differ", page=f"daten/…/{name}", found=counted[name], expected=expected))
    return found


def changed_rows(site: Path, downloads: Sequence[Download], tables: Tables, limits: Limits) -> list[str]:
    """Sentences on the tables whose downloads hold other rows than those of the run: all tables by Stand that say what is public."""
    found = []
    with session(limits) as con:
        for name, files in sorted(tables.items()):
            offered = [site / d.path for d in downloads if d.table == name and d.path.endswith(PARQUET)]
            if not offered or not set(pq.read_schema(offered[0]).names) >= COMPARED:
                continue
            own, copy = (query(con, "site_rows", files=some).to_pylist() for some in (files, offered))
            if own != copy:
                found.append(sentence("site_rows_differ", page=f"daten/…/{name}"))
    return found


def changed_texts(site: Path, downloads: Sequence[Download]) -> list[str]:
    """Sentences on the CSV files whose rows, areas or figures are not those of the Parquet file of the same table and Stand."""
    parquet = {(d.table, d.stand): d.path for d in downloads if d.path.endswith(PARQUET)}
    texts = [d for d in downloads if d.path.endswith((".csv", ".csv.gz"))]
    return [text for d in texts for text in _text_that_differs(site, d.path, parquet[d.table, d.stand])]


def _text_that_differs(site: Path, path: str, parquet: str) -> list[str]:
    schema = pq.read_schema(site / parquet)
    types = {f.name: f.type for f in schema if f.name == AREA or _is_figure(f.type)} or {schema.field(0).name: schema.field(0).type}
    names = list(types)
    options = pa_csv.ConvertOptions(
        include_columns=names, column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
    )
    try:
        found = pa_csv.read_csv(site / path, convert_options=options)
    except (pa.ArrowInvalid, pa.ArrowKeyError, OSError) as error:
        return [sentence("site_file_unreadable", page=path, found=str(error))]
    expected = pq.read_table(site / parquet, columns=names)
    if found.num_rows != expected.num_rows:
        return [sentence("site_figures_differ", page=path, found=found.num_rows, expected=expected.num_rows)]
    changed = [name for name in names if not found[name].equals(expected[name])]
    return [_first_difference(path, name, found[name].to_pylist(), expected[name].to_pylist()) for name in changed]


def _first_difference(path: str, name: str, found: Iterable[object], expected: Iterable[object]) -> str:
    pairs = enumerate(zip(found, expected, strict=True), start=1)
    row, (shown, right) = next((row, pair) for row, pair in pairs if pair[0] != pair[1])
    return sentence("site_figure_wrong", page=path, what=f"{name} [{row}]", found=shown, expected=right)


def _is_figure(kind: pa.DataType) -> bool:
    return any(is_one(kind) for is_one in (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal))
