"""The Zensus of the demo at 100 m: its addresses counted into the cells of EPSG:3035, in the official form."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from geodata.demo import text
from geodata.demo.addresses import Addresses, zensus_centres
from geodata.demo.raster import CELL_M
from geodata.demo.settlement import SIZES

SIZE_WORDS = ("1_Person", "2_Personen", "3_Personen", "4_Personen", "5_Personen", "6_Personen_und_mehr")
FILES = ("Zensus2022_Groesse_des_privaten_Haushalts_in_Gitterzellen_100m-Gitter.csv", "Zensus2022_Bevoelkerungszahl_100m-Gitter.csv")


def write_zensus_100m(addresses: Addresses, folder: Path, rng: np.random.Generator) -> list[Path]:
    """Households by size, and inhabitants; one row per inhabited cell, ascending by y, x."""
    lived_in = np.flatnonzero(addresses.households)
    x, y = zensus_centres(addresses.east[lived_in], addresses.north[lived_in])
    keys, position = np.unique(y * 10**8 + x, return_inverse=True)
    households = np.bincount(position, addresses.households[lived_in], len(keys)).astype("int64")
    persons = np.bincount(position, addresses.persons[lived_in], len(keys)).astype("int64")
    sizes = rng.multinomial(households, SIZES)
    y, x = np.divmod(keys, 10**8)

    def head(part: slice) -> dict[str, pa.Array]:
        south, west = (pa.array(a[part] - CELL_M // 2) for a in (y, x))
        identity = text.joined(f"CRS3035RES{CELL_M}mN", south, "E", west)
        return {"GITTER_ID_100m": identity, "x_mp_100m": pa.array(x[part]), "y_mp_100m": pa.array(y[part])}

    def homes(part: slice) -> pa.Table:
        columns = head(part) | {"Insgesamt_Haushalte": pa.array(households[part])}
        columns |= {word: pa.array(sizes[part, i]) for i, word in enumerate(SIZE_WORDS)}
        return pa.table(columns | {"werterlaeuternde_Zeichen": text.constant("", part.stop - part.start)})

    def people(part: slice) -> pa.Table:
        return pa.table(head(part) | {"Einwohner": pa.array(persons[part])})

    return [
        text.write(folder / name, text.chunked(len(keys), build), eol="\r\n") for name, build in zip(FILES, (homes, people), strict=True)
    ]
