"""Which datasets are one: what counts as evidence, and that order never counts."""

import random
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.catalogue.models.duplicates import Copy, Decisions, clusters, pair
from services.catalogue.models.evidence import (
    EMPTY_CONTENT,
    CopyFacts,
    FileFacts,
    Kind,
    address_key,
    bare_name,
    claims_of,
    host_of,
    publishers_of,
)
from services.catalogue.models.precedence import Rule, choose, standing
from services.catalogue.models.text import plain
from shared.contracts.records import Provenance

NOW = datetime(2026, 11, 28, tzinfo=UTC)
SHA = "a" * 64
TOWN, REGION, NATIONAL = UUID(int=101), UUID(int=102), UUID(int=103)


def facts(number: int, source: UUID = TOWN, **values: object) -> CopyFacts:
    given_values: dict[str, object] = {
        "id": UUID(int=number),
        "organization_id": UUID(int=1),
        "source_id": source,
        "source_url": f"https://portail-{source.int}.fr",
        "remote_id": f"jeu-{number}",
        "uri": None,
        "remote_url": None,
        "title": "Arbres",
        "publisher_name": "Ville de Nogent-sur-Marne",
        "publisher_siret": None,
        "archived": False,
    }
    return CopyFacts(**{**given_values, **values})  # type: ignore[arg-type]


def csv(url: str, sha: str | None = None) -> FileFacts:
    return FileFacts(url, "csv", "main", sha)


def copy(each: CopyFacts) -> Copy:
    return Copy(
        id=each.id,
        source_id=each.source_id,
        title=plain(each.title),
        keys=each.evidence,
        claims=claims_of(each),
        publishers=publishers_of(each, None, None),
    )


def parts(*given_facts: CopyFacts, decisions: Decisions | None = None) -> list[list[int]]:
    found = clusters([copy(each) for each in given_facts], decisions or Decisions())
    return sorted(sorted(id_.int for id_ in members) for members, _ in found)


def reason(one: CopyFacts, other: CopyFacts) -> Kind:
    ((_, links),) = clusters([copy(one), copy(other)], Decisions())
    return links[0].kind


def test_the_same_node_uri_is_the_same_dataset() -> None:
    page = "https://data.nogent.fr/explore/dataset/arbres/"
    one = facts(1, uri=page)
    other = facts(2, NATIONAL, uri=page.replace("https", "http").rstrip("/"))

    assert parts(one, other) == [[1, 2]]
    assert reason(one, other) is Kind.PAGE


def test_a_portal_that_names_the_dataset_it_harvested_links_the_two() -> None:
    town = facts(1, remote_id="arbres@nogent", source_url="https://data.nogent.fr/")
    national = facts(
        2, NATIONAL,
        provenance=(Provenance(kind="harvest", domain="DATA.nogent.fr", remote_id="arbres"),),
    )  # fmt: skip

    assert reason(town, national) is Kind.CHAIN


def test_the_same_local_name_on_one_host_says_nothing_of_itself() -> None:
    shared = "https://sites.example.fr"
    one = facts(1, TOWN, source_url=f"{shared}/nogent/", remote_id="arbres")
    other = facts(2, REGION, source_url=f"{shared}/creteil/", remote_id="arbres")

    assert parts(one, other) == [[1], [2]]


@pytest.mark.parametrize(
    "identifier",
    [
        "5a26b0f6-0ccf-46ad-ac58-734054b91977",
        "{5A26B0F6-0CCF-46AD-AC58-734054B91977}",
        "fr-120066022-jdd-5a26b0f6-0ccf-46ad-ac58-734054b91977",
    ],
)
def test_an_identifier_of_the_whole_world_links_csw_and_ckan(identifier: str) -> None:
    csw = facts(1, REGION, remote_id=identifier)
    ckan = facts(
        2, NATIONAL,
        provenance=(
            Provenance(kind="csw", remote_id="5a26b0f6-0ccf-46ad-ac58-734054b91977"),
        ),
    )  # fmt: skip

    assert reason(csw, ckan) is Kind.IDENTIFIER


def test_our_own_dataset_seen_through_another_portal_is_recognised_by_our_id() -> None:
    ours = facts(0x5A26B0F60CCF46ADAC58734054B91977)
    back = facts(2, NATIONAL, uri=f"https://donnees.exemple.fr/jeux/{ours.id}")

    assert reason(ours, back) is Kind.IDENTIFIER


def test_files_at_the_same_addresses_are_the_same_dataset_however_they_are_written() -> None:
    export = "https://data.nogent.fr/api/explore/v2.1/catalog/datasets/arbres/exports/csv"
    one = facts(1, files=(csv(f"{export}?use_labels=true"),))
    other = facts(2, REGION, title="Les arbres", files=(csv(f"{export}?delimiter=%3B"),))

    assert reason(one, other) is Kind.FILES


