"""The address list as layers of an export: addresses, and with replies what changed, what was refused, and the account of each file."""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from geodata.address_list.rows import Kreis
from geodata.catalogue import load_catalogue
from geodata.exports.layers import Export, Field, Form, Layer, field, plain
from geodata.messages import sentence
from geodata.reading import Notes, strictest

LIST: tuple[tuple[str, Form], ...] = (
    ("adress_id", "text"),
    ("ags", "text"),
    ("ort", "text"),
    ("strasse", "text"),
    ("hausnummer", "count"),
    ("zusatz", "text"),
    ("ostwert", "decimal"),
    ("nordwert", "decimal"),
    ("haushalte", "decimal"),
    ("grund", "text"),
    ("begruendung", "text"),
    ("in_menge", "flag"),
    ("vorhanden_download", "decimal"),
    ("vorhanden_upload", "decimal"),
    ("vorhanden_symmetrisch", "decimal"),
    ("vorhanden_technik", "text"),
    ("vorhanden_betreiber", "text"),
    ("vorhanden_quelle", "text"),
    ("angekuendigt_download", "decimal"),
    ("angekuendigt_upload", "decimal"),
    ("angekuendigt_symmetrisch", "decimal"),
    ("angekuendigt_technik", "text"),
    ("angekuendigt_betreiber", "text"),
    ("angekuendigt_bis", "date"),
    ("angekuendigt_quelle", "text"),
    ("foerdergebiet", "text"),
    ("schwelle", "text"),
    ("stand", "date"),
    ("antwort_datum", "date"),
)
CHANGES: tuple[tuple[str, Form], ...] = (
    ("datei", "text"),
    ("sha256", "text"),
    ("zeile", "count"),
    ("adress_id", "text"),
    ("spalte", "text"),
    ("alt", "text"),
    ("neu", "text"),
    ("antwort_datum", "date"),
    ("betreiber", "text"),
    ("uebernommen", "flag"),
)
REFUSED: tuple[tuple[str, Form], ...] = (("datei", "text"), ("zeile", "count"), ("spalte", "text"), ("wert", "text"), ("satz", "text"))
ACCOUNT: tuple[tuple[str, Form], ...] = (
    ("datei", "text"),
    ("gelesen", "count"),
    ("uebernommen_zeilen", "count"),
    ("ausserhalb", "count"),
    ("zurueckgewiesen", "count"),
)
SOURCES = ("gebref__addresses", "deliveries__offers", "funding__areas")
MAIN = "adressen"


def address_export(kreis: Kreis, name: str, rows: pa.Table, lang: str) -> Export:
    """The list alone; as visible as what it is made of."""
    found = pc.unique(kreis.supply["visibility"].cast(pa.string())).to_pylist()
    layer = _layer(MAIN, LIST, rows, kreis, strictest(found), lang, geometry=True)
    demo = "demo" in pc.unique(kreis.supply["origin"].cast(pa.string())).to_pylist()
    return Export(sentence("list_title", lang, kreis=name, ags=kreis.ags), (layer,), MAIN, demo, lang)


def reply_export(listed: Export, kreis: Kreis, changes: pa.Table, notes: Notes) -> Export:
    """The list after replies (`listed`, as `address_export` makes it) with its log; replies are internal, whatever the list was."""
    lang, visibility = listed.lang, strictest([listed.visibility, "internal"])
    refused = notes.quarantine.select(["file", "row", "column", "value", "sentence"]).rename_columns([n for n, _ in REFUSED])
    account = notes.accounting.select(["file", "read", "accepted", "outside_area", "quarantined"]).rename_columns([n for n, _ in ACCOUNT])
    layers = (
        replace(listed.layer(MAIN), visibility=visibility),
        _layer("aenderungen", CHANGES, changes, kreis, visibility, lang),
        _layer("zurueckgewiesen", REFUSED, refused, kreis, visibility, lang),
        _layer("antworten", ACCOUNT, account, kreis, visibility, lang),
    )
    return replace(listed, layers=layers)


def _layer(  # noqa: PLR0913, PLR0917
    name: str, forms: Sequence[tuple[str, Form]], table: pa.Table, kreis: Kreis, visibility: str, lang: str, *, geometry: bool = False
) -> Layer:
    fields: tuple[Field, ...] = tuple(field(n, form, lang=lang) for n, form in forms)
    catalogue = load_catalogue()
    return Layer(
        name=name,
        title=sentence(f"list_layer_{name}", lang),
        fields=fields,
        table=plain(table, fields, geometry="Point" if geometry else None),
        visibility=visibility,
        stand=kreis.stand,
        licence="; ".join(dict.fromkeys(catalogue[s].licence for s in SOURCES)),
        attribution="; ".join(dict.fromkeys(catalogue[s].attribution for s in SOURCES)),
        geometry="Point" if geometry else None,
    )
