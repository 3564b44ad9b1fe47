"""The site behind nginx with the documented configuration, and behind `netzlage serve`: ranges, types, headers, a new release at once."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from maps.releases.store import Release, Store, digest_of
from tests.conftest import ROOT
from tests.serving import serving

TILES = bytes(range(256)) * 40
MAIN = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


def released(root: Path, name: str) -> None:
    """A release with a few files, published."""
    store = Store(root)
    with store.locked(), store.building() as part:
        site = part / "site"
        for folder in ("daten/2021-06-30", "kacheln"):
            (site / folder).mkdir(parents=True)
        (site / "index.html").write_text(f"<p>{name}</p>" + "x" * 2000, "utf-8")
        (site / "daten/2021-06-30/index.html").write_text("<p>Daten</p>", "utf-8")
        (site / "daten/2021-06-30/a.csv.gz").write_bytes(b"\x1f\x8b")
        (site / "kacheln/netz.pmtiles").write_bytes(TILES)
        store.keep(part, Release(name, "2021-06-30", digest_of(site), name, demo=False))
        store.publish(name)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    released(tmp_path / "output", "one")
    return tmp_path / "output" / "site"


@pytest.fixture
def nginx(site: Path, tmp_path: Path) -> Iterator[str]:
    """Debian's nginx with the block of docs/veroeffentlichen.md; skips where it is absent, unless NETZLAGE_REQUIRE demands it."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        if "nginx" in os.environ.get("NETZLAGE_REQUIRE", ""):
            pytest.fail("nginx is required here and absent")
        pytest.skip("nginx is absent: apt-get install nginx-light")
    found = re.search(r"```nginx\n(.*?)```", (ROOT / "docs/veroeffentlichen.md").read_text("utf-8"), flags=re.DOTALL)
    assert found
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = found[1].replace("listen 8080;", f"listen 127.0.0.1:{port};").replace("/srv/netzlage/site", str(site))
    assert str(site) in server
    assert str(port) in server
    user = "user root;" if os.getuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(MAIN.format(folder=tmp_path, server=server, user=user), "utf-8")
    process = subprocess.Popen([program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "error.log")])
    try:
        for _ in range(500):
            assert process.poll() is None, (tmp_path / "error.log").read_text("utf-8")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def ours(site: Path) -> Iterator[str]:
    with serving(site) as address:
        yield address


@pytest.mark.parametrize("server", ["nginx", "ours"])
def test_ranges_types_headers_and_a_new_release_at_once(server: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    address: str = request.getfixturevalue(server)
    with httpx.Client(base_url=address) as client:
        part = client.get("/kacheln/netz.pmtiles", headers={"Range": "bytes=300-309", "Accept-Encoding": "identity"})
        assert part.status_code == 206
        assert part.content == TILES[300:310]
        assert part.headers["content-range"] == f"bytes 300-309/{len(TILES)}"
        assert part.headers["content-type"] == "application/vnd.pmtiles"
        assert "content-encoding" not in part.headers
        start = client.get("/")
        assert start.status_code == 200
        assert "<p>one</p>" in start.text
        assert start.headers["content-type"].startswith("text/html")
        assert start.headers["content-security-policy"].startswith("frame-ancestors 'none'")
        assert start.headers["x-content-type-options"] == "nosniff"
        assert start.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in start.headers
        assert client.get("/daten/2021-06-30/").text == "<p>Daten</p>"
        assert client.get("/daten/2021-06-30/a.csv.gz").headers["content-type"] == "application/gzip"
        assert client.get("/fehlt.html").status_code == 404
        assert client.get("/../../releases/built.json").status_code == 404
        released(tmp_path / "output", "two")
        assert "<p>two</p>" in client.get("/").text
