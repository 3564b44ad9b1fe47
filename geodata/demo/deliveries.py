"""Deliveries of the demo's operators at address level: one CSV per operator and Stand, spelled and placed as deliveries are.

Every operator writes a small known part of its rows badly (`NOISE`): a reader matches some by key, some by position, some not at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyproj import Transformer

from geodata.demo import availability, facts, text
from geodata.demo.addresses import Addresses
from geodata.demo.lines import C1000, CABLE_DOWN, CABLE_UP, FIBRE_UP, GLAS, KABEL, OPERATORS, VDSL_DOWN, VDSL_UP, Lines, Traits
from geodata.demo.model import Model

# Parts of the rows: a street abbreviated (of those on a „Straße“); written without umlauts and ß (of those that have some); a house number
# without its letter (of those that have one); a position off by up to 25 m; a street that nobody knows, with a position 150 to 400 m off.
NOISE = {"abbreviated": 0.08, "transcribed": 0.04, "without_suffix": 0.10, "moved": 0.03, "lost": 0.003}
STEADY_M, MOVED_M, LOST_M = 2.0, 25.0, (150.0, 400.0)
LOST_STREET = "Unbekannte Demo-Straße"
ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
DEGREE_M = 111_320.0
USES = ("", "privat", "gewerblich", "gemischt")
STATUSES = ("gebaut", "im_bau", "geplant")


@dataclass(frozen=True)
class Rows:
    """The rows of one operator: positions of the addresses, technology, Mbit/s, and the index of the status."""

    address: npt.NDArray[np.int64]
    technology: list[str]
    kind: npt.NDArray[np.uint8]
    down: npt.NDArray[np.int32]
    up: npt.NDArray[np.int32]
    status: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class _Words:
    """What the rows of all operators are spelled with: degrees (lon, lat), streets in three spellings, dates of what is announced."""

    addresses: Addresses
    places: np.ndarray
    streets: list[str]
    dates: list[str]


def write_deliveries(model: Model, found: Lines, stand: str, folder: Path, seed: int) -> list[Path]:
    """The files of one Stand: fibre that the next Stand brings is `im_bau`, that of the one after it `geplant`."""
    addresses, own = model.addresses, model.traits
    coming = sorted(s for s in model.states if s > stand)[:2]
    places = np.stack(Transformer.from_crs("EPSG:25832", "EPSG:4326", always_xy=True).transform(addresses.east, addresses.north))
    announced = np.zeros(len(addresses), "uint8")
    for status, later in reversed(list(enumerate(coming, start=1))):
        announced[availability.fibre(model.states[later])] = status
    announced[(found.down["ftth"] > 0) | (found.down["fttb"] > 0)] = 0
    names = addresses.street_names
    short = [n.replace("straße", "str.").replace("Straße", "Str.") for n in names]
    spellings = [*names, *short, *(n.translate(ASCII) for n in names), LOST_STREET]
    words = _Words(addresses, places, spellings, ["", *coming])
    files = []
    for operator, name in enumerate(OPERATORS):
        rows = _rows(operator, own, found, announced)
        rng = np.random.default_rng([seed, int(stand.replace("-", "")), operator])
        parts = _text(words, rows, rng)
        files.append(text.write(folder / f"{name}_{stand}.csv", parts, delimiter=","))
    return files


def _rows(operator: int, own: Traits, found: Lines, announced: npt.NDArray[np.uint8]) -> Rows:
    fibre = own.fibre_operator == operator
    parts: list[tuple[str, np.ndarray, tuple[int, ...], tuple[int, ...], int]] = []
    if operator == KABEL:
        parts.append(("HFC", found.down["hfc"], CABLE_DOWN, CABLE_UP, 0))
    else:
        gigabit, upload = (0,) * C1000 + (1000,), (0,) * C1000 + (FIBRE_UP[operator],)
        if operator == GLAS:
            parts.append(("sonstige", found.down["sonst"], gigabit, upload, 0))
        else:
            parts.append(("FTTC", np.where(own.incumbent == operator, found.down["fttc"], 0), VDSL_DOWN, VDSL_UP, 0))
        parts += [(t.upper(), np.where(fibre, found.down[t], 0), gigabit, upload, 0) for t in ("ftth", "fttb")]
        kinds = (("FTTH", ~own.to_building), ("FTTB", own.to_building))
        parts += [(t, np.where(fibre & k & (announced == s), C1000, 0), gigabit, upload, s) for t, k in kinds for s in (1, 2)]
    chosen = [np.flatnonzero(classes) for _, classes, *_ in parts]
    address = np.concatenate(chosen)
    order = np.argsort(address, kind="stable")
    per_row = [
        (np.full(len(at), i), np.array(down)[classes[at]], np.array(up)[classes[at]], np.full(len(at), status))
        for i, (at, (_, classes, down, up, status)) in enumerate(zip(chosen, parts, strict=True))
    ]
    kind, down, up, status = (np.concatenate(column)[order] for column in zip(*per_row, strict=True))
    return Rows(
        address[order], [p[0] for p in parts], kind.astype("uint8"), down.astype("int32"), up.astype("int32"), status.astype("uint8")
    )


def _text(known: _Words, rows: Rows, rng: np.random.Generator) -> Iterator[pa.Table]:
    addresses = known.addresses
    gemeinden = facts.table("gemeinden")
    codes = [f"{i + 1:05d}" for i in range(len(gemeinden))]
    streets = len(known.streets) // 3

    def build(part: slice) -> pa.Table:
        at = rows.address[part]
        count, gemeinde = len(at), addresses.gemeinde[at]
        drawn = rng.random((3, count))
        spelling = (drawn[0] < NOISE["abbreviated"]) + 2 * (drawn[0] > 1 - NOISE["transcribed"])
        lost = drawn[1] < NOISE["lost"]
        far = np.where(lost, rng.uniform(*LOST_M, count), np.where(drawn[1] > 1 - NOISE["moved"], rng.uniform(0, MOVED_M, count), 0))
        angle = rng.uniform(0, 2 * np.pi, count)
        steady = rng.normal(0, STEADY_M / 2, (2, count))
        lon, lat = known.places[:, at]
        lat = lat + (far * np.sin(angle) + steady[0]) / DEGREE_M
        lon = lon + (far * np.cos(angle) + steady[1]) / (DEGREE_M * np.cos(np.radians(lat)))
        letter = addresses.suffixed[at] & (drawn[2] >= NOISE["without_suffix"])
        use = (addresses.households[at] > 0) + 2 * (addresses.businesses[at] > 0)
        status = rows.status[part]
        return pa.table(
            {
                "strasse": text.words(known.streets, np.where(lost, 3 * streets, addresses.street[at] + spelling * streets)),
                "hnr": pa.array(addresses.number[at]),
                "plz": text.words(codes, gemeinde),
                "ort": text.words(gemeinden["name"].tolist(), gemeinde),
                "technologie": text.words(rows.technology, rows.kind[part]),
                "download": pa.array(rows.down[part]),
                "upload": pa.array(rows.up[part]),
                "lat": text.fixed(lat, 7),
                "lon": text.fixed(lon, 7),
                "hnr_z": text.words(["", "a"], letter),
                "ortsteil": text.constant("", count),
                "nutzungstyp": text.words(USES, use),
                "haushalte": pa.array(addresses.households[at]),
                "status": text.words(STATUSES, status),
                "geplant_bis": text.words(known.dates, status),
            }
        )

    return iter(text.chunked(len(rows.address), build))
