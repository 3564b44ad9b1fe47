"""An export into a file, in the form that its suffix names. GeoPackage and Excel hold all layers, the other forms one."""

from collections.abc import Callable
from pathlib import Path

from geodata.errors import InputError
from geodata.exports.delimited import write_csv
from geodata.exports.geojson import write_geojson
from geodata.exports.geopackage import write_geopackage
from geodata.exports.layers import Export, Layer
from geodata.exports.parquet import write_parquet
from geodata.exports.target import target_path, written
from geodata.exports.workbook import write_workbook

_ALL: dict[str, Callable[[Export, Path], None]] = {".gpkg": write_geopackage, ".xlsx": write_workbook}
_ONE: dict[str, Callable[[Export, Layer, Path], None]] = {".geojson": write_geojson, ".csv": write_csv, ".parquet": write_parquet}
SUFFIXES = (*_ALL, *_ONE)


def is_whole(path: Path) -> bool:
    """Whether a file of this form holds all layers."""
    return path.suffix.lower() in _ALL


def write(export: Export, wanted: str | Path, *, force: bool = False, layer: str | None = None) -> Path:
    """Write the export and return its path; `layer` chooses the layer of a form that holds only one, else the export's main layer."""
    path = target_path(wanted, suffixes=SUFFIXES, demo=export.demo, force=force)
    suffix = path.suffix.lower()
    names = [one.name for one in export.layers]
    if layer and layer not in names:
        raise InputError("export_layer_absent", found=layer, expected=", ".join(names))
    with written(path) as part:
        if suffix in _ALL:
            _ALL[suffix](export, part)
        else:
            _ONE[suffix](export, export.layer(layer or export.main), part)
    return path
