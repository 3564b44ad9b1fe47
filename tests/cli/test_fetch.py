"""`netzlage fetch` and `doctor` against a server on localhost: exit codes, what is printed, and that the store is the one a run reads."""

import hashlib
from pathlib import Path

import pytest

from geodata.catalogue import known_editions, load_catalogue
from geodata.errors import InputError
from geodata.profile import load_profile
from geodata.snapshots import source_versions, take
from geodata.tables import file_hash
from tests.conftest import REAL_PROFILE, Netzlage
from tests.unit.downloads.server import Offer, Server, serving

CSV = b"Schulnummer;Gemeindeschluessel\n100001;05966024\n"


def profile(server: Server, folder: Path, *files: str) -> Path:
    path = folder / "profil.toml"
    entries = "".join(
        f'[[files]]\nsource = "msb__schools"\ntable = "register"\nstand = 2021-09-30\npath = "{server.url(f)}"\n' for f in files
    )
    path.write_text(f'name = "netz"\norigin = "official"\nland = "05"\nboundaries = "vg250-2021-12-31"\n{entries or "files = []"}', "utf-8")
    return path


def test_fetch_keeps_what_a_run_reads_and_fails_for_what_is_absent(netzlage: Netzlage, tmp_path: Path) -> None:
    with serving() as server:
        server.offers["/schulen.csv"] = Offer(CSV, etag='"1"')
        whole = profile(server, tmp_path)
        nothing = netzlage("fetch", "--profile", str(whole), "--output", str(tmp_path / "o"))
        assert (nothing.code, "nichts abzurufen" in nothing.out) == (0, True)
        path = profile(server, tmp_path, "/schulen.csv", "/fehlt.csv")
        first = netzlage("fetch", "--profile", str(path), "--output", str(tmp_path / "o"))
        assert first.code == 1
        assert "404 Not Found" in first.err
        assert "1 von 2 Dateien fehlen" in first.err
        assert "neu" in first.out
        path = profile(server, tmp_path, "/schulen.csv")
        second = netzlage("fetch", "msb__schools", "--profile", str(path), "--output", str(tmp_path / "o"), "--lang", "en")
        assert (second.code, "unchanged" in second.out) == (0, True)
        requests = len(server.requests)
        store = {"store": tmp_path / "o/snapshots", "demo": tmp_path / "o/demo"}
        loaded = load_profile(str(path))
        (snapshot,) = take(loaded.files[0], loaded, **store)
        assert snapshot.path.read_bytes() == CSV
        assert snapshot.sha256 == hashlib.sha256(CSV).hexdigest()
        assert list(source_versions(loaded, "msb__schools", "2021-09-30", **store).values())[1:] == [snapshot.sha256]
        assert len(server.requests) == requests
    offline = netzlage("fetch", "--profile", str(path), "--output", str(tmp_path / "o"), "--offline")
    assert (offline.code, "im Vorrat" in offline.out) == (0, True)
    absent = netzlage("fetch", "--profile", str(path), "--output", str(tmp_path / "leer"), "--offline")
    assert (absent.code, "nicht im Vorrat" in absent.out) == (1, True)
    with pytest.raises(InputError) as caught:
        take(loaded.files[0], loaded, store=tmp_path / "leer", demo=tmp_path, offline=True)
    assert caught.value.code == "download_offline"


def test_an_unknown_source_is_answered_with_near_names(netzlage: Netzlage, tmp_path: Path) -> None:
    done = netzlage("fetch", "zensus", "--output", str(tmp_path))
    assert done.code == 2
    assert "zensus__grid" in done.err


def test_doctor_names_due_stands_for_a_day(netzlage: Netzlage, tmp_path: Path) -> None:
    early = netzlage("doctor", "--profile", "official", "--output", str(tmp_path), "--date", "2021-11-01")
    late = netzlage("doctor", "--profile", "official", "--output", str(tmp_path), "--date", "2022-07-01")
    assert "fällig" not in next(line for line in early.out.splitlines() if "breitbandatlas__bund" in line and "2021-12-31" in line)
    assert "fällig" in next(line for line in late.out.splitlines() if "breitbandatlas__bund" in line and "2021-12-31" in line)


def test_known_editions_belong_to_the_catalogue_and_are_the_published_files(shared: Path) -> None:
    assert set(known_editions()) <= set(load_catalogue())
    real = load_profile(REAL_PROFILE)
    known = {(s, k.table, k.stand): k for s, rows in known_editions().items() for k in rows}
    hashes = {
        (f.source, f.table, f.stand): file_hash(shared.parent.parent / f.path.removeprefix("../"))
        for f in real.files
        if f.path.endswith((".csv", ".xls"))
    }
    assert {key: k.sha256 for key, k in known.items()} == hashes


def test_doctor_says_when_a_known_file_was_issued_again(netzlage: Netzlage, tmp_path: Path) -> None:
    (tmp_path / "schulen.csv").write_bytes(CSV)
    path = tmp_path / "profil.toml"
    path.write_text(
        'name = "neu"\norigin = "official"\nland = "05"\nboundaries = "vg250-2021-12-31"\n'
        f'[[files]]\nsource = "msb__schools"\ntable = "register"\nstand = 2021-09-30\npath = "{tmp_path / "schulen.csv"}"\n',
        "utf-8",
    )
    assert "neu herausgegeben 1" in netzlage("doctor", "--profile", str(path), "--output", str(tmp_path / "o")).out
