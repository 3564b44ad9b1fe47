"""One release, made whole in a folder: pages, downloads, catalogue, feed, tiles, what changed; checked before it is given back.

It knows no Dagster and puts nothing in the place of what is published: that is for releases/store.py.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

from geodata.catalogue import load_catalogue
from geodata.dictionary import Dictionary
from geodata.errors import NetzlageError
from geodata.gate import Gate
from geodata.session import Limits
from geodata.tables import file_hash
from maps.content import SiteContent
from maps.data_pages import DataPages, Render, write_data_pages
from maps.downloads import AREA_COLUMNS, AREAS, WHOLE, Download, Setting, write_checksums, write_downloads
from maps.language import Language
from maps.licences import attribution_of, licence_of
from maps.opendata.catalog import Describing, as_jsonld, as_turtle, catalog
from maps.opendata.check import violations
from maps.opendata.feed import feed
from maps.publisher import Publisher
from maps.releases.changes import changes, figures
from maps.releases.check import check_site
from maps.releases.expected import Subject
from maps.releases.figures import Against, expected_figures
from maps.releases.pages import Changes, write_change_pages
from maps.releases.store import SITE, Release, Store, digest_of
from maps.render import Renderer
from maps.site import build
from maps.tiles import Drawing, draw, tiles_path

FIGURES = "figures.parquet"
SHOWN = 10


@dataclass(frozen=True)
class Material:
    """What a release is made of. `tables` are the files of each out table, `sources` the rows of out_run__sources."""

    content: SiteContent
    tables: Mapping[str, Sequence[Path]]
    gate: Gate
    dictionary: Dictionary
    publisher: Publisher
    edition: str
    land: str
    limits: Limits
    vendor: Path
    drawing: Drawing | None = None


def make_release(
    part: Path, material: Material, store: Store, aside: Executor, *, progress: Callable[[str], None] | None = None
) -> Release:
    """Write the whole release into `part` and check it; the downloads are written on `aside` while the pages are made.

    Raises NetzlageError with the list of what may not be published or is broken.
    """
    site, content = part / SITE, material.content
    if material.drawing:
        content = replace(content, tiles=tiles_path(demo=content.demo))
    written = aside.submit(write_downloads, material.tables, site, _setting(material))
    build(content, site, vendor=material.vendor, progress=progress)
    render = _renderer(content)
    before = _compared_with(part, material, store)
    old = store.folder / before / FIGURES if before else None
    changed = changes(part / FIGURES, old, limits=material.limits)
    names = dict(zip(content.areas["ags"].astype(str), content.areas["name"].fillna(content.areas["ags"]).astype(str), strict=True))
    stands = write_change_pages(Changes(changed, names, content.demo, old is not None), render, site)
    tiles = draw(material.drawing, site, demo=content.demo) if material.drawing else None
    downloads = written.result()
    write_data_pages(DataPages(downloads, material.dictionary, _schemas(material.tables), _sources(content), stands, tiles), render, site)
    write_checksums(site)
    _write_catalogue(downloads, site, material)
    against = Against(material.tables, content.areas, content.edition, content.demo, material.limits)
    check_site(site, Subject(content, expected_figures(against), downloads, stands, tiles), against, material.gate)
    newest = max((d.stand for d in downloads if d.stand != WHOLE), default=WHOLE)
    digest = digest_of(site)
    return Release(f"{newest}-{digest[:8]}", newest, digest, file_hash(part / FIGURES), content.demo, before)


def _renderer(content: SiteContent) -> Render:
    renderer = Renderer(content)

    def render(template: str, lang: str, path: str, *, title: str, **values: object) -> str:
        return renderer.page(template, Language(lang), path, title=title, **values)

    return render


def _setting(material: Material) -> Setting:
    known = load_catalogue()
    return Setting(
        gate=material.gate,
        dictionary=material.dictionary,
        areas=material.content.areas,
        edition=material.edition,
        land=material.land,
        demo=material.content.demo,
        limits=material.limits,
        references=tuple(sorted(i for i in material.gate.public if known[i].reference)),
        credit=partial(_credit, own=material.publisher.open_data.licence),
    )


def _credit(sources: Sequence[str], *, own: str) -> tuple[str, str]:
    return licence_of(sources, own=own).title, attribution_of(sources)


def _compared_with(part: Path, material: Material, store: Store) -> str:
    """Write the figures of this release; the id of the one to hold them against: the published one, or what that was held against."""
    facts = material.tables["out_coverage__shares"]
    pq.write_table(figures(facts, land=material.land, edition=material.edition, limits=material.limits), part / FIGURES, compression="zstd")
    current = store.current()
    if current is None:
        return ""
    # A release with the same figures says nothing new: the same data give the same pages, however often they are made.
    name = current.before if current.figures == file_hash(part / FIGURES) else current.release_id
    return name if name and (store.folder / name / FIGURES).is_file() else ""


def _write_catalogue(downloads: Sequence[Download], site: Path, material: Material) -> None:
    graph = catalog(downloads, Describing(material.publisher, material.dictionary, material.land, material.content.demo))
    if found := violations(graph):
        raise NetzlageError("catalogue_broken", count=len(found), found="; ".join(found[:SHOWN]))
    (site / "catalog.ttl").write_text(as_turtle(graph), "utf-8")
    (site / "catalog.jsonld").write_text(as_jsonld(graph), "utf-8")
    (site / "feed.xml").write_text(feed(downloads, material.publisher, demo=material.content.demo), "utf-8")


def _schemas(tables: Mapping[str, Sequence[Path]]) -> dict[str, dict[str, str]]:
    found = {name: {f.name: str(f.type) for f in pq.read_schema(paths[-1])} for name, paths in sorted(tables.items()) if paths}
    return found | {AREAS: dict.fromkeys(AREA_COLUMNS, "string")}


def _sources(content: SiteContent) -> list[dict[str, str]]:
    return [{str(k): str(v) for k, v in row.items()} for row in content.sources.to_dict("records")]
