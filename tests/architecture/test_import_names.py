"""The packages have general names: nothing installed may shadow them."""

import importlib
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("services", "shared", "socle", "demo")


@pytest.mark.parametrize("name", PACKAGES)
def test_package_is_loaded_from_this_repository(name: str) -> None:
    module = importlib.import_module(name)

    assert Path(module.__file__ or "").is_relative_to(ROOT)


@pytest.mark.parametrize("name", PACKAGES)
def test_no_other_distribution_claims_the_name(name: str) -> None:
    assert next(distributions(name="socle"), None) is not None
    claimed_by = {owner.lower() for owner in packages_distributions().get(name, [])}

    assert claimed_by <= {"socle"}
