"""`python -m pipeline` is `declass`."""

from pipeline.cli import main

main()