def test_a_collection_of_other_datasets_files_is_not_any_of_them() -> None:
    towns = [facts(n, UUID(int=200 + n), files=(csv(f"https://x.fr/{n}.csv"),)) for n in (1, 2, 3)]
    region = facts(9, REGION, title="Tout", files=tuple(f for town in towns for f in town.files))

    assert parts(*towns, region) == [[1], [2], [3], [9]]


def test_a_notice_and_a_service_do_not_make_two_datasets_one() -> None:
    def with_common(number: int, source: UUID) -> CopyFacts:
        return facts(
            number, source, title=f"Jeu {number}",
            files=(
                FileFacts("https://x.fr/notice.pdf", "pdf", "documentation", SHA),
                FileFacts("https://x.fr/wfs", "wfs", "api", None),
            ),
        )  # fmt: skip

    assert parts(with_common(1, TOWN), with_common(2, REGION)) == [[1], [2]]


def test_the_same_content_counts_only_with_the_same_publisher_and_title() -> None:
    one = facts(1, files=(csv("https://a.fr/1", SHA),))
    same = facts(2, REGION, publisher_name="NOGENT SUR MARNE", files=(csv("https://b.fr/2", SHA),))
    other_town = facts(3, NATIONAL, publisher_name="Créteil", files=(csv("https://c.fr/3", SHA),))
    other_title = facts(4, NATIONAL, title="Modèle", files=(csv("https://d.fr/4", SHA),))

    assert parts(one, same, other_town, other_title) == [[1, 2], [3], [4]]
    assert reason(one, same) is Kind.CONTENT


def test_an_empty_file_is_no_content() -> None:
    one = facts(1, files=(csv("https://a.fr/1", EMPTY_CONTENT),))
    other = facts(2, REGION, files=(csv("https://b.fr/2", EMPTY_CONTENT),))

    assert parts(one, other) == [[1], [2]]


def test_what_one_portal_gives_to_differently_titled_datasets_tells_nothing() -> None:
    index = "https://www.nogent.fr/opendata"
    arbres, budget = facts(1, remote_url=index), facts(2, title="Budget", remote_url=index)
    stranger = facts(3, REGION, title="Menus", remote_url=index)

    assert parts(arbres, budget, stranger) == [[1], [2], [3]]


def test_two_datasets_of_one_portal_do_not_become_one_through_a_third() -> None:
    arbres = facts(1, uri="https://a.fr/arbres")
    budget = facts(2, title="Budget", uri="https://a.fr/budget")
    both = facts(3, REGION, uri="https://a.fr/arbres", remote_url="https://a.fr/budget")

    found = parts(arbres, budget, both)

    assert [1, 3] in found or [2, 3] in found
    assert not any({1, 2} <= set(part) for part in found)


def test_a_page_that_more_than_fifty_name_tells_nothing() -> None:
    crowd = [facts(n, UUID(int=500 + n), uri="https://x.fr/page") for n in range(1, 60)]

    assert parts(*crowd) == [[n] for n in range(1, 60)]


def test_a_person_may_split_and_join() -> None:
    one, other = facts(1, uri="https://x.fr/a"), facts(2, REGION, uri="https://x.fr/a")
    apart, third = Decisions(distinct=frozenset({pair(one.id, other.id)})), facts(3, NATIONAL)
    joined = Decisions(same=frozenset({pair(other.id, third.id)}))

    assert parts(one, other, decisions=apart) == [[1], [2]]
    assert parts(one, other, third, decisions=joined) == [[1, 2, 3]]


def test_addresses_are_compared_by_what_names_data() -> None:
    assert address_key("HTTP://WWW.X.fr:80/a%20b/?b=2&a=1&utm_source=x") == "x.fr/a b?a=1&b=2"
    assert address_key("https://x.fr/?lang=fr") is None
    assert address_key("https://x.fr/a#1") != address_key("https://x.fr/a#2")
    assert address_key("ftp://x.fr/a") is None
    assert address_key("http://[bad/a") is None


@given(
    host=st.from_regex(r"[a-z0-9][a-z0-9.-]{0,8}", fullmatch=True),
    path=st.from_regex(r"(/[A-Za-z0-9._~-]{0,3}){0,4}", fullmatch=True),
)
def test_an_address_without_escapes_is_the_same_as_with_them(host: str, path: str) -> None:
    short = address_key(f"https://{host}{path}")
    assert short == address_key(f"HTTPS://{host}{path}") == address_key(f"https://{host}{path}?")
    assert host_of(f"https://{host}{path}") == host_of(f"https://{host}:443{path}#")


@given(st.from_regex(r"[a-z=&%2.~-]{0,12}", fullmatch=True))
def test_what_is_asked_is_the_same_with_escapes_and_without(query: str) -> None:
    escaped = query.replace("a", "%61").replace("-", "%2D")
    assert address_key(f"https://x.fr/b?{query}") == address_key(f"https://x.fr/b?{escaped}&")


