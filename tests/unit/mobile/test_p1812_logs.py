"""Every number of the 33 validation logs of ITU-R P.1812 against the quantity computed here; skips where the shared data is absent.

The inputs come from the profile files, not from the logs, so that the logs' own input lines are compared too.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from geodata.mobile.clutter import add_clutter
from geodata.mobile.links import INLAND_COAST_KM, Link, Radio
from geodata.mobile.location import field_strength
from geodata.mobile.p1812 import Losses, all_losses, basic_loss
from geodata.mobile.paths import Profile
from geodata.mobile.refractivity import middle_latitude
from tests.conftest import SHARED

FOLDER = SHARED / "itu_p1812"
LOGS = sorted(p.name for p in (FOLDER / "results").glob("*_log.csv")) or ["absent"]
TOLERANCE = 1e-9  # the logs print ten digits
INLAND = 4.0
# Here the line L_bd (eq. 43) shows L_bda (eq. 61): the log's own L_b0p + L_dp, which eq. 43 asks for, is another number.
SHOWS_BDA = {f"rburg_urban_with_clutter{kind}_{i}_log.csv" for kind in ("", "_vertical") for i in (0, 3)}


@dataclass(frozen=True)
class Case:
    """A profile file with one row of its measurements."""

    distance: Profile
    terrain: Profile
    clutter: Profile
    head: dict[str, str]
    frequency_ghz: float
    tx_m: float
    rx_m: float
    polarisation: int
    erp_dbkw: float
    percent: float


def read_case(name: str) -> Case:
    stem, number = name.removesuffix("_log.csv").rsplit("_", 1)
    rows = list(csv.reader((FOLDER / "profiles" / f"{stem}.csv").read_text("utf-8").splitlines()))
    marks = {row[0].strip("{}").lower(): i for i, row in enumerate(rows) if row and row[0].startswith("{")}
    points = np.array([[float(x) for x in row[:5]] for row in rows[marks["begin of profile"] + 2 : marks["end of profile"]]])
    assert (points[:, 4] == INLAND).all()
    row = rows[marks["begin of measurements"] + 1 + int(number)]
    head = {r[0].rstrip(":"): r[1] for r in rows if len(r) > 1}
    columns = (np.ascontiguousarray(points[:, i]) for i in (0, 1, 3))
    return Case(*columns, head, float(row[0]) / 1000, float(row[1]), float(row[3]), int(row[4]), float(row[12]) - 30, float(row[14]))


def read_log(name: str) -> list[tuple[str, str, float]]:
    lines = (FOLDER / "results" / name).read_text("utf-8").splitlines()
    fields = [line.rstrip(",").rsplit(",", 3) for line in lines if line.strip(",") and not line.startswith("#")]  # a name may hold commas
    return [(key.strip(), where.strip(), float(value)) for key, where, _, value in fields]


def compute(case: Case) -> tuple[dict[tuple[str, str], float], Losses, float]:
    """Our number for each line of a log by name and reference; all quantities; the loss of the lean function."""
    lat_t, lon_t, lat_r, lon_r = (float(case.head[k]) for k in ("Tx LAT", "Tx LON", "Rx LAT", "Rx LON"))
    delta_n = float(case.head["Average annual values dN (N-units/km)"])
    n0 = float(case.head["Average annual sea-level surface refractivity No (N-units)"])
    path_km = case.distance[-1]
    latitude = middle_latitude(lat_t, lon_t, lat_r, lon_r, path_km)
    radio = Radio(case.frequency_ghz, case.polarisation == 2, case.percent, 50.0, delta_n, n0)
    link = Link(case.tx_m, case.rx_m, latitude, 0.0, 0.0, path_km, path_km, INLAND_COAST_KM, INLAND_COAST_KM)
    surface = np.empty_like(case.terrain)
    add_clutter(case.terrain, case.clutter, surface)
    r = all_losses(case.distance, case.terrain, surface, radio, link)
    tx_m, rx_m = case.terrain[0] + case.tx_m, case.terrain[-1] + case.rx_m
    strength = field_strength(case.frequency_ghz, r.loss)
    inputs = {
        "Ptx (kW)": 10 ** (case.erp_dbkw / 10),
        "Gtx (dBi)": 0.0,
        "Grx (dBi)": 0.0,
        "f (GHz)": case.frequency_ghz,
        "p (%)": case.percent,
        "pL (%)": radio.location_percent,
        "sigmaL (dB)": link.sigma_db,
        "phi_t (deg)": lat_t,
        "phi_r (deg)": lat_r,
        "lam_t (deg)": lon_t,
        "lam_r (deg)": lon_r,
        "htg (m)": case.tx_m,
        "hrg (m)": case.rx_m,
        "pol": case.polarisation,
        "DN": delta_n,
        "N0": n0,
        "dct (km)": link.tx_coast_km,
        "dcr (km)": link.rx_coast_km,
        "R2 (m)": case.clutter[1],
        "Rn-1 (m)": case.clutter[-2],
        "d (km)": path_km,
        "hts (m)": tx_m,
        "hrs (m)": rx_m,
        "Ep (dBuV/m) w.r.t. Ptx, Gtx, Grx": strength + case.erp_dbkw,
    }
    found = {
        ("dlt (km)", "Eq (78)"): r.horizons.tx_km,
        ("dlr (km)", "Eq (81a)"): r.horizons.rx_km,
        ("th_t (mrad)", "Eqs (76-78)"): r.horizons.tx_angle,
        ("th_r (mrad)", "Eqs (79-81)"): r.horizons.rx_angle,
        ("th (mrad)", "Eq (82)"): r.horizons.path_angle,
        ("htc (m)", "Table 5"): tx_m,
        ("hrc (m)", "Table 5"): rx_m,
        ("w", "Table 5"): link.over_sea,
        ("dtm (km)", "Sec 3.6"): link.land_km,
        ("dlm (km)", "Sec 3.6"): link.inland_km,
        ("phi (deg)", "Eq (4)"): latitude,
        ("b0 (%)", "Eq (5)"): r.incidence,
        ("ae (km)", "Eq (7a)"): r.earth_km,
        ("hst (m)", "Eq (85)"): r.heights.tx_fitted,
        ("hsr (m)", "Eq (86)"): r.heights.rx_fitted,
        ("hst (m)", "Eq (90a)"): r.heights.tx_ducting,
        ("hsr (m)", "Eq (90b)"): r.heights.rx_ducting,
        ("hstd (m)", "Eq (89)"): r.heights.tx_diffraction,
        ("hsrd (m)", "Eq (89)"): r.heights.rx_diffraction,
        ("htc (m)", "Eq (37a)"): tx_m - r.heights.tx_diffraction,
        ("hrc (m)", "Eq (37b)"): rx_m - r.heights.rx_diffraction,
        ("hte (m)", "Eq (92a)"): r.tx_effective_m,
        ("hre (m)", "Eq (92b)"): r.rx_effective_m,
        ("hm (m)", "Eq (93)"): r.roughness_m,
        ("Fi", "Eq (40)"): r.time_weight,
        ("Fj", "Eq (57)"): r.angle_weight,
        ("Fk", "Eq (58)"): r.distance_weight,
        ("Lbfs", "Eq (8)"): r.free_space,
        ("Lb0p", "Eq (10)"): r.sight,
        ("Lb0b", "Eq (11)"): r.sight_rare,
        ("Lbulla (dB)", "Eq (21)"): r.diffraction_rare.actual,  # the logs show these three for a_beta
        ("Lbulls (dB)", "Eq (21)"): r.diffraction_rare.smooth,
        ("Ldsph (dB)", "Eq (27)"): r.diffraction_rare.spherical,
        ("Ld50 (dB)", "Eq (39)"): r.diffraction.total,
        ("Ldb (dB)", "Eq (39)"): r.diffraction_rare.total,
        ("Ldp (dB)", "Eq (41)"): r.diffraction_at_time,
        ("Lbd50 (dB)", "Eq (42)"): r.beyond_median,
        ("Lbd (dB)", "Eq (43)"): r.beyond,
        ("Lminb0p (dB)", "Eq (59)"): r.sight_floor,
        ("Lba (dB)", "Eq (46)"): r.duct,
        ("Lminbap (dB)", "Eq (60)"): r.duct_floor,
        ("Lbda (dB)", "Eq (61)"): r.beyond_or_duct,
        ("Lbam (dB)", "Eq (62)"): r.mixed,
        ("Lbs (dB)", "Eq (44)"): r.scatter,
        ("Lbc (dB)", "Eq (63)"): r.median,
        ("Lb (dB)", "Eq (69)"): r.loss,
        ("Ep (dBuV/m)", "Eq (70)"): strength,
    }
    return {(k, ""): float(v) for k, v in inputs.items()} | found, r, basic_loss(case.distance, case.terrain, surface, radio, link)


@pytest.mark.parametrize("name", LOGS)
def test_every_number_of_the_log(shared: Path, name: str) -> None:
    assert (shared / "itu_p1812" / "results" / name).is_file()
    ours, losses, lean = compute(read_case(name))
    log = read_log(name)
    theirs = {(key, where): value for key, where, value in log}
    assert len(log) == len(theirs)
    if name in SHOWS_BDA:
        assert theirs["Lbd (dB)", "Eq (43)"] != pytest.approx(theirs["Lb0p", "Eq (10)"] + theirs["Ldp (dB)", "Eq (41)"], rel=1e-3)
        ours["Lbd (dB)", "Eq (43)"] = losses.beyond_or_duct
    assert set(theirs) == set(ours)
    wrong = {k: (ours[k], v) for k, v in theirs.items() if ours[k] != pytest.approx(v, rel=TOLERANCE, abs=1e-12)}
    assert wrong == {}
    assert lean == losses.loss


def test_there_are_33_logs(shared: Path) -> None:
    assert len(list((shared / "itu_p1812" / "results").glob("*_log.csv"))) == 33
