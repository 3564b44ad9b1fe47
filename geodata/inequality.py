"""How unequal the Kreise are against a target: the lowest and the highest tenth, and the Gini coefficient weighted with households."""

import math
from collections.abc import Mapping, Sequence

import pyarrow as pa

from geodata.reading import strictest

TENTH = 10
INEQUALITY = pa.schema(
    [
        ("target_id", pa.string()),
        ("stand", pa.date32()),
        ("basis", pa.string()),
        ("method", pa.string()),
        ("source_id", pa.string()),
        ("kreise", pa.int32()),
        ("lowest_ags", pa.string()),
        ("lowest_share", pa.float64()),
        ("highest_ags", pa.string()),
        ("highest_share", pa.float64()),
        ("lowest_decile_share", pa.float64()),
        ("highest_decile_share", pa.float64()),
        ("decile_gap_points", pa.float64()),
        ("gini", pa.float64()),
        ("gini_weight", pa.string()),
        ("kreise_met", pa.int32()),
        ("origin", pa.string()),
        ("visibility", pa.string()),
    ]
)


def gini(values: Sequence[float], weights: Sequence[float]) -> float | None:
    """The weighted Gini coefficient: half the mean difference of two households' Kreise, over the mean; None without weight or mean.

    0: every Kreis has the same share; 1: all is in one infinitely small Kreis. From the area under the Lorenz curve by trapezoids.
    """
    pairs = sorted(zip(values, weights, strict=True))
    whole = math.fsum(weights)
    amount = math.fsum(v * w for v, w in pairs)
    if whole <= 0 or amount <= 0:
        return None
    below, area = 0.0, []
    for value, weight in pairs:
        area.append(weight * (2 * below + value * weight))
        below += value * weight
    return max(0.0, 1 - math.fsum(area) / (whole * amount))


def inequality(status: pa.Table, households: Mapping[str, float]) -> pa.Table:
    """One row per target, Stand and method with at least one Kreis; `status` is out_targets__status, `households` by AGS.

    Weights are the denominators where every Kreis has one, else the Zensus households for a target of households, else none (no Gini).
    The decile shares are plain means of the lowest and the highest tenth of the Kreise (rounded down: 5 of 53); null below ten Kreise.
    """
    groups: dict[tuple[object, ...], list[dict[str, object]]] = {}
    for row in status.to_pylist():
        if row["level"] == "kreis" and row["actual_share"] is not None:
            groups.setdefault(tuple(row[c] for c in INEQUALITY.names[:5]), []).append(row)
    rows = [_row(key, members, households) for key, members in groups.items()]
    return pa.Table.from_pylist(sorted(rows, key=lambda r: [str(r[c]) for c in INEQUALITY.names[:5]]), schema=INEQUALITY)


def _row(key: tuple[object, ...], members: list[dict[str, object]], households: Mapping[str, float]) -> dict[str, object]:
    ranked = sorted(members, key=lambda r: (_share(r), str(r["ags"])))
    shares = [_share(r) for r in ranked]
    tenth = len(ranked) // TENTH
    low, high = (math.fsum(part) / tenth if tenth else None for part in (shares[:tenth], shares[len(shares) - tenth :]))
    weights, name = _weights(ranked, households)
    return {
        **dict(zip(INEQUALITY.names[:5], key, strict=True)),
        "kreise": len(ranked),
        "lowest_ags": ranked[0]["ags"],
        "lowest_share": shares[0],
        "highest_ags": ranked[-1]["ags"],
        "highest_share": shares[-1],
        "lowest_decile_share": low,
        "highest_decile_share": high,
        "decile_gap_points": None if low is None or high is None else (high - low) * 100,
        "gini": gini(shares, weights) if weights else None,
        "gini_weight": name,
        "kreise_met": sum(bool(r["is_met"]) for r in ranked),
        "origin": ranked[0]["origin"],
        "visibility": strictest(str(r["visibility"]) for r in ranked),
    }


def _share(row: Mapping[str, object]) -> float:
    return float(str(row["actual_share"]))


def _weights(rows: list[dict[str, object]], households: Mapping[str, float]) -> tuple[list[float], str]:
    if all(r["denominator"] is not None for r in rows):
        return [float(str(r["denominator"])) for r in rows], "denominator"
    if all(r["subject"] == "households" and str(r["ags"]) in households for r in rows):
        return [households[str(r["ags"])] for r in rows], "zensus_households"
    return [], "none"
