"""Files in a folder or behind a URL (`s3://bucket/prefix`), opened and written alike. It knows no tables.

Credentials come from the environment alone (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL, AWS_DEFAULT_REGION), through
the client library; they stand in no message, no log and no metadata.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

import duckdb

from geodata.errors import InputError
from geodata.session import Limits, session, with_httpfs

if TYPE_CHECKING:
    from s3fs import S3FileSystem

SCHEME = "s3://"


def is_url(place: Path | str) -> bool:
    """Whether a place is a URL, not a path."""
    return str(place).startswith(SCHEME)


@contextmanager
def opened(place: Path | str) -> Iterator[IO[bytes]]:
    """A file to be read, wherever it lies; FileNotFoundError where it does not."""
    if is_url(place):
        with bucket().open(str(place), "rb") as stream:
            yield stream
    else:
        with Path(place).open("rb") as stream:
            yield stream


def bucket() -> "S3FileSystem":
    """The client of the object store; InputError without credentials in the environment."""
    found = _credentials()
    return _client(found.access_key, found.secret_key, found.token)


@lru_cache(1)
def _client(*_: str | None) -> "S3FileSystem":
    """One client as long as the credentials stay: to make it takes half a second."""
    from s3fs import S3FileSystem  # noqa: PLC0415  # a second to import, and nobody without a bucket needs it

    # Listings are not kept: another machine may have written since.
    return S3FileSystem(use_listings_cache=False, skip_instance_cache=True, default_fill_cache=False)


@contextmanager
def asked(url: str) -> Iterator[None]:
    """What the object store refuses in this block becomes an InputError, without the credentials should it repeat them."""
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415  # as above

    try:
        yield
    except (OSError, BotoCoreError) as error:
        found, secret = str(error) or type(error).__name__, _credentials()
        for word in (secret.access_key, secret.secret_key, secret.token):
            found = found.replace(word, "…") if word else found
        raise InputError("storage_refused", url=url, found=found) from error


@contextmanager
def reading(limits: Limits, *places: Path | str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB session that can read these places: with httpfs and the credentials where one is a URL."""
    with session(limits) as con:
        if any(is_url(place) for place in places):
            with_httpfs(con)
            _secret(con)
        yield con


def _secret(con: duckdb.DuckDBPyConnection) -> None:
    """Give the credentials to this process's in-memory database, as a secret that it does not show."""
    from botocore.session import Session  # noqa: PLC0415  # as above

    found, client = _credentials(), Session().create_client("s3")
    end = urlsplit(client.meta.endpoint_url)
    values = {
        "key": found.access_key,
        "secret": found.secret_key,
        "token": found.token or "",
        "region": client.meta.region_name or "us-east-1",
        "endpoint": end.netloc,
        "ssl": end.scheme == "https",
        "style": "vhost" if end.netloc.endswith(".amazonaws.com") else "path",
    }
    con.execute(
        "CREATE OR REPLACE TEMPORARY SECRET netzlage (TYPE s3, KEY_ID $key, SECRET $secret, SESSION_TOKEN $token, REGION $region, "
        "ENDPOINT $endpoint, USE_SSL $ssl, URL_STYLE $style)",
        values,
    )


def _credentials() -> Any:  # noqa: ANN401  # botocore has no types
    from botocore.credentials import EnvProvider  # noqa: PLC0415  # as above
    from botocore.exceptions import PartialCredentialsError  # noqa: PLC0415

    try:
        found = EnvProvider().load()
    except PartialCredentialsError as error:
        raise InputError("storage_without_credentials", found=str(error)) from error
    if found is None:
        raise InputError("storage_without_credentials", found="–")
    return found
