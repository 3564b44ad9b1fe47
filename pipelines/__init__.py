"""Orchestration only: definitions, resources, partitions, plan and the command line. It knows every folder; no folder knows it."""