def test_a_town_is_the_same_however_it_is_called() -> None:
    names = ("Commune de La Queue-en-Brie", "Ville de la Queue en Brie", "Mairie La Queue-en-Brie")

    assert {bare_name(name) for name in names} == {"queue en brie"}
    assert bare_name("Ville d’Ormesson-sur-Marne") == "ormesson sur marne"
    assert bare_name("Commune") == "commune"


# Precedence


def shown(*candidates: tuple[CopyFacts, dict[str, object]]) -> tuple[int, Rule]:
    chosen, rule = choose(
        standing(each, **{"owner": None, "owner_siren": None, "ours": False, **about})  # type: ignore[arg-type]
        for each, about in candidates
    )
    return chosen.int, rule


NOGENT = {"owner": "Commune de Nogent-sur-Marne", "owner_siren": "219400520"}
REGIONAL = {"owner": "Région", "owner_siren": "237500079"}
LINK = (Provenance(kind="harvest", domain="x.fr"),)


@pytest.mark.parametrize(
    ("better", "worse", "rule"),
    [
        ((facts(9), {}), (facts(1), {"ours": True}), Rule.NOT_OURS),
        ((facts(9, archived=True), {}), (facts(1), {"ours": True}), Rule.NOT_OURS),
        ((facts(9), REGIONAL), (facts(1, archived=True), NOGENT), Rule.LIVING),
        ((facts(9, provenance=LINK), NOGENT), (facts(1), REGIONAL), Rule.OWN_ORGANIZATION),
        (
            (facts(9, publisher_siret="21940052000017"), NOGENT),
            (facts(1, publisher_siret="21940052000017"), REGIONAL),
            Rule.OWN_ORGANIZATION,
        ),
        ((facts(9), NOGENT), (facts(1, provenance=LINK), NOGENT), Rule.ORIGINAL),
        (
            (facts(9, files=(csv("https://f.portail-101.fr/a"),)), NOGENT),
            (facts(1, files=(csv("https://ailleurs.fr/a"),)), NOGENT),
            Rule.HOLDS_FILES,
        ),
        (
            (facts(9, files=(csv("https://x.fr/a"), csv("https://x.fr/b"))), NOGENT),
            (facts(1, files=(csv("https://x.fr/a"),)), NOGENT),
            Rule.COMPLETE,
        ),
        ((facts(1), NOGENT), (facts(9), NOGENT), Rule.STABLE),
    ],
)
def test_the_first_rule_that_tells_two_copies_apart_decides(
    better: tuple[CopyFacts, dict[str, object]],
    worse: tuple[CopyFacts, dict[str, object]],
    rule: Rule,
) -> None:
    assert shown(worse, better) == (better[0].id.int, rule)


def test_a_dataset_without_copies_is_shown_because_it_is_the_only_one() -> None:
    assert shown((facts(1), {})) == (1, Rule.ONLY)


# Whatever the order


@st.composite
def worlds(draw: st.DrawFn) -> list[CopyFacts]:
    """Copies that share few addresses, titles, files and links, so that they often meet."""
    few = st.sampled_from([None, *(f"https://x.fr/{n}" for n in range(4))])
    files = st.lists(
        st.builds(
            csv,
            st.sampled_from([f"https://f.fr/{n}.csv" for n in range(5)]),
            st.sampled_from([None, SHA, "b" * 64]),
        ),
        max_size=3,
    ).map(tuple)
    links = st.lists(
        st.builds(
            Provenance,
            kind=st.just("harvest"),
            domain=st.sampled_from(["portail-101.fr", "portail-102.fr"]),
            remote_id=st.sampled_from([f"jeu-{n}" for n in range(1, 6)]),
        ),
        max_size=1,
    ).map(tuple)
    return [
        facts(
            number,
            draw(st.sampled_from([TOWN, REGION, NATIONAL])),
            uri=draw(few),
            remote_url=draw(few),
            title=draw(st.sampled_from(["Arbres", "Budget"])),
            publisher_name=draw(st.sampled_from(["Nogent", "Créteil"])),
            files=draw(files),
            provenance=draw(links),
        )
        for number in range(1, draw(st.integers(2, 9)))
    ]


@settings(deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_clusters_do_not_depend_on_the_order(
    world: list[CopyFacts], chance: random.Random
) -> None:
    shuffled = chance.sample(world, len(world))

    assert parts(*world) == parts(*shuffled)
    assert sorted(n for part in parts(*world) for n in part) == [f.id.int for f in world]


@settings(deadline=None)
@given(worlds())
def test_no_cluster_holds_two_titles_of_one_source(world: list[CopyFacts]) -> None:
    by_id = {each.id.int: each for each in world}

    for part in parts(*world):
        titles = {(by_id[n].source_id, by_id[n].title) for n in part}
        assert len(titles) == len({source for source, _ in titles})
