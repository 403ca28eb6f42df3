"""Statistics add up, whatever was told."""

from collections import Counter
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from services.catalogue.models.statistics import Statistics
from services.catalogue.models.verdict import VERDICTS
from services.catalogue.operations.record_verdicts import record_verdicts
from services.catalogue.operations.statistics import read_statistics
from services.catalogue.operations.store_datasets import store_datasets
from services.catalogue.storage.tables import datasets, resources
from shared.contracts.catalogue import DatasetBatch, VerdictBatch
from shared.db import Database
from tests.integration.catalogue.builders import (
    EVERYONE,
    MEMBERS,
    checked,
    covering,
    dataset,
    resource,
    schema,
    verdict,
)
from tests.integration.catalogue.conftest import TABLES
from tests.support.services import run_apart

FILE = st.fixed_dictionaries(
    {
        "verdict": st.sampled_from(["valid", "invalid", "unreadable", "failed", None]),
        "state": st.sampled_from(["available", "unavailable", "checked"]),
        "schema": st.sampled_from(["scdl/deliberations", "scdl/budget", None]),
    }
)
DATASET = st.fixed_dictionaries(
    {
        "owner": st.integers(0, len(MEMBERS) - 1),
        "zone": st.sampled_from(["fr:commune:94044", "country:fr", "fr:departement:94", None]),
        "archived": st.booleans(),
        "files": st.lists(FILE, max_size=4),
    }
)


def message(number: int, drawn: dict[str, Any]) -> tuple[Any, list[Any]]:
    name, owner = f"d{number}", MEMBERS[drawn["owner"]]
    files, verdicts = [], []
    for at, file in enumerate(drawn["files"]):
        declared = schema(file["schema"]) if file["schema"] else None
        if file["state"] == "checked":
            files.append(checked(name, str(at), schema_ref=declared))
        else:
            files.append(resource(name, str(at), availability=file["state"], schema_ref=declared))
        if file["verdict"]:
            verdicts.append(
                verdict(
                    name,
                    str(at),
                    verdict=file["verdict"],
                    schema_name=file["schema"],
                    organization_id=owner.id,
                )
            )
    spatial = covering(drawn["zone"]) if drawn["zone"] else None
    told = dataset(name, owner, resources=files, spatial=spatial, archived=drawn["archived"])
    return told, verdicts


def check_sums(found: Statistics) -> None:
    assert found.total.resources == sum(found.total.verdicts.values())
    for lines in (found.by_organization, found.by_territory, found.by_schema):
        assert sum(line.resources for line in lines) == found.total.resources
        by_verdict: Counter[str] = Counter()
        for line in lines:
            assert line.resources == sum(line.verdicts.values())
            by_verdict.update(line.verdicts)
        assert {name: by_verdict[name] for name in VERDICTS} == found.total.verdicts
    for lines, other in (
        (found.by_organization, found.other_organizations),
        (found.by_territory, found.other_territories),
    ):
        assert sum(line.datasets for line in lines) == found.total.datasets
        assert (other.datasets, other.resources) == (0, 0)
    assert len(found.by_organization) == found.organizations
    assert len(found.by_territory) == found.territories


def check_cut(found: Statistics, whole: Statistics) -> None:
    """One line of each and the rest are the whole."""
    assert found.total == whole.total
    assert (found.organizations, found.territories) == (whole.organizations, whole.territories)
    for lines, other, all_lines in (
        (found.by_organization, found.other_organizations, whole.by_organization),
        (found.by_territory, found.other_territories, whole.by_territory),
    ):
        assert len(lines) <= 1
        assert sum(line.datasets for line in lines) + other.datasets == whole.total.datasets
        assert sum(line.resources for line in lines) + other.resources == whole.total.resources
        most = max((line.datasets for line in all_lines), default=0)
        assert sum(line.datasets for line in lines) == most


async def counted(database: Database, territory: str | None, owner: UUID | None) -> Counter[str]:
    """Files by verdict, datasets under '', as the rows of the catalogue have them."""
    here = [datasets.c.duplicate_of.is_(None)]
    if territory is not None:
        here.append(datasets.c.territory_path.contains([territory]))
    if owner is not None:
        here.append(datasets.c.organization_id == owner)
    files = resources.c
    async with database.begin() as session:
        rows = await session.execute(
            select(files.verdict, func.count())
            .join(datasets, files.dataset_id == datasets.c.id)
            .where(files.removed_at.is_(None), *here)
            .group_by(files.verdict)
        )
        found: Counter[str] = Counter()
        for verdict_, number in rows:
            found[verdict_] = number
        found[""] = await session.scalar(select(func.count()).where(*here))
    return found


async def tell_and_check(own: Database, drawn: list[dict[str, Any]]) -> None:
    async with own.begin() as session:
        for table in TABLES:
            if table.startswith("catalogue."):
                await session.execute(text(f"delete from {table}"))
    pairs = [message(number, one) for number, one in enumerate(drawn)]
    reports = [report for _, reports in pairs for report in reports]
    # Half of the verdicts come before their resources.
    early, late = reports[::2], reports[1::2]
    await record_verdicts(own, VerdictBatch(verdicts=early), EVERYONE)
    await store_datasets(own, DatasetBatch(datasets=[one for one, _ in pairs]), EVERYONE)
    await record_verdicts(own, VerdictBatch(verdicts=late), EVERYONE)

    everything = await read_statistics(own)
    check_sums(everything)
    assert everything.total.datasets == len(drawn)
    assert everything.total.resources == sum(len(one["files"]) for one in drawn)
    for territory in (None, "94", "94044"):
        for owner in (None, MEMBERS[0].id, MEMBERS[1].id):
            part = {"territory": territory, "organization": owner}
            found = await read_statistics(own, **part)
            check_sums(found)
            check_cut(await read_statistics(own, **part, lines=1), found)
            expected = await counted(own, territory, owner)
            assert found.total.datasets == expected.pop("", 0)
            assert +Counter(found.total.verdicts) == +expected


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(DATASET, max_size=8))
def test_breakdowns_add_up_to_the_totals(database: Database, drawn: list[dict[str, Any]]) -> None:
    async def told() -> None:
        own = Database(database.url)
        try:
            await tell_and_check(own, drawn)
        finally:
            await own.close()

    run_apart(told)


async def test_a_dataset_without_files_counts_as_a_dataset(database: Database) -> None:
    await store_datasets(database, DatasetBatch(datasets=[dataset("a", resources=[])]), EVERYONE)

    found = await read_statistics(database)

    assert (found.total.datasets, found.total.resources) == (1, 0)


async def test_what_moves_away_leaves_no_line_behind(database: Database) -> None:
    for zone in ("fr:commune:94044", "fr:departement:94"):
        told = dataset("a", MEMBERS[0], resources=[checked("a", "0")], spatial=covering(zone))
        await store_datasets(database, DatasetBatch(datasets=[told]), EVERYONE)
    for part in ({}, {"territory": "94"}, {"organization": MEMBERS[0].id}):
        found = await read_statistics(database, **part)
        check_sums(found)
        assert [line.key for line in found.by_territory] == ["94"]
        assert (found.territories, found.organizations) == (1, 1)
