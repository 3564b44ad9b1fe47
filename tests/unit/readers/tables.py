"""Small Breitbandatlas tables in exactly the published form."""

from pathlib import Path

from geodata.catalogue import load_catalogue
from geodata.readers.breitbandatlas_wide import measure

KREISE = ("05111", "05112", "05113")
GEMEINDEN = ("05111000", "05112000", "05113000")
STAND = "2021-06-30"


def falling(column: str) -> str:
    """A value for a column that falls with its class, so that no class exceeds a lower one."""
    found = measure(column)
    return f"{100 - (found.min_mbits if found else 0) / 20:.2f}"


def kreis_rows(columns: tuple[str, ...], keys: tuple[str, ...] = (*KREISE, "01001")) -> list[list[str]]:
    """One row per Kreis; 01001 lies outside the Land."""
    return [[f'"{key}"' if c == "ags" else falling(c) for c in columns] for key in keys]


def write_kreise(
    folder: Path, *, columns: tuple[str, ...] | None = None, rows: list[list[str]] | None = None, delimiter: str = ";"
) -> Path:
    """A household table of Kreise as published: quoted header, quoted AGS, plain numbers."""
    columns = columns or load_catalogue()["breitbandatlas__kreise"].declared("households", STAND)
    rows = kreis_rows(columns) if rows is None else rows
    path = folder / "landkreis_privat_2021_1.csv"
    lines = [delimiter.join(f'"{c}"' for c in columns), *(delimiter.join(r) for r in rows)]
    path.write_bytes(("\n".join(lines) + "\n").encode("ascii"))
    return path
