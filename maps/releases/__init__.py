"""Releases of the site: built beside the published one, checked, approved, put in its place by one rename, taken back."""
