"""One file over HTTP: resumed where it broke off, repeated where that helps, at a pace that no publisher minds. It keeps no editions."""

import email.utils
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import stamina

from geodata.errors import InputError

REPEATABLE = frozenset({408, 425, 429, 500, 502, 503, 504})
NOT_MODIFIED = 304
PARTIAL = 206
RANGE_REFUSED = 416


@dataclass(frozen=True)
class Manners:
    """How a server is asked: pauses and time-outs in seconds, the slowest rate in bytes per second."""

    agent: str = "Netzlage/0.1 (Abruf amtlicher Geodaten)"
    pause_s: float = 1.0
    timeout_s: float = 60.0
    attempts: int = 6
    wait_initial_s: float = 2.0
    wait_max_s: float = 120.0
    wait_asked_max_s: float = 600.0
    slowest_rate: float = 1000.0
    grace_s: float = 60.0


@dataclass(frozen=True)
class Known:
    """What a server said of an edition that is kept here: enough to ask whether it has changed."""

    etag: str = ""
    last_modified: str = ""

    @property
    def validator(self) -> str:
        """What `If-Range` may carry: a strong tag or a date, else nothing."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


@dataclass(frozen=True)
class Received:
    """A whole file in `part`, and what the server said of it; `part` is None where the known edition still holds."""

    part: Path | None
    known: Known
    date: str


class _Interrupted(Exception):  # noqa: N818 (a signal to repeat, not an error of its own)
    """The file broke off, or came too slowly: worth another attempt, which goes on where this one ended."""


@dataclass
class Client:
    """A polite client. Proxies come from the environment, as httpx reads it."""

    manners: Manners = field(default_factory=Manners)
    _asked: dict[str, float] = field(default_factory=dict)

    def get(self, url: str, part: Path, *, known: Known | None = None) -> Received:
        """The file behind `url`, written to `part`; what an earlier attempt left there is completed if the server still has the same file.

        Raises InputError, with the cause, where all attempts failed or another would not help.
        """
        m = self.manners
        try:
            attempts = stamina.retry_context(
                on=self._backoff,
                attempts=m.attempts,
                timeout=None,
                wait_initial=m.wait_initial_s,
                wait_max=m.wait_max_s,
                wait_jitter=m.wait_initial_s,
            )
            for attempt in attempts:
                with attempt:
                    return self._once(url, part, known)
        except httpx.HTTPStatusError as error:
            found = f"{error.response.status_code} {error.response.reason_phrase}".strip()
            raise InputError("download_failed", url=shown(url), found=found) from error
        except (httpx.HTTPError, httpx.InvalidURL, _Interrupted) as error:
            raise InputError("download_failed", url=shown(url), found=str(error) or type(error).__name__) from error
        raise AssertionError  # the loop returns or raises

    def _once(self, url: str, part: Path, known: Known | None) -> Received:
        mark = part.with_suffix(".validator")
        validator = mark.read_text("utf-8") if part.is_file() and mark.is_file() else ""
        start = part.stat().st_size if validator else 0
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers |= {"Range": f"bytes={start}-", "If-Range": validator}
        elif known:
            headers |= {k: v for k, v in (("If-None-Match", known.etag), ("If-Modified-Since", known.last_modified)) if v}
        with self._stream(url, headers) as answer:
            said = Known(answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))
            date = answer.headers.get("date", "")
            if answer.status_code == NOT_MODIFIED:
                return Received(None, known or said, date)
            if answer.status_code == RANGE_REFUSED:
                _forget(part, mark)
                raise _Interrupted(str(RANGE_REFUSED))
            answer.raise_for_status()
            _refuse_downgrade(url, answer)
            goes_on = answer.status_code == PARTIAL and answer.headers.get("content-range", "").startswith(f"bytes {start}-")
            if not goes_on:
                start = 0
                mark.write_text(said.validator, "utf-8")
            self._write(answer, part, start)
        mark.unlink(missing_ok=True)
        return Received(part, said, date)

    @contextmanager
    def _stream(self, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        host = httpx.URL(url).host
        wait = self._asked.get(host, float("-inf")) + self.manners.pause_s - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        self._asked[host] = time.monotonic()
        sent = {"User-Agent": self.manners.agent} | headers
        with (
            httpx.Client(follow_redirects=True, timeout=self.manners.timeout_s) as client,
            client.stream("GET", url, headers=sent) as answer,
        ):
            yield answer

    def _write(self, answer: httpx.Response, part: Path, start: int) -> None:
        length = answer.headers.get("content-length")
        begun = time.monotonic()
        size = start
        with part.open("ab" if start else "wb") as file:
            for chunk in answer.iter_raw():
                file.write(chunk)
                size += len(chunk)
                passed = time.monotonic() - begun
                if passed > self.manners.grace_s and (size - start) / passed < self.manners.slowest_rate:
                    found = f"{(size - start) / passed:.0f} B/s < {self.manners.slowest_rate:.0f} B/s"
                    raise _Interrupted(found)
        if length and size - start != int(length):
            found = f"{size} B ≠ {start + int(length)} B"
            raise _Interrupted(found)

    def _backoff(self, error: Exception) -> bool | float:
        """Whether another attempt helps; the seconds to wait where the server names them."""
        if isinstance(error, httpx.HTTPStatusError):
            asked = _asked_wait(error.response)
            if asked is not None and error.response.status_code in REPEATABLE:
                return asked if asked <= self.manners.wait_asked_max_s else False
            return error.response.status_code in REPEATABLE
        return isinstance(error, httpx.TransportError | _Interrupted) and not isinstance(error, httpx.UnsupportedProtocol)


def shown(url: str) -> str:
    """An address without user and password, for messages and journals."""
    return str(httpx.URL(url).copy_with(username=None, password=None))


def _asked_wait(answer: httpx.Response) -> float | None:
    """Seconds that `Retry-After` asks for: a number, or a date against the server's own clock (RFC 9110, section 10.2.3)."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        until, now = email.utils.parsedate_to_datetime(text), email.utils.parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return max(0.0, (until - now).total_seconds())


def _refuse_downgrade(url: str, answer: httpx.Response) -> None:
    """A secure address that leads to an open one could be anybody's file."""
    if httpx.URL(url).scheme == "https" and answer.url.scheme != "https":
        raise InputError("download_insecure", url=shown(url), found=shown(str(answer.url)))


def _forget(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
