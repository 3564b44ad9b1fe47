"""A run that works into an object store: one machine at a time, readers see whole states only, and what a step delivered is never lost."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from geodata import storage
from geodata.errors import InputError
from geodata.storage import bucket
from geodata.stored_runs import LIST, UNPUBLISHED, Stored, pull, push
from geodata.working_folder import LOCK, WorkingFolder, unlock
from pipelines.resources import reading_folder, working_folder
from tests.conftest import KEY, ROOT, SECRET, URL


def machine(folder: Path, url: str = URL) -> WorkingFolder:
    return WorkingFolder(folder / "work", url)


def write(place: WorkingFolder, name: str, text: str) -> None:
    path = place.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def texts(folder: Path) -> dict[str, str]:
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith(".")]
    return {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in files}


def environment(patch: pytest.MonkeyPatch, name: str, value: str | None) -> None:
    """Another environment, and no client of the one before."""
    patch.delenv(name)
    if value:
        patch.setenv(name, value)
    storage._client.cache_clear()  # noqa: SLF001


@pytest.mark.usefixtures("store")
def test_readers_see_what_was_published_and_the_next_machine_what_was_delivered(tmp_path: Path) -> None:
    one, two = machine(tmp_path / "one"), machine(tmp_path / "two")
    with one.stored(publish=True):
        write(one, "tables/a", "1")
        write(one, "site", "1")
    # The machine dies in its next run after the first step.
    with one.held():
        with one.stored():
            write(one, "tables/a", "2")
        pull(URL, tmp_path / "reader")
        assert texts(tmp_path / "reader") == {"tables/a": "1", "site": "1"}
    with two.stored(publish=True):
        assert texts(two.folder) == {"tables/a": "2", "site": "1"}
        write(two, "site", "2")
        (two.folder / "tables/a").unlink()
    pull(URL, tmp_path / "reader", exact=True)
    assert texts(tmp_path / "reader") == {"site": "2"}
    with one.held():
        assert texts(one.folder) == {"site": "2"}, "what another machine removed is removed here"


@pytest.mark.usefixtures("store")
def test_only_what_is_missing_or_changed_here_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = machine(tmp_path / "one")
    with one.stored(publish=True):
        for name in "abc":
            write(one, name, name)
    write(one, "a", "damaged")
    (one.folder / "b").unlink()
    get, got = bucket().get_file, []

    def counted(source: str, *words: object, **more: object) -> object:
        got.append(source)
        return get(source, *words, **more)

    monkeypatch.setattr(bucket(), "get_file", counted)
    with one.held():
        assert texts(one.folder) == {"a": "a", "b": "b", "c": "c"}
    assert len(got) == 2


@pytest.mark.usefixtures("store")
def test_a_second_machine_is_told_who_works_there_and_how_to_go_on(tmp_path: Path) -> None:
    one, two = machine(tmp_path / "one"), machine(tmp_path / "two")
    with one.stored(publish=True):
        write(one, "a", "1")
        with pytest.raises(InputError) as caught, two.held():
            pytest.fail("two machines at once")
        said = caught.value.message("de")
        assert all(word in said for word in ("Prozess", "seit 20", f"netzlage unlock {URL}"))
        with one.held():
            """Steps of the same run overlap."""
        assert bucket().exists(f"{URL}/{LOCK}")
    assert not bucket().exists(f"{URL}/{LOCK}")
    with two.held():
        assert texts(two.folder) == {"a": "1"}


@pytest.mark.usefixtures("store")
def test_two_that_begin_at_the_same_moment_are_told_apart_by_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have seen no lock: the conditional PUT of the second is refused."""
    one, two = machine(tmp_path / "one"), machine(tmp_path / "two")
    exists, blind = bucket().exists, [True]

    def seeing(place: str, *words: object, **more: object) -> object:
        if place.endswith(LOCK) and blind:
            return blind.pop() is None
        return exists(place, *words, **more)

    with one.held():
        monkeypatch.setattr(bucket(), "exists", seeing)
        with pytest.raises(InputError) as caught, two.held():
            pytest.fail("two machines at once")
        assert caught.value.code == "storage_locked"
        assert not blind


@pytest.mark.usefixtures("store")
def test_the_lock_of_a_killed_run_is_taken_up_here_and_cleared_from_elsewhere(tmp_path: Path) -> None:
    text = "import sys, time; from geodata.working_folder import WorkingFolder; from pathlib import Path\n"
    text += "with WorkingFolder(Path(sys.argv[1]), sys.argv[2]).held():\n print('held', flush=True); time.sleep(60)"
    one, two = machine(tmp_path / "one"), machine(tmp_path / "two")
    command = [sys.executable, "-W", "ignore", "-c", text, str(one.folder), URL]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout
        assert killed.stdout.readline() == "held\n"
        killed.kill()
    with pytest.raises(InputError) as caught, two.held():
        pytest.fail("the lock is there")
    assert caught.value.values["process"] == str(killed.pid)
    with one.held():
        """The same folder takes it up."""
    assert unlock(URL) == {}
    bucket().pipe_file(f"{URL}/{LOCK}", b'{"owner": "x", "host": "anderswo", "process": "7", "since": "2026"}')
    assert unlock(URL)["host"] == "anderswo"
    with two.held():
        """And it is free."""


