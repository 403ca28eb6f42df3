"""Portals of the demonstration: real towns, invented data, the same for the same seed.

`manifest` says what the portals offer and what a right platform makes of it; the portals
themselves are `demo.app.create_app`, or the command `python -m demo`.
"""

from demo.manifest import (
    DEFAULT_SEED,
    DemoOrganization,
    DemoSource,
    ExpectedDataset,
    ExpectedResource,
    manifest,
)

__all__ = [
    "DEFAULT_SEED",
    "DemoOrganization",
    "DemoSource",
    "ExpectedDataset",
    "ExpectedResource",
    "manifest",
]
