"""Snapshots: the bytes of each source as received, with sha256, licence and Stand."""
