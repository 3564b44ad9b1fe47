"""Typed tables, keyed by AGS, in EPSG:25832, checked against their contract."""
