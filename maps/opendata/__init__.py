"""The open-data catalogue (DCAT-AP.de 3.0), its check, and the feed."""