@pytest.mark.usefixtures("store")
def test_a_step_that_fails_stores_nothing_and_frees_the_run(tmp_path: Path) -> None:
    one = machine(tmp_path / "one")
    with one.stored(publish=True):
        write(one, "a", "1")
    with pytest.raises(ZeroDivisionError), one.stored(publish=True):
        write(one, "a", str(1 // 0))
    assert Stored.at(URL, unpublished=True) == Stored.at(URL)
    assert unlock(URL) == {}


@pytest.mark.usefixtures("store")
def test_a_file_that_changes_while_it_is_sent_is_left_to_the_step_that_wrote_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = machine(tmp_path / "one")
    put = bucket().put_file

    def meanwhile(source: str, *words: object, **more: object) -> object:
        if source.endswith("/a"):
            Path(source).with_name("new").write_text("other", "utf-8")
            Path(source).with_name("new").replace(source)
        return put(source, *words, **more)

    write(one, "a", "1")
    write(one, "b", "2")
    with monkeypatch.context() as patch:
        patch.setattr(bucket(), "put_file", meanwhile)
        push(one.folder, URL)
    assert set(Stored.at(URL).files) == {"b"}
    push(one.folder, URL)
    pull(URL, tmp_path / "reader")
    assert texts(tmp_path / "reader") == {"a": "other", "b": "2"}


@pytest.mark.usefixtures("store")
def test_what_no_list_names_is_removed_when_nobody_can_be_reading_it(tmp_path: Path) -> None:
    one = machine(tmp_path / "one")
    counts = []
    for text in ("1", "2", "3", "4"):
        with one.stored(publish=True):
            write(one, "a", text)
        counts.append(len(bucket().find(f"{URL}/objects")))
    assert counts == [1, 2, 2, 2]


def test_trouble_with_the_store_is_one_message_and_leaves_the_state(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = machine(tmp_path / "one")
    with one.stored(publish=True):
        write(one, "a", "1")
    before = {name: bucket().cat_file(f"{URL}/{name}") for name in (LIST, UNPUBLISHED)}
    troubles = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_SECRET_ACCESS_KEY": None}
    for name, value in troubles.items():
        with monkeypatch.context() as patch:
            environment(patch, name, value)
            with pytest.raises(InputError) as caught, one.stored(publish=True):
                pytest.fail("nothing to work on")
        assert caught.value.exit_code == 2
        assert not any(word in caught.value.message(lang) for word in (KEY, SECRET) for lang in ("de", "en"))
    environment(monkeypatch, "AWS_ENDPOINT_URL", store)
    # Unknown keys: the server looks at them only when told to.
    httpx.post(f"{store}/moto-api/reset-auth", content=b"0")
    try:
        with pytest.raises(InputError) as caught, one.stored(publish=True):
            pytest.fail("nothing to work on")
    finally:
        httpx.post(f"{store}/moto-api/reset-auth", content=b"inf")
    assert caught.value.code == "storage_refused"
    with pytest.raises(InputError) as caught, machine(tmp_path / "one", "s3://keiner/lauf").held():
        pytest.fail("nothing to work on")
    assert caught.value.code == "storage_refused"
    assert {name: bucket().cat_file(f"{URL}/{name}") for name in before} == before
    assert texts(one.folder) == {"a": "1"}


def test_the_server_goes_while_a_step_works(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = machine(tmp_path / "one")
    with one.stored(publish=True):
        write(one, "a", "1")
    with pytest.raises(InputError) as caught, one.stored(publish=True):  # noqa: PT012  # what goes wrong is the end of the block
        write(one, "a", "2")
        environment(monkeypatch, "AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert caught.value.code == "storage_refused"
    environment(monkeypatch, "AWS_ENDPOINT_URL", store)
    pull(URL, tmp_path / "reader")
    assert texts(tmp_path / "reader") == {"a": "1"}
    with one.stored(publish=True):
        write(one, "a", "2")


def test_a_url_with_credentials_is_refused_without_repeating_them() -> None:
    with pytest.raises(InputError) as caught:
        working_folder(f"s3://{KEY}:{SECRET}/x@netzlage/lauf")
    assert caught.value.code == "storage_url_unknown"
    assert not any(word in caught.value.message("de") for word in (KEY, SECRET))


def test_where_a_url_is_worked_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NETZLAGE_WORK", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert working_folder("s3://netzlage/Lauf/").folder.parent.parent == tmp_path / "cache/netzlage"
    assert working_folder("s3://netzlage/Lauf/") == working_folder("s3://netzlage/Lauf")
    assert working_folder("s3://netzlage/lauf").folder != working_folder("s3://netzlage/Lauf").folder
    monkeypatch.setenv("NETZLAGE_WORK", str(tmp_path / "work"))
    assert working_folder(URL).folder.parent.parent == tmp_path / "work"
    assert reading_folder(URL) != working_folder(URL).folder
    assert (working_folder("output"), reading_folder("output")) == (WorkingFolder(Path("output")), Path("output"))
