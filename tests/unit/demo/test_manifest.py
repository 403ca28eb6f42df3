"""What the demonstration promises to the tests that run the whole chain on it."""

from collections import Counter

from demo import manifest
from demo.catalogue import FICTITIOUS, build


def test_it_has_twelve_sources_and_more_than_sixty_datasets() -> None:
    sources = manifest("http://127.0.0.1:1/")

    assert len(sources) == len({one.organization.siren for one in sources}) == 12
    assert sum(len(one.expected) for one in sources) >= 60
    assert {one.kind for one in sources} == {"udata", "dcat"}
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
    datasets = [one for source in manifest("http://x") for one in source.expected]
    resources = [one for dataset in datasets for one in dataset.resources]
    others = {one.remote_id for source in manifest("http://x", seed=1) for one in source.expected}

    assert len({one.remote_id for one in datasets}) == len(datasets)
    assert len({one.remote_id for one in resources}) == len(resources)
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
