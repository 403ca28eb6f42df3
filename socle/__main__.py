"""`python -m socle`: the same as the `socle` command."""

from socle.cli.main import main

main()
