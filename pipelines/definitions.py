"""The code location: all assets and checks, partitioned by the Stände of the profile. Built when Dagster asks, not at import."""

import logging

import dagster as dg

import assets.core
import assets.maps
import assets.out
import assets.raw
from assets import checks
from assets.house import BY_STAND, House
from geodata.catalogue import load_catalogue
from pipelines.resources import house_from_environment
from pipelines.versions import code_version

JOB = "netzlage"
STEP_LOG = "steps"


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions for the profile and output folder that the environment names."""
    return build_definitions(house_from_environment())


def build_definitions(house: House, *, step_log: logging.Handler | None = None) -> dg.Definitions:
    """The definitions for one house; the command line and tests pass their own, and a handler that follows the steps."""
    stands = dg.StaticPartitionsDefinition(list(house.profile.stands))
    found = [
        asset
        for package in (assets.raw, assets.core, assets.out, assets.maps)
        for asset in dg.load_assets_from_package_module(package)
        if isinstance(asset, dg.AssetsDefinition)
    ]
    return dg.Definitions(
        assets=dg.map_asset_specs(lambda spec: _completed(spec, stands), _unique(found)),
        asset_checks=dg.load_asset_checks_from_modules([checks]),
        resources={"house": house},
        loggers={STEP_LOG: _logger(step_log)} if step_log else {},
        jobs=[dg.define_asset_job(JOB, selection=dg.AssetSelection.all(), description="Alle Schritte von den Dateien bis zur Seite.")],
    )


def _unique(found: list[dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    return list({asset.key: asset for asset in found}.values())


def _completed(spec: dg.AssetSpec, stands: dg.PartitionsDefinition) -> dg.AssetSpec:
    """The spec with its code version, its partitions if it follows the Stände, and what the catalogue says of a raw source."""
    changed = spec.replace_attributes(code_version=code_version(str(spec.group_name)))
    if set(BY_STAND) <= set(spec.tags):
        changed = changed.replace_attributes(partitions_def=stands)
    source = load_catalogue().get(spec.key.to_user_string().removeprefix("raw_"))
    if source is None or spec.group_name != "raw":
        return changed
    return changed.replace_attributes(
        description=f"{source.title}. Herausgeber: {source.publisher}. Dateien, wie empfangen; nichts daran wird geändert.",
        metadata={
            "licence": source.licence,
            "attribution": source.attribution,
            "landing_page": dg.MetadataValue.url(source.landing_page),
            "visibility": source.visibility,
        },
    )


def _logger(handler: logging.Handler) -> dg.LoggerDefinition:
    @dg.logger
    def steps(_: dg.InitLoggerContext) -> logging.Logger:
        found = logging.Logger("netzlage.steps")  # noqa: LOG001  # a logger of this run alone, outside the process-wide tree
        found.addHandler(handler)
        return found

    return steps
