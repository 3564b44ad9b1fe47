"""`publish`, `rollback` and `serve` on releases of one page: what they say to do is what helps, and damage is one message."""

from pathlib import Path

import pytest

from maps.releases.store import Release, Store, digest_of
from tests.conftest import Netzlage

STANDS = ("2021-06-30", "2025-12-31")


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Two releases, built and not published."""
    folder = tmp_path / "output"
    store = Store(folder)
    for stand in STANDS:
        with store.locked(), store.building() as part:
            (part / "site/index.html").write_text(stand, "utf-8")
            store.keep(part, Release(f"{stand}-a", stand, digest_of(part / "site"), stand, demo=True))
    return folder


def test_what_publish_says_takes_it_back_on_the_same_folder(output: Path, netzlage_here: Netzlage) -> None:
    place = ("--output", str(output))
    first = netzlage_here("publish", "--stand", STANDS[0], *place)
    assert first.out == f"Veröffentlicht: {STANDS[0]}-a (Stand {STANDS[0]}).\n"
    second = netzlage_here("publish", "--stand", STANDS[1], *place)
    said, take_back = second.out.splitlines()
    assert said == f"Veröffentlicht: {STANDS[1]}-a (Stand {STANDS[1]})."
    assert take_back.startswith("Zurücknehmen: netzlage ")
    assert netzlage_here(*take_back.removeprefix("Zurücknehmen: netzlage ").split()).code == 0
    assert (output / "site/index.html").read_text("utf-8") == STANDS[0]


def test_publish_makes_no_folder_where_there_is_none(tmp_path: Path, netzlage_here: Netzlage) -> None:
    for words in (("publish", "--stand", STANDS[0]), ("rollback",)):
        found = netzlage_here(*words, "--output", str(tmp_path / "outptu"))
        assert found.code == 2
        assert str(tmp_path / "outptu/releases") in found.err
        assert not (tmp_path / "outptu").exists()


def test_a_release_with_a_file_less_is_not_published(output: Path, netzlage_here: Netzlage) -> None:
    place = ("--output", str(output))
    for stand in STANDS:
        assert netzlage_here("publish", "--stand", stand, *place).code == 0
    (output / f"releases/{STANDS[0]}-a/site/index.html").unlink()
    for words in (("publish", "--stand", STANDS[0]), ("rollback",)):
        found = netzlage_here(*words, *place)
        assert found.code == 2
        assert f"releases/{STANDS[0]}-a" in found.err
        assert "entfernt oder geändert" in found.err
        assert (output / "site/index.html").read_text("utf-8") == STANDS[1]


@pytest.mark.parametrize(
    ("name", "text"),
    [("published.json", "{"), ("published.json", '{"a": 1}'), ("published.json", ""), (f"{STANDS[1]}-a/release.json", "{}")],
)
@pytest.mark.parametrize("words", [("publish", "--stand", STANDS[0]), ("rollback",)])
def test_damaged_notes_are_one_message_and_the_site_stays(
    output: Path, netzlage_here: Netzlage, name: str, text: str, words: tuple[str, ...]
) -> None:
    place = ("--output", str(output))
    for stand in STANDS:
        assert netzlage_here("publish", "--stand", stand, *place).code == 0
    (output / "releases" / name).write_text(text, "utf-8")
    found = netzlage_here(*words, *place)
    assert found.code == 2
    assert str(output / "releases" / name) in found.err
    assert "Was zu tun ist" in found.err
    assert len(found.err.splitlines()) == 1
    assert (output / "site/index.html").read_text("utf-8") == STANDS[1]


def test_serve_says_what_helps(output: Path, tmp_path: Path, netzlage_here: Netzlage) -> None:
    waiting = netzlage_here("serve", "--output", str(output))
    assert waiting.code == 2
    assert f"netzlage publish --stand {STANDS[1]} --output {output}" in waiting.err
    empty = netzlage_here("serve", "--output", str(tmp_path))
    assert f"{tmp_path}/site/index.html" in empty.err
    assert f"netzlage run --output {tmp_path}" in empty.err
