"""The check of a finished site before it may be published: pages, links, sizes, and figures against the tables. It changes nothing."""

import gzip
import html
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from geodata.errors import NetzlageError
from geodata.gate import Gate
from geodata.messages import sentence
from maps.releases.expected import Subject, expected_files
from maps.releases.figures import Against, wrong_figures
from maps.releases.rows import changed_rows, changed_texts, missing_rows

SHOWN = 10
# Compressed, in bytes: what a page may weigh by itself.
START_LIMIT, PAGE_LIMIT = 350_000, 200_000
_LINK = re.compile(r"""\b(?:href|src|data-src|action)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SCRIPTS = re.compile(r"<script\b[^>]*>.*?</script>", re.DOTALL | re.IGNORECASE)


def check_site(folder: Path, what: Subject, against: Against, gate: Gate) -> None:
    """Raise NetzlageError with a list where anything is wrong. Links and figures are looked at only where all files are there."""
    found = missing(folder, expected_files(what)) or [
        *broken_links(folder),
        *too_heavy(folder),
        *missing_rows(folder, what.downloads, against.tables, gate),
        *changed_rows(folder, what.downloads, against.tables, against.limits),
        *changed_texts(folder, what.downloads),
        *wrong_figures(folder, what.figures, against),
    ]
    if found:
        raise NetzlageError("site_broken", count=len(found), found="; ".join(found[:SHOWN]))


def missing(folder: Path, pages: Iterable[str]) -> list[str]:
    """The pages and files that should be there and are not, and those that are empty."""
    found = [sentence("site_page_missing", page=page) for page in sorted(set(pages)) if not (folder / page).is_file()]
    empty = sorted(p for p in folder.rglob("*") if p.is_file() and not p.stat().st_size)
    return found + [sentence("site_file_empty", page=p.relative_to(folder).as_posix()) for p in empty]


def broken_links(folder: Path) -> list[str]:
    """Links of pages to files of the site that are not there; those to other hosts are not followed."""
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    found = []
    for page in sorted(f for f in files if f.endswith(".html")):
        text = _SCRIPTS.sub(lambda m: m[0][: m[0].index(">") + 1], (folder / page).read_text("utf-8"))
        for target in sorted({html.unescape(a or b) for a, b in _LINK.findall(text)}):
            place = _inside(page, target)
            if place is not None and place not in files:
                found.append(sentence("site_link_broken", page=page, target=target))
    return found


def too_heavy(folder: Path) -> list[str]:
    """Pages above their limit, compressed as a server would."""
    found = []
    for page in sorted(folder.rglob("*.html")):
        name = page.relative_to(folder).as_posix()
        limit = START_LIMIT if name in {"index.html", "en/index.html"} else PAGE_LIMIT
        if page.stat().st_size > limit:
            size = len(gzip.compress(page.read_bytes(), 6, mtime=0))
            if size > limit:
                found.append(sentence("site_too_heavy", page=name, size=size // 1000, limit=limit // 1000))
    return found


def _inside(page: str, target: str) -> str | None:
    """The file of the site that a link means; None for another host, a mail address, or a place on the same page."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not parts.path:
        return None
    base = [] if parts.path.startswith("/") else page.split("/")[:-1]
    for step in unquote(parts.path).split("/"):
        if step == "..":
            base = base[:-1] if base else ["?"]
        elif step not in ("", "."):
            base.append(step)
    place = "/".join(base)
    return f"{place}/index.html".lstrip("/") if parts.path.endswith("/") or not place else place
