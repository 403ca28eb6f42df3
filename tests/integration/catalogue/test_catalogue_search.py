"""Searching as people type, over a real PostgreSQL."""

from datetime import timedelta
from typing import Any

import pytest

from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.models.search import Facet, SearchResult, Sort
from services.catalogue.models.text import parse_query
from services.catalogue.operations.search_datasets import every_hit, search_datasets
from services.catalogue.operations.store_datasets import store_datasets
from shared.contracts.catalogue import DatasetBatch, DatasetUpsert
from shared.db import Database
from tests.integration.catalogue.builders import (
    BOISSY,
    CRETEIL,
    EVERYONE,
    LIMEIL,
    NOGENT,
    NOW,
    SYNDICATE,
    covering,
    dataset,
    resource,
    schema,
)


def catalogue() -> list[DatasetUpsert]:
    return [
        dataset("Subventions versées aux associations", CRETEIL, description="Voir délibération"),
        dataset(
            "Délibérations du conseil municipal",
            CRETEIL,
            resources=[resource("dc", schema_ref=schema("scdl/deliberations"))],
        ),
        dataset(
            "Délibérations",
            LIMEIL,
            description="Conseil municipal. Voir aussi Créteil et sa délibération commune.",
        ),
        dataset("Menus des écoles élémentaires", NOGENT, keywords=["cantine", "chevaux de bois"]),
        dataset("Été à Boissy : programme", BOISSY, license="odc-odbl"),
        dataset("Adresses du Val-de-Marne", SYNDICATE, spatial=covering("fr:departement:94")),
        dataset("Anciennes délibérations", CRETEIL, archived=True),
    ]


@pytest.fixture
async def filled(database: Database, index: LiveIndex) -> LiveIndex:
    await store_datasets(database, DatasetBatch(datasets=catalogue()), EVERYONE)
    await index.catch_up()
    return index


async def find(index: LiveIndex, query: str = "", **options: Any) -> SearchResult:
    options.setdefault("filters", {})
    return await search_datasets(index, query=query, **options)


def titles(result: SearchResult) -> list[str]:
    return [hit.title for hit in result.hits]


@pytest.mark.parametrize(
    "query",
    ["deliberation creteil", "délibérations Créteil", "CRETEIL DELIBERATIONS", "creteil délib"],
)
async def test_the_deliberations_of_creteil_come_first(filled: LiveIndex, query: str) -> None:
    result = await find(filled, query)

    assert titles(result)[0] == "Délibérations du conseil municipal"
    assert result.hits[0].organization_name == "Créteil"
    assert not result.relaxed


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("menu ecole", "Menus des écoles élémentaires"),
        ("l'école", "Menus des écoles élémentaires"),
        ("cheval", "Menus des écoles élémentaires"),
        ("nogent sur marne", "Menus des écoles élémentaires"),
        ("Nogent-sur-Marne", "Menus des écoles élémentaires"),
        ("94052", "Menus des écoles élémentaires"),
        ("94130", "Menus des écoles élémentaires"),
        ("menus des éc", "Menus des écoles élémentaires"),
        ("boissy st leger", "Été à Boissy : programme"),
        ("été", "Été à Boissy : programme"),
        ("adresses val de marne", "Adresses du Val-de-Marne"),
        ('"conseil municipal" creteil -limeil', "Délibérations du conseil municipal"),
    ],
)
async def test_queries_as_people_type_them_find_their_dataset(
    filled: LiveIndex, query: str, title: str
) -> None:
    assert titles(await find(filled, query))[0] == title


async def test_when_no_dataset_has_all_words_those_with_some_are_found(filled: LiveIndex) -> None:
    result = await find(filled, "menus piscine")

    assert result.relaxed
    assert titles(result) == ["Menus des écoles élémentaires"]


async def test_an_abbreviated_word_stands_for_the_longer_one(filled: LiveIndex) -> None:
    result = await find(filled, "délib créteil")

    assert not result.relaxed
    assert titles(result)[0] == "Délibérations du conseil municipal"


async def test_nothing_is_found_for_words_that_are_nowhere(filled: LiveIndex) -> None:
    result = await find(filled, "zzyzx qwfp")

    assert (result.total, result.relaxed, result.hits) == (0, False, ())


async def told(database: Database, index: LiveIndex, *datasets: DatasetUpsert) -> LiveIndex:
    await store_datasets(database, DatasetBatch(datasets=list(datasets)), EVERYONE)
    await index.catch_up()
    return index


@pytest.mark.parametrize("query", ["DAE", "défibrillateurs"])
async def test_an_acronym_with_the_stem_of_a_stop_word_is_that_word_only(
    database: Database, index: LiveIndex, query: str
) -> None:
    """« DEA », a synonym of both, has the stem of « de »."""
    await told(
        database,
        index,
        dataset("Défibrillateurs", CRETEIL),
        dataset("Plan de la commune", CRETEIL, keywords=["jeu de données"]),
        dataset("Les DEA de la ville", LIMEIL),
    )

    result = await find(index, query, explained=True)

    assert titles(result) == ["Défibrillateurs", "Les DEA de la ville"]
    assert result.hits[1].explanation is not None
    assert result.hits[1].explanation.words[0].field == "title"


async def test_town_before_its_name_need_not_be_said(filled: LiveIndex) -> None:
    result = await find(filled, "les délibérations de la ville de Créteil")

    assert not result.relaxed
    assert titles(result)[0] == "Délibérations du conseil municipal"


async def test_town_and_its_name_find_what_the_town_publishes(filled: LiveIndex) -> None:
    result = await find(filled, "ville de Créteil")

    assert not result.relaxed
    # As relevant as each other, in no order of their own.
    assert set(titles(result)[:2]) == {
        "Délibérations du conseil municipal",
        "Subventions versées aux associations",
    }


