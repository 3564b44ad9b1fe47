"""Tests of the report on a Kreis."""
