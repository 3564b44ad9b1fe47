"""Thin Dagster adapters: each takes snapshots or tables, calls geodata or maps, writes one table. No SQL, no geometry, no HTML here."""

import warnings

from dagster import BetaWarning

# `backfill_policy` is in beta since 2023 and the only way to run all Stände in one run.
warnings.filterwarnings("ignore", "Parameter `backfill_policy`", BetaWarning)
