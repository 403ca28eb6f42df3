"""What the demonstration promises to the tests that run the whole chain on it."""

from collections import Counter

from demo import DemoSource, manifest
from demo.catalogue import FICTITIOUS, build
from demo.members import EPT
from services.harvester.connectors.registry import connectors


def test_it_has_a_source_of_each_kind_and_more_than_sixty_datasets() -> None:
    sources = manifest("http://127.0.0.1:1/")

    assert len(sources) == len({one.organization.siren for one in sources}) == 14
    assert sum(len(one.expected) for one in sources) >= 60
    assert {one.kind for one in sources} == {kind.kind for kind in connectors()}
    assert len({one.kind for one in sources}) == 9
    assert all(one.url.startswith("http://127.0.0.1:1/") for one in sources)


def test_every_verdict_and_every_shape_of_declaration_is_met() -> None:
    resources = [one for source in manifest("http://x") for one in source.resources]
    verdicts = Counter(one.verdict for one in resources)
    declared = {one.file.declared for dataset in build(94) for one in dataset.resources}

    assert set(verdicts) == {"valid", "invalid", "unreadable", "unavailable", "no-schema"}
    assert declared == {"version", "name", "url", "nulls", "empty", "none"}
    assert any(one.verdict == "valid" and not one.declared for one in resources)


def test_invented_data_says_so_and_the_source_passes_it_on() -> None:
    assert all(FICTITIOUS in one.description for one in build(94))
    assert all(one.fictitious for one in manifest("http://x"))


def test_identifiers_are_unique_and_depend_on_the_seed() -> None:
    towns = [source for source in manifest("http://x") if not source.republishes]
    datasets = [one for source in towns for one in source.expected]
    resources = [one for dataset in datasets for one in dataset.resources]
    others = {
        one.remote_id
        for source in manifest("http://x", seed=1)
        for one in source.expected
        if source.kind not in {"opendatasoft", "listing"}  # known by their names
    }

    assert len({one.remote_id for one in datasets}) == len(datasets)
    assert len({one.url for one in resources}) == len(resources)
    assert not others & {one.remote_id for one in datasets}


def test_datasets_go_come_back_and_appear_from_state_to_state() -> None:
    def listed(state: int) -> set[str]:
        return {one.title for s in manifest("http://x", state=state) for one in s.expected}

    first, second, third = (listed(state) for state in (0, 1, 2))
    assert first - second == {
        "Catalogue des données ouvertes de Mandres-les-Roses",
        "Arbres d'alignement de Périgny",
    }
    assert second - first == {"Parcs de stationnement hors voirie de Joinville-le-Pont"}
    assert third - second == {"Arbres d'alignement de Périgny"}


def test_the_ept_publishes_what_communes_inside_it_publish_too() -> None:
    by_member = {one.organization.name: one for one in manifest("http://x")}
    ept = by_member[EPT.body]
    inside = [by_member[one.body] for one in EPT.communes if one.body in by_member]

    def schemas(source: DemoSource) -> set[str]:
        return {one.schema for one in source.resources if one.schema}

    assert (ept.organization.kind, ept.organization.insee_code) == ("epci", None)
    assert len(inside) == 9
    pairs = [schema for town in inside for schema in schemas(town) & schemas(ept)]
    assert Counter(pairs) == {
        "etalab/schema-irve-statique": 2,
        "etalab/schema-stationnement": 2,
        "etalab/schema-lieux-covoiturage": 2,
    }


def test_the_portal_of_the_departement_has_nothing_that_no_town_has() -> None:
    *towns, regional = manifest("http://x")
    offered = {(one.title, file.url) for t in towns for one in t.expected for file in one.resources}
    repeated = {(one.title, file.url) for one in regional.expected for file in one.resources}

    assert regional.republishes
    assert len(regional.expected) == 6
    assert repeated < offered
