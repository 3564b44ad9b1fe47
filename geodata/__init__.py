"""The library: readers, contracts, cell grid, coverage arithmetic, targets and the demo. It knows neither Dagster nor the maps."""
