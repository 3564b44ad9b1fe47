"""Tests of the white spots."""
