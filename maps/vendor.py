"""Scripts, styles and fonts of others, copied from the installed npm packages; the font is cut down to the characters of the site."""

import io
import shutil
from functools import cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from geodata.errors import NetzlageError

FILES = {
    "leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet/LICENSE": "leaflet/LICENSE",
    "topojson-client/topojson-client.min.js": "topojson-client/dist/topojson-client.min.js",
    "topojson-client/LICENSE": "topojson-client/LICENSE",
    "minisearch/minisearch.js": "minisearch/dist/umd/index.js",
    "minisearch/LICENSE.txt": "minisearch/LICENSE.txt",
    "pmtiles/pmtiles.js": "pmtiles/dist/pmtiles.js",
    "kern/kern.css": "@kern-ux/native/dist/kern.min.css",
    "kern/LICENSE.md": "@kern-ux/native/LICENSE.md",
}
FONTS = {"kern/NotoSans-Regular.woff": "NotoSans-Regular.woff", "kern/NotoSans-Bold.woff": "NotoSans-Bold.woff"}
CHARACTERS = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)])) + "–—‘’‚“”„†•…‰‹›€−≈≤≥→←↑↓✓×"


def copy_vendor(packages: Path, folder: Path) -> None:
    """Copy everything into `folder`; `packages` is the folder of installed npm packages. Raises where a file is not installed."""
    for name, source in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_installed(packages, source), folder / name)
    for name, source in FONTS.items():
        (folder / name).write_bytes(_cut(_installed(packages, f"@kern-ux/native/dist/fonts/noto-sans/{source}")))


def _installed(packages: Path, name: str) -> Path:
    path = packages / name
    if not path.is_file():
        raise NetzlageError("vendor_missing", found=name)
    return path


@cache
def _cut(source: Path) -> bytes:
    """The font with the site's characters alone, as WOFF; the same bytes every time."""
    options = subset.Options(flavor="woff", layout_features=["kern", "liga", "tnum", "lnum"], hinting=False, notdef_outline=True)
    font = TTFont(source, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(text=CHARACTERS)
    cutter.subset(font)
    font.flavor = "woff"
    stream = io.BytesIO()
    font.save(stream)
    return stream.getvalue()
