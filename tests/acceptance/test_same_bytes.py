"""Long checks, run by `make acceptance`: the same inputs give the same bytes, on one core or two, in one process or several."""

from pathlib import Path

import pytest

from tests.conftest import REAL_PROFILE, Netzlage, acceptance
from tests.faults.runs import fingerprint

pytestmark = acceptance


@pytest.mark.parametrize("profile", ["demo", REAL_PROFILE])
def test_two_runs_on_two_cores_and_one_and_in_parts_are_alike(
    profile: str, netzlage: Netzlage, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shared.is_dir()
    found = []
    for name, threads, workers in (("a", "2", ""), ("b", "2", ""), ("c", "1", ""), ("d", "2", "2")):
        monkeypatch.setenv("NETZLAGE_THREADS", threads)
        monkeypatch.setenv("NETZLAGE_WORKERS", workers)
        done = netzlage("run", "--profile", profile, "--output", str(tmp_path / name))
        assert done.code == 0, done.err
        found.append(fingerprint(tmp_path / name))
    assert len(found[0]) > 60
    assert all(one == found[0] for one in found[1:])
