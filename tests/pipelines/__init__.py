"""Orchestration: what runs by itself, and the same on a real PostgreSQL."""
