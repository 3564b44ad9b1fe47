"""A file that cannot be what it claims: one message, exit 2, and what was published last is as it was."""

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Netzlage, Run

KREISE = "landkreis_privat_2021_1.csv"
Damage = Callable[[bytes], bytes]


def without_column(data: bytes) -> bytes:
    return data.replace(b'"verf_100_1000"', b'"verf_100_1001"', 1)


def other_delimiter(data: bytes) -> bytes:
    return data.replace(b";", b",")


def fractions(data: bytes) -> bytes:
    header, *lines = data.decode("ascii").splitlines()
    fields = [[f if f.startswith('"') or not f else f"{float(f) / 100:.4f}" for f in line.split(";")] for line in lines]
    return "\n".join([header, *(";".join(f) for f in fields)]).encode()


def without_a_kreis(data: bytes) -> bytes:
    return b"".join(line for line in data.splitlines(keepends=True) if b'"05966"' not in line)


DAMAGES: dict[str, tuple[Damage, str]] = {
    "missing required column": (without_column, "verf_100_1000"),
    "wrong delimiter": (other_delimiter, "Trennzeichen"),
    "fractions for percent": (fractions, "Bruchteile"),
    "a missing Kreis": (without_a_kreis, "05966"),
    "truncated": (lambda data: data[: len(data) // 2 - 7], "abgeschnitten"),
    "binary": (lambda _: b"\x00\x01\x02" * 500, "NUL"),
    "empty": (lambda _: b"", "leer"),
}


@pytest.fixture(scope="session")
def published(demo_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile that reads the published tables of the demo from a folder that a test may damage."""
    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(demo_run.folder / "demo", folder / "quellen")
    head, *entries = (ROOT / "geodata/profiles/demo.toml").read_text("utf-8").split("[[files]]\n")
    kept = [e for e in entries if re.search(r'source = "(vg250__|zensus__|breitbandatlas__(kreise|laender|bund)")', e)]
    kept = [e for e in kept if not re.search(r"stand = (2018|2019)", e)]  # two Stände are enough to see what is left untouched
    head = re.sub(r"\[(demo|model)\]\n(?:\w+ = .*\n)+", "", head)
    text = head + "".join("[[files]]\n" + e for e in kept).replace('"demo:', f'"{folder}/quellen/')
    (folder / "profil.toml").write_text(text, "utf-8")
    return folder


def fingerprint(output: Path) -> dict[str, str]:
    files = [output / "netzlage.duckdb", output / "netzlage-public.duckdb", *sorted((output / "site").rglob("*"))]
    return {str(f): hashlib.sha256(f.read_bytes()).hexdigest() for f in files if f.is_file()}


@pytest.fixture(scope="session")
def output(published: Path, netzlage: Netzlage) -> Path:
    done = netzlage("run", "--profile", str(published / "profil.toml"), "--output", str(published / "output"))
    assert done.code == 0, done.err
    return published / "output"


@pytest.mark.parametrize("name", DAMAGES)
def test_a_bad_file_gives_one_error_and_leaves_what_is_published(name: str, published: Path, output: Path, netzlage_here: Netzlage) -> None:
    damage, told = DAMAGES[name]
    path = published / "quellen/breitbandatlas" / KREISE
    good, before = path.read_bytes(), fingerprint(output)
    try:
        path.write_bytes(damage(good))
        found = netzlage_here("run", "--profile", str(published / "profil.toml"), "--output", str(output))
    finally:
        path.write_bytes(good)
    assert found.code == 2, found.out + found.err
    assert KREISE in found.err
    assert told in found.err
    assert "Was zu tun ist" in found.err
    assert "Traceback" not in found.out + found.err
    assert len(found.err.strip().splitlines()) == 1
    assert fingerprint(output) == before


def test_refused_rows_and_warnings_do_not_stop_a_run(published: Path, output: Path, netzlage_here: Netzlage) -> None:
    """Text in a number column and an unknown column: the Kreis is shown without data, everything else is published."""
    path = published / "quellen/breitbandatlas" / KREISE
    good = path.read_bytes()
    header, *lines = good.decode("ascii").splitlines()
    at = header.split(";").index('"verf_100_1000"')
    rows = [line.split(";") for line in lines]
    for row in rows:
        if row[header.split(";").index('"ags"')] == '"05966"':
            row[at] = "viele"
    text = "\n".join([header + ';"verf_neu_1"', *(";".join([*row, "1.00"]) for row in rows)]) + "\n"
    try:
        path.write_text(text, "ascii")
        done = netzlage_here("run", "--profile", str(published / "profil.toml"), "--output", str(output))
        run = Run(output, done)
        assert done.code == 0, done.err
        assert run.rows('SELECT file, "column", value, reason FROM core_quarantine__rows WHERE file = $f', f=KREISE) == [
            (KREISE, "verf_100_1000", "viele", "not_a_number")
        ]
        assert run.rows("SELECT reason FROM out_run__warnings WHERE \"column\" = 'verf_neu_1'") == [("column_unknown",)]
        assert run.rows(
            "SELECT count(*) FROM out_coverage__shares WHERE ags = '05966' AND stand = '2021-06-30' AND source_id = 'breitbandatlas__kreise' "
            "AND subject = 'households' AND share IS NOT NULL"
        ) == [(0,)]
    finally:
        path.write_bytes(good)
