"""Fetching over HTTP, against a server on localhost that misbehaves as real ones do."""
