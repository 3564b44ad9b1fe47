"""Status lists of schools and Gewerbegebiete: the administration's words, and the file that carries them."""

from collections.abc import Collection
from dataclasses import dataclass

from geodata.catalogue import load_catalogue
from geodata.readers.delimited import Form, read_delimited
from geodata.reading import Ledger, Notes, Snapshot

UNKNOWN = "unknown"
WORDS = {
    "versorgt": "connected",
    "in umsetzung": "in_progress",
    "geplant": "planned",
    "ohne planung": "none",
    "keine angabe": UNKNOWN,
    "": UNKNOWN,
}


@dataclass(frozen=True)
class Status:
    """What a list says of one school or Gewerbegebiet; `download_mbits` is null where it says nothing."""

    status: str
    download_mbits: float | None


def read_statuses(snapshot: Snapshot, *, key: str, known: Collection[str]) -> tuple[dict[str, Status], Notes]:
    """The status by `key`. A row whose key is not in `known`, is repeated, or whose status is no known word is quarantined."""
    ledger = Ledger(snapshot)
    source = load_catalogue()[snapshot.source_id]
    form = Form(";", source.declared(snapshot.table, snapshot.stand), source.required_columns(snapshot.table))
    found: dict[str, Status] = {}
    for number, row in read_delimited(snapshot.path, form, ledger).rows():
        word, mbits = row["status"].casefold(), row.get("download_mbits", "")
        if row[key] in found:
            ledger.refuse(number, key, row[key], "duplicate_key")
        elif row[key] not in known:
            ledger.refuse(number, key, row[key], "status_without_record")
        elif word not in WORDS:
            ledger.refuse(number, "status", row["status"], "unknown_word", expected=", ".join(w for w in WORDS if w))
        elif mbits and not mbits.replace(",", ".", 1).replace(".", "", 1).isdigit():
            ledger.refuse(number, "download_mbits", mbits, "not_a_number")
        else:
            ledger.accepted += 1
            found[row[key]] = Status(WORDS[word], float(mbits.replace(",", ".")) if mbits else None)
    return found, ledger.close()
