"""The graph of a profile up to out_coverage__shares, in one process: `python -m benchmarks.fixed_chain PROFILE OUTPUT`."""

import sys

import dagster as dg

from assets.house import House
from pipelines.definitions import JOB, build_definitions

LAST = "out_coverage__shares"


def main(profile: str, output: str) -> None:
    """Make the last table and all before it, and print how long each step took, the longest first."""
    house = House(profile_name=profile, output=output, memory_limit="2GB")
    definitions = build_definitions(house)
    keys = dg.AssetSelection.assets(LAST).upstream().resolve(definitions.resolve_asset_graph())
    stands = house.profile.stands
    with dg.DagsterInstance.ephemeral() as instance:
        done = definitions.resolve_job_def(JOB).execute_in_process(
            instance=instance,
            run_config={"loggers": {"console": {"config": {"log_level": "ERROR"}}}},
            asset_selection=sorted(keys),
            tags={"dagster/asset_partition_range_start": stands[0], "dagster/asset_partition_range_end": stands[-1]},
        )
        steps = instance.get_run_step_stats(done.run_id)
    for step in sorted(steps, key=lambda s: -((s.end_time or 0) - (s.start_time or 0))):
        print(f"{(step.end_time or 0) - (step.start_time or 0):8.2f} {step.step_key}")


if __name__ == "__main__":
    main(*sys.argv[1:])
