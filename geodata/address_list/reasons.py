"""Why an address is in or out: one code each, and the sentence that goes with it."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from geodata.messages import sentence
from geodata.thresholds import Judged, Supply, ThresholdSet, judge

SUPPLIED, ANNOUNCED, FUNDED, ELIGIBLE, UNKNOWN = "versorgt", "angekuendigt", "gefoerdert", "foerderfaehig", "unbekannt"
CODES = (SUPPLIED, ANNOUNCED, FUNDED, ELIGIBLE, UNKNOWN)


@dataclass(frozen=True)
class Reasons:
    """Per address its code, and whether it belongs to the set (what misses the floor of a set belongs to another one)."""

    codes: np.ndarray
    in_set: np.ndarray


def reasons(supply: pa.Table, chosen: ThresholdSet) -> Reasons:
    """Code by code in the order of the three figures: all below, less announced, less funded. `supply`: core_addresses__supply.

    Too little known of what exists, or of what is announced above it: unknown, unless the rest decides.
    """
    now, then = (_judged(supply, name, chosen) for name in ("existing", "prospective"))
    funded = supply["funding_id"].is_valid().to_numpy()
    codes = np.select(
        [now.covered, then.covered, now.unknown | then.unknown, funded],
        [SUPPLIED, ANNOUNCED, UNKNOWN, FUNDED],
        ELIGIBLE,
    )
    return Reasons(codes, now.below)


def _judged(supply: pa.Table, name: str, chosen: ThresholdSet) -> Judged:
    down, up, symmetric = (supply[f"{name}_{s}_mbits"].to_numpy() for s in ("down", "up", "symmetric"))
    return judge(Supply(down, up, symmetric, supply[f"{name}_is_fibre"].to_numpy()), chosen)


def sentences(supply: pa.Table, found: Reasons, chosen: ThresholdSet, lang: str) -> list[str]:
    """The sentence of each address."""
    label = chosen.label_de if lang == "de" else chosen.label_en
    names = [f"{part}_{c}" for part in ("existing", "announced") for c in ("down_mbits", "technology", "operator")]
    rows = supply.select([*names, "announced_until", "funding_id"]).to_pylist()
    return [_sentence(row, str(code), bool(inside), label, lang) for row, code, inside in zip(rows, found.codes, found.in_set, strict=True)]


def _sentence(row: dict[str, object], code: str, inside: bool, label: str, lang: str) -> str:  # noqa: FBT001  # one of a row's values
    values = {name: "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value) for name, value in row.items()}
    text = sentence(f"reason_{code}", lang, label=label, **values)
    if inside or code in {SUPPLIED, UNKNOWN}:
        return text
    return f"{text} {sentence('reason_beneath', lang, label=label)}"
