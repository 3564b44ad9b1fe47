"""Is a file what its name says? By its first bytes and its end, before anything reads it: an error page is no zip."""

import zipfile
from pathlib import Path

from geodata.errors import InputError

ZIPPED = frozenset({".zip", ".xlsx"})
SQLITE = b"SQLite format 3\x00"
OLE = b"\xd0\xcf\x11\xe0"
HEAD = 4096


def check_kind(path: Path, name: str, url: str) -> None:
    """InputError where the file is empty, is a web page, or is not of the kind that the suffix of `name` says, or is cut off."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    suffix = Path(name).suffix.lower()
    if not head:
        raise InputError("download_empty", url=url)
    if is_web_page(head) and suffix not in {".html", ".htm"}:
        raise InputError("download_web_page", url=url, found=_title(head))
    wrong = (
        (suffix in ZIPPED and not zipfile.is_zipfile(path))
        or (suffix == ".gpkg" and not _whole_sqlite(head, path.stat().st_size))
        or (suffix == ".xls" and not head.startswith(OLE))
        or (suffix in {".csv", ".txt"} and b"\x00" in head)
    )
    if wrong:
        raise InputError("download_kind", url=url, found=repr(head[:16]), expected=suffix)


def is_web_page(head: bytes) -> bool:
    """Whether a file begins like an HTML page."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return text.startswith((b"<!doctype html", b"<html", b"<head"))


def _title(head: bytes) -> str:
    lower = head.lower()
    start, end = lower.find(b"<title>"), lower.find(b"</title>")
    text = head[start + 7 : end] if 0 <= start < end else head[:60]
    return " ".join(text.decode("utf-8", errors="replace").split())


def _whole_sqlite(head: bytes, size: int) -> bool:
    """Page size and page count stand in the header (SQLite file format, section 1.3)."""
    if not head.startswith(SQLITE) or len(head) < 32:  # noqa: PLR2004 (the fields read below)
        return False
    page = int.from_bytes(head[16:18])
    pages = int.from_bytes(head[28:32])
    return size >= (65536 if page == 1 else page) * pages
