"""The Gebäudereferenzen of the demo in the form of Geobasis NRW (edition 2026): 21 columns, no header, invented streets and object ids."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from geodata.demo import facts, text
from geodata.demo.addresses import Addresses

COLUMNS = (
    *("nba", "oid", "qua", "landschl", "land", "regbezschl", "regbez", "kreisschl", "kreis", "gmdschl", "gmd"),
    *("ottschl", "ott", "strschl", "str", "hnr", "adz", "zone", "ostwert", "nordwert", "datum"),
)
DATE = "2026-07-01"


def write_gebref(addresses: Addresses, folder: Path) -> list[Path]:
    """One row per address; `oid` begins with DENWDEMO."""
    gemeinden, kreise = facts.table("gemeinden"), facts.table("kreise").set_index("ags")
    own = kreise.reindex(gemeinden["ags"].str[:5])
    vocabulary = {
        "regbezschl": gemeinden["ags"].str[2:3].tolist(),
        "regbez": own["regierungsbezirk"].tolist(),
        "kreisschl": gemeinden["ags"].str[3:5].tolist(),
        "kreis": own["name"].tolist(),
        "gmdschl": gemeinden["ags"].str[5:].tolist(),
        "gmd": gemeinden["name"].tolist(),
    }
    names = addresses.street_names
    first = np.searchsorted(addresses.gemeinde, np.arange(len(gemeinden) + 1)[:-1])

    def build(part: slice) -> pa.Table:
        gemeinde, street = addresses.gemeinde[part], addresses.street[part]
        count = len(gemeinde)
        columns = {name: text.words(found, gemeinde) for name, found in vocabulary.items()}
        columns |= {"nba": text.constant("N", count), "qua": text.constant("A", count), "zone": text.constant("32", count)}
        columns |= {"landschl": text.constant("05", count), "land": text.constant("Nordrhein-Westfalen", count)}
        columns |= {"ottschl": text.constant("0000", count), "ott": text.constant("", count), "datum": text.constant(DATE, count)}
        columns["oid"] = text.joined("DENWDEMO", text.padded(np.arange(part.start + 1, part.stop + 1), 8))
        columns["strschl"] = text.padded(street - addresses.street[first[gemeinde]] + 1, 5)
        columns["str"] = text.words(names, street)
        columns["hnr"] = pa.array(addresses.number[part])
        columns["adz"] = text.words(["", "a"], addresses.suffixed[part])
        columns["ostwert"], columns["nordwert"] = text.fixed(addresses.east[part], 3), text.fixed(addresses.north[part], 3)
        return pa.table({name: columns[name] for name in COLUMNS})

    return [text.write(folder / "gebref.txt", text.chunked(len(addresses), build), header=False)]
