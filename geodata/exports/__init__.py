"""Files that people take away: GeoPackage, Excel, GeoJSON, CSV, Parquet. What stands in them is decided elsewhere."""
