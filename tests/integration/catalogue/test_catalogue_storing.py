"""What the harvester and the validator tell, in any order and as often as they like."""

import itertools
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.errors import IdTakenError, UnknownOrganizationError
from services.catalogue.models.territory import TerritoryReason
from services.catalogue.operations.load_territories import load_territories
from services.catalogue.operations.read_dataset import find_report, read_dataset, read_history
from services.catalogue.operations.record_verdicts import record_verdicts
from services.catalogue.operations.reindex import reindex
from services.catalogue.operations.search_datasets import search_datasets
from services.catalogue.operations.shipped import shipped_about
from services.catalogue.operations.store_datasets import store_datasets
from services.catalogue.storage.datasets import DatasetStore
from services.catalogue.storage.tables import datasets, loaded_data, territories
from services.catalogue.storage.territories import TerritoryStore
from services.catalogue.storage.verdicts import VerdictStore
from shared.access.store import AccessStore
from shared.contracts.catalogue import (
    BatchResult,
    DatasetBatch,
    DatasetUpsert,
    VerdictBatch,
    VerdictReport,
)
from shared.contracts.records import Publisher
from shared.db import Database
from shared.errors import ForbiddenError, NotFoundError
from tests.integration.catalogue.builders import (
    CRETEIL,
    EVERYONE,
    LIMEIL,
    NOW,
    checked,
    commune,
    content,
    covering,
    dataset,
    key,
    principal_of,
    put,
    resource,
    verdict,
)

LATER = NOW + timedelta(days=1)


async def report(database: Database, *reports: VerdictReport) -> int:
    return await record_verdicts(database, VerdictBatch(verdicts=list(reports)), EVERYONE)


async def verdict_of(database: Database, name: str) -> str:
    return (await read_dataset(database, key(name))).resources[0].verdict


async def test_the_same_batch_twice_is_as_once(database: Database) -> None:
    first = await put(database, dataset("a"), dataset("b"))
    before = await read_dataset(database, key("a"))
    again = await put(database, dataset("a"), dataset("b"))

    assert first == BatchResult(created=2)
    assert again == BatchResult(unchanged=2)
    assert await read_dataset(database, key("a")) == before


async def written_in(database: Database) -> int:
    """The last transaction that an index has to hear of."""
    async with database.begin() as session:
        return await session.scalar(select(func.max(datasets.c.changed_in)))


async def test_a_dataset_told_again_as_it_was_is_confirmed_and_no_index_hears_of_it(
    database: Database,
) -> None:
    await put(database, dataset("a"))
    before, heard = await read_dataset(database, key("a")), await written_in(database)
    files = [resource("a", checked_at=LATER)]

    again = await put(database, dataset("a", revision=LATER, resources=files))
    after = await read_dataset(database, key("a"))

    assert again == BatchResult(unchanged=1)
    assert (after.revision, after.resources[0].checked_at) == (LATER, LATER)
    assert after.updated_at == before.updated_at
    assert await written_in(database) == heard
    between = dataset("a", title="late", revision=NOW + timedelta(hours=1))
    assert await put(database, between) == BatchResult(stale=1)


async def test_a_date_that_was_in_the_future_is_believed_once_it_has_come(
    database: Database,
) -> None:
    soon = NOW + timedelta(hours=1)
    await put(database, dataset("a", modified=soon))
    heard = await written_in(database)

    again = await put(database, dataset("a", modified=soon, revision=LATER))

    async with database.begin() as session:
        assert await session.scalar(select(datasets.c.fresh_at)) == soon
    assert again == BatchResult(unchanged=1)
    assert await written_in(database) > heard


async def test_a_harvest_after_a_member_was_renamed_has_its_datasets_found_by_the_new_name(
    database: Database, index: LiveIndex
) -> None:
    await put(database, dataset("a"))
    async with database.begin() as session:
        await AccessStore(session).save_organization(replace(CRETEIL, name="Cristolienne"))

    await put(database, dataset("a", revision=LATER))
    await index.catch_up()

    assert (await search_datasets(index, query="cristolienne", filters={})).total == 1


async def test_a_newer_message_overwrites_and_an_older_one_does_not(database: Database) -> None:
    await put(database, dataset("a", title="deux", revision=LATER))

    old = await put(database, dataset("a", title="un", revision=NOW))
    assert old == BatchResult(stale=1)
    assert (await read_dataset(database, key("a"))).title == "deux"

    new = await put(database, dataset("a", title="trois", revision=LATER + timedelta(1)))
    assert new == BatchResult(updated=1)
    assert (await read_dataset(database, key("a"))).title == "trois"


