"""What the speed claims rest on: one module per question, each with `rows()`; `make bench` prints ours against a peer in one run."""
