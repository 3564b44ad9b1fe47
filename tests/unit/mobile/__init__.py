"""Tests of geodata.mobile."""
