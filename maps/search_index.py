"""What the search finds: areas, postcodes and districts as one list of short rows; ranking and typing errors are the browser's part."""

from maps.atlas import Atlas
from maps.language import GERMAN

Row = list[str]


def search_rows(atlas: Atlas) -> list[Row]:
    """Rows of name, kind, AGS, name of the Kreis, page; a city is listed once, as Kreis; the Land leads to its targets."""
    rows = [[GERMAN("area.land_name"), "land", atlas.land, "", "index.html#ziele"]]
    rows += [[a.name, "city" if a.is_city else "kreis", a.ags, "", a.path] for a in atlas.kreise]
    rows += [[a.name, "gemeinde", a.ags, _kreis(atlas, a.kreis), a.path] for a in atlas.gemeinden if not a.is_city]
    for kind, name, ags in atlas.content.places[["kind", "name", "ags"]].sort_values(["kind", "name", "ags"]).itertuples(index=False):
        if area := atlas.areas.get(str(ags)):
            rows.append([str(name), str(kind), area.ags, area.name, area.path])
    return rows


def _kreis(atlas: Atlas, ags: str) -> str:
    return atlas.areas[ags].name if ags in atlas.areas else ""
