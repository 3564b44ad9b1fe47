"""Readers, one file per publisher: snapshots in, typed tables and an account of every row out."""