async def test_of_two_messages_in_a_batch_the_newer_counts(database: Database) -> None:
    result = await put(
        database,
        dataset("a", title="neuf", revision=LATER),
        dataset("a", title="vieux", revision=NOW),
    )

    assert result == BatchResult(created=1, stale=1)
    assert (await read_dataset(database, key("a"))).title == "neuf"


async def test_a_resource_no_longer_listed_is_kept_as_removed_and_may_come_back(
    database: Database,
) -> None:
    both = [checked("a", "x"), checked("a", "y")]
    await put(database, dataset("a", resources=both))
    await put(database, dataset("a", resources=both[:1], revision=LATER))

    found = await read_dataset(database, key("a"))
    assert [(r.remote_id, r.removed_at is None) for r in found.resources] == [
        ("x", True),
        ("y", False),
    ]
    assert found.verdict_counts == {"pending": 1}

    await put(database, dataset("a", resources=both, revision=LATER + timedelta(1)))
    assert all(r.removed_at is None for r in (await read_dataset(database, key("a"))).resources)


async def test_nothing_of_a_batch_is_stored_when_one_dataset_is_refused(
    database: Database,
) -> None:
    stranger = commune("Ailleurs", "219999999", "99999", 1)

    with pytest.raises(UnknownOrganizationError):
        await put(database, dataset("a"), dataset("b", stranger))

    with pytest.raises(NotFoundError):
        await read_dataset(database, key("a"))


async def test_a_key_of_one_organisation_writes_for_it_alone(database: Database) -> None:
    mine = principal_of(CRETEIL)
    await put(database, dataset("theirs", LIMEIL))

    with pytest.raises(ForbiddenError):
        await store_datasets(
            database, DatasetBatch(datasets=[dataset("a"), dataset("b", LIMEIL)]), mine
        )
    # Claiming another member's dataset as one's own is no way round it.
    with pytest.raises(ForbiddenError):
        await store_datasets(database, DatasetBatch(datasets=[dataset("theirs", CRETEIL)]), mine)
    with pytest.raises(ForbiddenError):
        await record_verdicts(
            database, VerdictBatch(verdicts=[verdict("theirs", organization_id=LIMEIL.id)]), mine
        )

    assert (await read_dataset(database, key("theirs"))).organization_id == LIMEIL.id


async def test_a_resource_id_of_another_dataset_is_refused(database: Database) -> None:
    await put(database, dataset("a", resources=[resource("a")]))

    with pytest.raises(IdTakenError):
        await put(database, dataset("b", resources=[resource("a")]))
    with pytest.raises(IdTakenError):
        await put(database, dataset("c", resources=[resource("z"), resource("z")]))


async def test_a_verdict_for_the_resource_of_another_organisation_is_refused(
    database: Database,
) -> None:
    await put(database, dataset("a", resources=[checked("a")]))

    with pytest.raises(IdTakenError):
        await report(database, verdict("a", organization_id=LIMEIL.id))


async def test_a_verdict_planted_before_the_resource_by_another_organisation_is_not_applied(
    database: Database,
) -> None:
    await report(database, verdict("a", organization_id=LIMEIL.id))
    await put(database, dataset("a", resources=[checked("a")]))

    assert await verdict_of(database, "a") == "pending"
    assert await read_history(database, key("a")) == []


async def test_the_verdict_replaces_pending_and_stays_when_the_batch_is_repeated(
    database: Database,
) -> None:
    await put(database, dataset("a", resources=[checked("a")]))
    assert await verdict_of(database, "a") == "pending"

    await report(database, verdict("a", verdict="invalid", errors=3))
    await put(database, dataset("a", resources=[checked("a")]))

    found = await read_dataset(database, key("a"))
    assert found.resources[0].verdict == "invalid"
    assert found.resources[0].last_verdict is not None
    assert found.resources[0].last_verdict.errors == 3
    assert found.validity == 0
    assert found.schemas == ("scdl/deliberations",)


async def test_a_verdict_on_a_former_content_goes_to_the_history_only(database: Database) -> None:
    await put(database, dataset("a", resources=[checked("a", text="v2")]))

    await report(database, verdict("a", text="v1", verdict="invalid"))

    assert await verdict_of(database, "a") == "pending"
    history = await read_history(database, key("a"))
    assert [(line.content_sha256, line.verdict) for line in history] == [(content("v1"), "invalid")]


