"""A folder of pages on localhost, answered by the application that `netzlage serve` runs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from pipelines.cli.serve import site_application


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve `folder` for the length of the block; its address."""
    server = uvicorn.Server(uvicorn.Config(site_application(folder), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
