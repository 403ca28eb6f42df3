"""Say clearly that this Python is too old, before pip says it obscurely."""

import sys

if sys.version_info < (3, 11):
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(
        f"Socle demande Python 3.11 ou plus récent ; celui-ci est {found} ({sys.executable}).\n"
        "Indiquez-en un autre : make install PYTHON=python3.12"
    )
