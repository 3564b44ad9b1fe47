"""Rendering: frames in, HTML and PNG out. It knows neither Dagster nor how the figures came about."""
