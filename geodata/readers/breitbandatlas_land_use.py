"""Mobile coverage by land use: long tables of the Breitbandatlas, one row per area, technology and kind of land use."""

from geodata.catalogue import load_catalogue
from geodata.readers.breitbandatlas_values import (
    DIGITS,
    LEVELS,
    Expected,
    Value,
    check_areas,
    check_fractions,
    percent,
    place,
    refused,
    unique,
    wanted_keys,
    warn_of_values,
)
from geodata.readers.delimited import Form, read_delimited
from geodata.reading import Ledger, Notes, Snapshot

TECHNOLOGIES = {"5G2": ("5g", 2), "LTE2": ("4g", 2), "LTE6": ("4g", 6), "LTE10": ("4g", 10), "Mobil Alle": ("mobile_any", 0)}
SUBJECTS = {
    "Wohnbaufläche": "area_residential",
    "Gewerbliche Nutzfläche": "area_commercial",
    "Landwirtschaftliche Flächen": "area_agricultural",
    "Wald-, Wiesenflächen": "area_forest",
    "Gewässer": "area_water",
    "Autobahn": "area_motorway",
    "Bundesstraßen": "area_federal_road",
    "Landstraßen": "area_state_road",
    "Kreisstraßen": "area_district_road",
    "Bahnstrecken": "area_railway",
    "Wasserstraßen": "area_waterway",
}
AVAILABILITY = "Verfügbarkeit"


def read(snapshot: Snapshot, expected: Expected) -> tuple[list[Value], Notes]:
    """The values of one land-use table; a combination that a Kreis lacks is absent. See `breitbandatlas.read_shares`."""
    ledger = Ledger(snapshot)
    source = load_catalogue()[snapshot.source_id]
    level = LEVELS[snapshot.source_id]
    form = Form(";", source.declared(snapshot.table, snapshot.stand), source.required_columns(snapshot.table))
    table = read_delimited(snapshot.path, form, ledger)
    check_fractions(ledger, [(AVAILABILITY, table.column(AVAILABILITY))])
    rows = []
    for number, row in table.rows():
        ags = row["AGS"]
        if not (ags.isascii() and ags.isdigit() and len(ags) == DIGITS[level]):
            ledger.refuse(number, "AGS", ags, "not_an_ags", expected=DIGITS[level])
        elif row["Technologie"] not in TECHNOLOGIES:
            ledger.refuse(number, "Technologie", row["Technologie"], "unknown_word", expected=", ".join(TECHNOLOGIES))
        elif row["Flaechenart"] not in SUBJECTS:
            ledger.refuse(number, "Flaechenart", row["Flaechenart"], "unknown_word", expected=", ".join(SUBJECTS))
        else:
            rows.append((number, row))
    check_areas(ledger, {row["AGS"] for _, row in rows}, wanted_keys(level, expected))
    keys = ((n, f"{r['AGS']} {r['Technologie']} {r['Flaechenart']}", (r[AVAILABILITY],)) for n, r in rows)
    kept = set(unique(ledger, keys))
    values = []
    for number, row in rows:
        if number not in kept or refused(ledger, number, [(AVAILABILITY, row[AVAILABILITY])]):
            continue
        share = percent(row[AVAILABILITY])
        warn_of_values(ledger, row["AGS"], [(f"{row['Technologie']} {row['Flaechenart']}", share)])
        found = place(level, row["AGS"], expected)
        if found is None:
            ledger.outside_area += 1
            continue
        ledger.accepted += 1
        technology, mbits = TECHNOLOGIES[row["Technologie"]]
        values.append(Value(snapshot, row["AGS"], found, SUBJECTS[row["Flaechenart"]], technology, mbits, share))
    return values, ledger.close()
