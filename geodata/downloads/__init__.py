"""Fetching the publishers' files over HTTP into the store of snapshots: whole, checked, every edition kept. It reads no data."""
