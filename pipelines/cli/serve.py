"""`netzlage serve`: the published site on this machine, with range requests."""

import socket
from pathlib import Path

import click
import uvicorn
from rich.console import Console
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from geodata.errors import InputError
from geodata.messages import sentence
from maps.releases.store import SITE, Store
from pipelines.cli.options import command, output_option, readable

HOST = "127.0.0.1"
HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}
# What Python's own list of types does not know, or calls otherwise.
TYPES = {
    ".pmtiles": "application/vnd.pmtiles",
    ".parquet": "application/vnd.apache.parquet",
    ".zip": "application/zip",
    ".geojson": "application/geo+json",
    ".ttl": "text/turtle; charset=utf-8",
    ".jsonld": "application/ld+json",
    ".gz": "application/gzip",
}


@click.command(help="Die Seite auf diesem Rechner zeigen / serve the site on this machine.")
@output_option
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 = ein freier / a free one.")
@click.pass_obj
def serve(lang: str, output: str, port: int) -> None:
    """Serve OUTPUT/site on localhost until interrupted."""
    folder = readable(output, "site", "releases/")
    site = folder / SITE
    if not (site / "index.html").is_file():
        store = Store(folder)
        built = store.built()
        if built and built != store.current():
            raise InputError(
                "site_waits", output=output, release=built.release_id, command=command("publish", "--stand", built.stand, output=output)
            )
        raise InputError("site_absent", output=output, command=f"netzlage run --output {output}")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            # Who reads the address may ask at once: the system queues what comes before the server takes over.
            listener.listen()
        except OSError as error:
            raise InputError("port_taken", port=port, found=error.strerror or str(error)) from error
        Console(highlight=False, soft_wrap=True).print(
            sentence("serving", lang, url=f"http://{HOST}:{listener.getsockname()[1]}/"), markup=False
        )
        uvicorn.Server(uvicorn.Config(site_application(site), log_level="warning")).run(sockets=[listener])


class _Site(StaticFiles):
    """The files of the site with the headers that docs/veroeffentlichen.md gives to a web server."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, with its headers."""
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS)
        if kind := TYPES.get(Path(path).suffix):
            response.headers["content-type"] = kind
        return response


def site_application(site: Path) -> Starlette:
    """The site as a web application: static files, `index.html` for folders, range requests answered with 206."""
    return Starlette(routes=[Mount("/", _Site(directory=site, html=True))])
