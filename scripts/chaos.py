"""The long form of the chaos test: python scripts/chaos.py --seeds 1 2 3 --jobs 600."""

import runpy
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
# By name and not by import: the path above must be set first.
sys.exit(runpy.run_module("tests.support.chaos")["main"]())
