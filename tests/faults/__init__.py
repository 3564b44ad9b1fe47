"""What a machine can do to a run: killed, out of disk or memory, twice at once, damaged files; the next run makes it good."""
