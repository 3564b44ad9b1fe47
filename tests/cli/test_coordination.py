"""What the page for coordinators shows works as written; wrong use of `whitespots` and `report` is one message."""

import re
import shlex
from pathlib import Path

import pypdf
import pytest

from tests.conftest import ROOT, Netzlage, Run, acceptance

PAGE = (ROOT / "docs/koordination.md").read_text("utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL) for line in block.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def desk(demo_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with the demo's output where the page expects it."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "output").symlink_to(demo_run.folder, target_is_directory=True)
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_page_runs(command: str, desk: Path, netzlage: Netzlage) -> None:
    program, *words = shlex.split(command)
    assert program == "netzlage"
    done = netzlage(*words, cwd=desk)
    assert done.code == 0, done.err
    assert "Demonstrationsdaten" in done.out or "DEMO_" in done.out
    if "--out" in words:
        wanted = desk / words[words.index("--out") + 1]
        assert (wanted.parent / f"DEMO_{wanted.name}").stat().st_size > 0


def test_the_page_shows_its_pictures_and_they_are_small() -> None:
    pictures = [ROOT / "docs" / name for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGE)]
    assert pictures
    assert all(p.name.startswith("DEMO_") and p.read_bytes().startswith(b"\x89PNG") for p in pictures)
    assert sum(p.stat().st_size for p in pictures) < 300_000


def test_the_readme_leads_to_the_page() -> None:
    assert "](docs/koordination.md)" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("whitespots", "--kreis", "Olppe", "--out", "a.gpkg"), "Olpe (05966)"),
        (("whitespots", "--kreis", "Olpe", "--out", "a.shp"), ".gpkg"),
        (("whitespots", "--kreis", "Olpe", "--out", "a.gpkg", "--threshold", "grau"), "grau_100"),
        (("whitespots", "--kreis", "Olpe", "--out", "a.gpkg", "--stand", "2019-06-30"), "2021-06-30"),
        (("whitespots", "--kreis", "Olpe", "--out", "a.csv", "--layer", "Straßen"), "Übersicht"),
        (("report", "--kreis", "Olppe", "--out", "a.pdf"), "Olpe (05966)"),
        (("report", "--kreis", "Olpe", "--out", "a.docx"), ".pdf, .html"),
        (("report", "--out", "a.pdf"), "--all"),
        (("report", "--kreis", "Olpe", "--all", "--out", "a"), "--kreis"),
        (("report", "--kreis", "Olpe", "--out", "voll.pdf"), "--force"),
        (("report", "--kreis", "Olpe", "--out", "datei/a.pdf"), "kann nicht geschrieben werden"),
    ],
)
def test_wrong_use_is_one_message(words: tuple[str, ...], told: str, desk: Path, netzlage: Netzlage) -> None:
    (desk / "DEMO_voll.pdf").write_text("alt", "utf-8")
    (desk / "datei").write_text("", "utf-8")
    found = netzlage(*words, cwd=desk)
    assert found.code == 2, found.out
    assert told in found.err
    assert len(found.err.strip().splitlines()) == 1
    assert (desk / "DEMO_voll.pdf").read_text("utf-8") == "alt"
    assert not list(desk.glob("*a.*"))


@acceptance
def test_all_reports_have_four_pages_at_most(desk: Path, netzlage: Netzlage) -> None:
    done = netzlage("report", "--all", "--out", "berichte", cwd=desk)
    assert done.code == 0, done.err
    files = sorted((desk / "berichte").iterdir())
    assert len(files) == 53
    assert files[0].name == "DEMO_05111_duesseldorf.pdf"
    for file in files:
        pages = pypdf.PdfReader(file).pages
        assert 1 <= len(pages) <= 4, file.name
        assert all("Demonstrationsdaten" in page.extract_text() for page in pages)
