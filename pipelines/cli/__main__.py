"""`python -m pipelines.cli` is `netzlage`."""

from pipelines.cli import main

main()