async def test_words_that_need_not_be_there_do_not_make_a_query_long(
    filled: LiveIndex,
) -> None:
    result = await find(filled, "liste des menus de nogent-sur-marne")

    assert not result.relaxed
    assert titles(result) == ["Menus des écoles élémentaires"]


async def test_a_word_typed_in_two_is_read_as_one(database: Database, index: LiveIndex) -> None:
    await told(database, index, dataset("Lieux de covoiturage", CRETEIL))

    result = await find(index, "co-voiturage")

    assert (titles(result), result.relaxed) == (["Lieux de covoiturage"], False)
    assert result.corrected == "covoiturage"


@pytest.mark.parametrize(("query", "number"), [("GPSEA", 5), ("mgp", 6), ("menus GPSEA", 0)])
async def test_an_acronym_of_a_territory_is_that_territory(
    filled: LiveIndex, query: str, number: int
) -> None:
    """Grand Paris Sud Est Avenir, Métropole du Grand Paris. Nogent lies in another EPT."""
    result = await find(filled, query)

    assert (0 if result.relaxed else result.total) == number


@pytest.mark.parametrize("query", ["L'Haÿ-les-Roses", "lhay les roses", "hay les roses", "LHAY"])
async def test_a_town_is_the_same_with_its_article_and_without(
    filled: LiveIndex, query: str
) -> None:
    toponym = filled.view.places.locate(parse_query(query))

    assert toponym is not None
    assert toponym[1].places[0][0] == "94038"


async def test_an_acronym_of_a_territory_is_suggested(filled: LiveIndex) -> None:
    suggested = filled.view.suggest_names("gpsea", 5)

    assert [name.label for name in suggested] == ["Grand Paris Sud Est Avenir"]


@pytest.mark.parametrize("query", ["a & b | !", "':*", "-", '"', "\\", "%_", "<->", "é" * 400])
async def test_no_query_breaks_the_search(filled: LiveIndex, query: str) -> None:
    await find(filled, query)


async def test_what_is_archived_comes_behind_what_is_not(filled: LiveIndex) -> None:
    found = titles(await find(filled, "deliberations", filters={Facet.ORGANIZATION: ["Créteil"]}))

    assert found.index("Anciennes délibérations") > found.index(
        "Délibérations du conseil municipal"
    )


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("94028", 3),
        ("fr:commune:94028@2020-01-01", 3),
        ("75028", 3),  # Créteil's code before 1968
        ("200058006", 5),  # EPT: Créteil, Limeil-Brévannes, Boissy
        ("94", 7),
        ("R11", 7),
        ("fr:region:11", 7),
        ("R53", 0),
        ("nowhere", 0),
    ],
)
async def test_a_territory_holds_what_is_below_it(
    filled: LiveIndex, code: str, number: int
) -> None:
    assert (await find(filled, filters={Facet.TERRITORY: [code]})).total == number


async def test_a_format_is_the_same_in_capitals(filled: LiveIndex) -> None:
    result = await find(filled, filters={Facet.FORMAT: ["CSV"]})

    assert result.total == 7
    assert [value.value for value in result.facets[Facet.FORMAT] if value.selected] == ["csv"]


async def test_a_facet_leaves_its_own_filter_out(filled: LiveIndex) -> None:
    result = await find(filled, filters={Facet.LICENSE: ["odc-odbl"]})

    licenses = {value.value: value.count for value in result.facets[Facet.LICENSE]}
    owners = {value.label: value.count for value in result.facets[Facet.ORGANIZATION]}
    assert licenses == {"lov2": 6, "odc-odbl": 1}
    assert owners == {"Boissy-Saint-Léger": 1}


async def test_the_count_of_a_facet_is_what_choosing_it_gives(filled: LiveIndex) -> None:
    result = await find(filled, "conseil")

    for facet, values in result.facets.items():
        for value in values:
            chosen = await find(filled, "conseil", filters={facet: [value.value]})
            assert (facet, value.value, chosen.total) == (facet, value.value, value.count)


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("query", ["", "deliberation"])
async def test_pages_give_every_dataset_once_in_every_order(
    database: Database, index: LiveIndex, sort: Sort, query: str
) -> None:
    many = [
        # Equal titles and dates on purpose: the id has to break the tie.
        dataset(f"d{i}", title="Délibérations", modified=NOW - timedelta(days=i // 5))
        for i in range(23)
    ]
    await store_datasets(database, DatasetBatch(datasets=many), EVERYONE)
    await index.catch_up()

    seen, after = [], None
    while True:
        page = await find(index, query, sort=sort, limit=4, after=after)
        seen += [hit.id for hit in page.hits]
        after = page.next
        if after is None:
            break

    assert len(seen) == 23
    assert set(seen) == {one.id for one in many}


async def test_the_whole_list_of_a_relaxed_search_can_be_read(filled: LiveIndex) -> None:
    hits = [
        hit async for hit in every_hit(filled, query="menus adresses", filters={}, sort=Sort.TITLE)
    ]

    assert [hit.title for hit in hits] == [
        "Adresses du Val-de-Marne",
        "Menus des écoles élémentaires",
    ]


async def test_a_valid_dataset_ranks_before_an_equal_invalid_one(
    database: Database, index: LiveIndex
) -> None:
    gone = resource("b", availability="unavailable")
    same = [
        dataset("b", title="Marchés", resources=[gone]),
        dataset("a", title="Marchés", resources=[resource("a")]),
    ]
    await store_datasets(database, DatasetBatch(datasets=same), EVERYONE)
    await index.catch_up()

    assert [hit.validity for hit in (await find(index, "marches")).hits] == [None, 0.0]