async def test_an_unavailable_file_shows_as_such_and_gets_its_verdict_back(
    database: Database,
) -> None:
    await put(database, dataset("a", resources=[checked("a")]))
    await report(database, verdict("a"))
    gone = checked("a", availability="unavailable", availability_reason="Le serveur a répondu 404")
    await put(database, dataset("a", resources=[gone], revision=LATER))
    assert await verdict_of(database, "a") == "unavailable"

    await put(database, dataset("a", resources=[checked("a")], revision=LATER + timedelta(days=1)))
    assert await verdict_of(database, "a") == "valid"


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
async def test_the_end_is_the_same_in_whatever_order_messages_come(
    database: Database, order: tuple[int, ...]
) -> None:
    """Dataset with the first content, its verdict, dataset with the second, its verdict."""
    messages = [
        dataset("a", resources=[checked("a", text="v1")]),
        verdict("a", text="v1", verdict="invalid"),
        dataset("a", resources=[checked("a", text="v2")], revision=LATER),
        verdict("a", text="v2", checked_at=LATER),
    ]
    for index in (*order, *order):
        message = messages[index]
        if isinstance(message, DatasetUpsert):
            await put(database, message)
        else:
            await report(database, message)

    assert await verdict_of(database, "a") == "valid"
    history = await read_history(database, key("a"))
    assert [line.verdict for line in history] == ["valid", "invalid"]


async def test_a_report_leads_back_to_its_dataset(database: Database) -> None:
    await put(database, dataset("a", resources=[checked("a")]))
    told = verdict("a")
    await report(database, told)

    found = await find_report(database, told.report_id)
    assert found is not None
    assert (found[0].id, found[1].verdict) == (key("a"), "valid")
    assert await find_report(database, key("nowhere")) is None


async def test_a_dataset_has_the_territory_of_its_zone_else_of_its_organisation(
    database: Database,
) -> None:
    silent = dataset("a", publisher=Publisher())
    await put(database, silent, dataset("b", spatial=covering("fr:commune:94044", "junk")))

    own, zone = [await read_dataset(database, key(name)) for name in "ab"]
    assert own.territory is not None
    assert (own.territory.name, own.territory_reason) == ("Créteil", TerritoryReason.ORGANIZATION)
    assert [place.name for place in own.larger_territories] == [
        "Grand Paris Sud Est Avenir",
        "Métropole du Grand Paris",
        "Val-de-Marne",
        "Île-de-France",
    ]
    assert zone.territory is not None
    assert (zone.territory.code, zone.territory_reason) == ("94044", TerritoryReason.ZONE)


async def test_territories_are_loaded_once_and_whole(database: Database) -> None:
    assert await load_territories(database) is False
    async with database.begin() as session:
        rows = await session.execute(
            select(territories.c.kind, func.count().label("number")).group_by(territories.c.kind)
        )
        counts = {row.kind: row.number for row in rows}
        places = await TerritoryStore(session).find(["94028", "219400280", "75028", "75101", "R11"])
    assert counts == shipped_about("territories")["counts"]
    assert counts["commune"] == 34_969
    assert {places[code].name for code in ("94028", "219400280", "75028")} == {"Créteil"}
    assert places["94028"].population == 93_397
    assert places["75101"].path == ("75101", "75056", "200054781", "75", "R11")


async def test_a_new_list_of_territories_indexes_the_datasets_again(database: Database) -> None:
    await put(database, dataset("a"))
    async with database.begin() as session:
        await session.execute(loaded_data.update().values(version="former"))
        await session.execute(datasets.update().values(territory_code=None, territory_path=[]))

    assert await load_territories(database) is True

    found = await read_dataset(database, key("a"))
    assert found.territory is not None
    assert found.territory.name == "Créteil"


async def test_a_renamed_organisation_is_found_by_its_new_name_after_reindexing(
    database: Database, index: LiveIndex
) -> None:
    await put(database, dataset("a"))
    renamed = commune("Ville nouvelle", "219400280", "94028", 1)
    async with database.begin() as session:
        await AccessStore(session).save_organization(renamed)

    assert await reindex(database) == 1

    await index.catch_up()
    found = await search_datasets(index, query="ville nouvelle", filters={})
    assert found.total == 1


async def test_a_dataset_may_have_more_files_than_a_statement_has_parameters(
    database: Database,
) -> None:
    ids = [uuid4() for _ in range(40_000)]

    async with database.begin() as session:
        assert await DatasetStore(session).stored_resources(ids) == {}
        await DatasetStore(session).mark_removed(ids, ids, NOW)
        assert await VerdictStore(session).settle(ids) == set()
        assert await TerritoryStore(session).find([str(id_) for id_ in ids]) == {}
