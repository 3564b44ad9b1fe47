"""What the site's search finds besides areas: postcodes and districts with their Gemeinden. Addresses are not searched for."""

from pathlib import Path

import pyarrow as pa

from geodata.session import Limits, query, session


def search_places(  # noqa: PLR0913  # two pairs of tables
    addresses: Path, places: Path, offers: Path, matches: Path, *, districts: bool, limits: Limits
) -> pa.Table:
    """Rows of `kind` (postcode, district), `name`, `ags`, sorted.

    `addresses` and `places`, `offers` and `matches` (of one Stand) run row by row beside each other. `districts`: whether the register's
    names may be published.
    """
    with session(limits) as con:
        return query(con, "search_places", addresses=addresses, places=places, offers=offers, matches=matches, districts=districts)
