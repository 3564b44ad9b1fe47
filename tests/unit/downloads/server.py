"""A server on localhost that answers as a script says: drops, errors, redirects, partial files. Not a web server for anything else."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DATE = "Tue, 24 Nov 2026 08:00:00 GMT"


@dataclass
class Offer:
    """What lies at a path: its bytes and validators, and the mischief to do on each of the next requests (`""` = none)."""

    body: bytes = b""
    etag: str = ""
    last_modified: str = ""
    mischief: list[str] = field(default_factory=list)
    ranges: bool = True


@dataclass
class Server:
    """The offers by path, and every request with its headers."""

    port: int = 0
    offers: dict[str, Offer] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def asked(self, path: str) -> list[dict[str, str]]:
        return [headers for p, headers in self.requests if p == path]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        del timestamp
        return DATE

    def do_GET(self) -> None:
        headers = {k.lower(): v for k, v in self.headers.items()}
        self.script.requests.append((self.path, headers))
        offer = self.script.offers.get(self.path)
        if offer is None:
            self._send(404, b"nichts hier")
            return
        trick = offer.mischief.pop(0) if offer.mischief else ""
        MISCHIEF.get(trick, _Handler._plain)(self, offer, headers)

    def _plain(self, offer: Offer, headers: dict[str, str]) -> None:
        unchanged = (offer.etag and headers.get("if-none-match") == offer.etag) or (
            offer.last_modified and "if-none-match" not in headers and headers.get("if-modified-since") == offer.last_modified
        )
        if unchanged:
            self._send(304, b"", offer)
            return
        start = int(headers["range"].removeprefix("bytes=").rstrip("-")) if "range" in headers and offer.ranges else 0
        if start and headers.get("if-range") in {offer.etag, offer.last_modified}:
            span = {"Content-Range": f"bytes {start}-{len(offer.body) - 1}/{len(offer.body)}"}
            self._send(206, offer.body[start:], offer, span)
            return
        self._send(200, offer.body, offer)

    def _send(
        self, code: int, body: bytes, offer: Offer | None = None, more: dict[str, str] | None = None, length: int | None = None
    ) -> None:
        self.send_response(code)
        for name, value in (("ETag", offer.etag if offer else ""), ("Last-Modified", offer.last_modified if offer else "")):
            if value:
                self.send_header(name, value)
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def _drop(self, offer: Offer, _: dict[str, str]) -> None:
        half = len(offer.body) // 2
        self._send(200, offer.body[:half], offer, length=len(offer.body))
        self.close_connection = True

    def _trickle(self, offer: Offer, _: dict[str, str]) -> None:
        self._send(200, b"", offer, length=len(offer.body))
        try:
            for i in range(len(offer.body)):
                self.wfile.write(offer.body[i : i + 1])
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            self.close_connection = True

    def _stall(self, offer: Offer, headers: dict[str, str]) -> None:
        time.sleep(1)
        self._plain(offer, headers)

    def _code(self, code: int, more: dict[str, str] | None = None) -> None:
        self._send(code, b"", None, more)


MISCHIEF: dict[str, Callable[[_Handler, Offer, dict[str, str]], None]] = {
    "drop": _Handler._drop,  # noqa: SLF001
    "trickle": _Handler._trickle,  # noqa: SLF001
    "stall": _Handler._stall,  # noqa: SLF001
    "500": lambda h, _o, _h: h._code(500),  # noqa: SLF001
    "416": lambda h, _o, _h: h._code(416),  # noqa: SLF001
    "429": lambda h, _o, _h: h._code(429, {"Retry-After": "0"}),  # noqa: SLF001
    "429 date": lambda h, _o, _h: h._code(429, {"Retry-After": DATE}),  # noqa: SLF001
    "429 long": lambda h, _o, _h: h._code(429, {"Retry-After": "86400"}),  # noqa: SLF001
    "loop": lambda h, _o, _h: h._code(302, {"Location": h.path}),  # noqa: SLF001
    "elsewhere": lambda h, _o, _h: h._code(302, {"Location": "/login"}),  # noqa: SLF001
    "too long": lambda h, o, _h: h._send(200, o.body, o, length=len(o.body) + 10),  # noqa: SLF001
    "too short": lambda h, o, _h: h._send(200, o.body[: len(o.body) // 2], o),  # noqa: SLF001
}


@contextmanager
def serving() -> Iterator[Server]:
    """A running server; it ends with the block."""
    script = Server()
    handler = type("Handler", (_Handler,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    script.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
