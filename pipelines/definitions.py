"""The code location: all assets and checks, partitioned by the Stände of the profile. Built when Dagster asks, not at import."""

import logging
from graphlib import TopologicalSorter

import dagster as dg

import assets.core
import assets.maps
import assets.out
import assets.raw
from assets import checks
from assets.house import BY_STAND, House
from geodata.catalogue import Source, load_catalogue
from pipelines.automation import LOOKED_AT_DAILY, automations, condition_of
from pipelines.plan import ordered_steps
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
    unique = list({asset.key: asset for asset in found}.values())
    behind = _sources_behind([spec for asset in unique for spec in asset.specs])
    everything = dg.define_asset_job(JOB, selection=dg.AssetSelection.all(), description="Alle Schritte von den Dateien bis zur Seite.")
    graph = dg.Definitions(
        assets=dg.map_asset_specs(lambda spec: _completed(spec, stands, behind[spec.key]), unique),
        asset_checks=dg.load_asset_checks_from_modules([checks]),
        resources={"house": house},
        loggers={STEP_LOG: _logger(step_log)} if step_log else {},
        jobs=[everything],
    )
    return dg.Definitions.merge(graph, automations(house, everything, lambda: ordered_steps(graph)))


def _sources_behind(specs: list[dg.AssetSpec]) -> dict[dg.AssetKey, list[Source]]:
    """The sources of the catalogue that each asset is made of, directly or through others."""
    catalogue = load_catalogue()
    deps = {spec.key: [d.asset_key for d in spec.deps] for spec in specs}
    ids: dict[dg.AssetKey, set[str]] = {}
    for key in TopologicalSorter(deps).static_order():
        own = key.to_user_string().removeprefix("raw_")
        ids[key] = {own} & set(catalogue) | {i for d in deps.get(key, []) for i in ids[d]}
    return {key: [catalogue[i] for i in sorted(found)] for key, found in ids.items()}


def _completed(spec: dg.AssetSpec, stands: dg.PartitionsDefinition, behind: list[Source]) -> dg.AssetSpec:
    """The spec with its code version, its partitions if it follows the Stände, and what the catalogue says of its sources."""
    group = str(spec.group_name)
    changed = spec.replace_attributes(
        code_version=code_version(spec.key.to_user_string()),
        automation_condition=condition_of(group),
        freshness_policy=LOOKED_AT_DAILY if group == "raw" and behind else None,
    )
    if set(BY_STAND) <= set(spec.tags):
        changed = changed.replace_attributes(partitions_def=stands)
    if not behind:
        return changed
    if group != "raw":
        text = "\n".join(f"- {s.title} ({s.publisher}), {s.licence}: {s.attribution}" for s in behind)
        return changed.replace_attributes(metadata={"sources": dg.MetadataValue.md(text)})
    source = behind[0]
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
