"""Obligation, phases and comparisons: the rules themselves."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.models.mutualisation import (
    NEIGHBOURS,
    Example,
    SharedDataset,
    ValidFile,
    lacking,
    nearest,
    twice,
)
from services.catalogue.models.obligation import IN_FORCE, Reason, Status, obligation
from services.catalogue.models.phases import PhaseFacts, journey
from services.catalogue.models.territory import Territory
from services.catalogue.models.wording import wording

NAMESPACE = UUID(int=7)


@pytest.mark.parametrize(
    ("kind", "population", "staff", "status", "reason"),
    [
        ("commune", 93_397, 2_000, Status.OBLIGED, Reason.BOTH_MET),
        ("commune", 3_500, 50, Status.OBLIGED, Reason.BOTH_MET),
        ("commune", 3_499, 500, Status.NOT_OBLIGED, Reason.FEW_INHABITANTS),
        ("commune", 3_499, None, Status.NOT_OBLIGED, Reason.FEW_INHABITANTS),
        ("commune", 4_781, 49, Status.NOT_OBLIGED, Reason.FEW_AGENTS),
        ("commune", 4_781, None, Status.TO_CONFIRM, Reason.AGENTS_UNKNOWN),
        ("commune", None, 80, Status.TO_CONFIRM, Reason.INHABITANTS_UNKNOWN),
        ("commune", None, None, Status.TO_CONFIRM, Reason.AGENTS_UNKNOWN),
        ("departement", 1_400_000, None, Status.OBLIGED, Reason.LARGE_BY_NATURE),
        ("region", None, 9_000, Status.OBLIGED, Reason.BOTH_MET),
        ("epci", 2_000, 60, Status.OBLIGED, Reason.AGENTS_MET),
        ("epci", 200_000, 12, Status.NOT_OBLIGED, Reason.FEW_AGENTS),
        ("ept", 300_000, None, Status.TO_CONFIRM, Reason.AGENTS_UNKNOWN),
        ("syndicate", None, 8, Status.NOT_OBLIGED, Reason.FEW_AGENTS),
    ],
)
def test_both_conditions_of_the_law_must_be_met(
    kind: str, population: int | None, staff: int | None, status: Status, reason: Reason
) -> None:
    found = obligation(kind, population, staff, date(2026, 1, 1))

    assert (found.status, found.reason) == (status, reason)
    assert found.since == (IN_FORCE if status is Status.OBLIGED else None)
    assert found.inferred == (kind in {"epci", "ept", "syndicate"})


FULL = PhaseFacts(
    committed=True,
    contact=True,
    obligation_known=True,
    animator=True,
    datasets=20,
    reachable=20,
    licensed=20,
    described=20,
    conformity=95.0,
    socle=frozenset({"scdl/menus-collectifs", "scdl/plats-menus-collectifs", "scdl/deliberations"}),
    initiatives={4: 1, 6: 1},
)


@pytest.mark.parametrize(
    ("facts", "current", "step"),
    [
        (PhaseFacts(), 0, (1, "committed")),
        (PhaseFacts(committed=True), 1, (2, "published")),
        (PhaseFacts(datasets=1), 1, (2, "published")),
        (PhaseFacts(datasets=1, reachable=1), 2, (3, "published-by-the-dozen")),
        (replace(FULL, datasets=11, reachable=11), 2, (3, "published-by-the-dozen")),
        (replace(FULL, conformity=79.9), 3, (4, "files-clear")),
        (replace(FULL, published_twice=1), 3, (4, "nothing-twice")),
        (replace(FULL, socle=frozenset({"a", "b", "c"})), 4, (5, "put-to-use")),
        (replace(FULL, initiatives={}), 5, (6, "communication-initiative")),
        (replace(FULL, contact=False), 6, (1, "contact-named")),
        (replace(FULL, initiatives={6: 1}), 6, (4, "pooling-initiative")),
        (FULL, 6, None),
    ],
)
def test_a_phase_needs_its_essentials_and_those_before(
    facts: PhaseFacts, current: int, step: tuple[int, str] | None
) -> None:
    found = journey(facts)

    assert found.current == current
    assert (found.next_step and (found.next_step[0], found.next_step[1].code)) == step


def test_every_evidence_has_its_words_in_both_languages() -> None:
    french, english = wording("fr"), wording("en")
    assert french.keys() == english.keys()
    for phase in journey(FULL).phases:
        assert f"phase.{phase.number}" in french
        for one in phase.evidence:
            assert {f"evidence.{one.code}", f"step.{one.code}"} <= french.keys()
    for status in Status:
        assert f"obligation.{status.value}" in french
    for reason in Reason:
        assert f"obligation.reason.{reason.value}" in french


facts_of_any = st.builds(
    PhaseFacts,
    committed=st.booleans(),
    contact=st.booleans(),
    datasets=st.integers(0, 30),
    reachable=st.integers(0, 30),
    conformity=st.none() | st.floats(0, 100),
    published_twice=st.integers(0, 2),
    socle=st.frozensets(st.sampled_from(["scdl/menus-collectifs", "scdl/budget"])),
    initiatives=st.dictionaries(st.integers(1, 6), st.integers(0, 2)),
)


@given(facts_of_any)
def test_the_current_phase_is_the_last_without_a_gap(facts: PhaseFacts) -> None:
    found = journey(facts)

    reached = [phase.reached for phase in found.phases]
    assert reached == sorted(reached, reverse=True)
    assert found.current == sum(reached)
    if found.current < 6:
        assert found.next_step is not None
        assert found.next_step[0] == found.current + 1
        assert found.next_step[1].essential


def shared(name: str, owner: str, path: tuple[str, ...], *schemas: str) -> SharedDataset:
    return SharedDataset(
        id=uuid5(NAMESPACE, name),
        title=name,
        organization_id=uuid5(NAMESPACE, owner),
        territory_code=path[0],
        territory_path=path,
        schemas=schemas,
        fictitious=False,
    )


TOWN = shared("town", "Créteil", ("94028", "EPT", "94"), "scdl/equipements", "scdl/budget")
EPT = shared("ept", "EPT 11", ("EPT", "94"), "scdl/equipements")
DEPARTEMENT = shared("dep", "Val-de-Marne", ("94",), "scdl/subventions")


def test_twice_is_the_same_schema_for_one_place_by_two_bodies() -> None:
    everything = [TOWN, EPT, DEPARTEMENT]
    (pair,) = twice(everything, everything)
    assert (pair.schema, pair.smaller, pair.larger) == ("scdl/equipements", TOWN, EPT)


def test_two_files_of_one_body_are_not_twice() -> None:
    same = replace(EPT, id=uuid5(NAMESPACE, "x"), organization_id=TOWN.organization_id)
    assert twice([TOWN], [TOWN, same]) == []


def test_two_bodies_on_one_territory_are_one_pair() -> None:
    other = shared("other", "Syndicat", TOWN.territory_path, "scdl/budget")
    assert len(twice([TOWN, other], [TOWN, other])) == 1


def town(code: str, population: int | None, *path: str) -> Territory:
    return Territory(code, "commune", code, population=population, path=(code, *path))


def test_neighbours_are_of_similar_size_and_as_near_as_there_are_enough() -> None:
    own = town("a", 1000, "EPT", "94", "R11")
    near = [town(f"n{i}", 1000 + i, "EPT", "94", "R11") for i in range(2)]
    farther = [town(f"d{i}", 1500 + i, "EPT2", "94", "R11") for i in range(2)]
    elsewhere = [town(f"e{i}", 1000, "X", "33", "R75") for i in range(40)]
    too_big = town("big", 2001, "EPT", "94", "R11")

    found = nearest(own, [own, too_big, *near, *farther, *elsewhere])
    assert [one.code for one in found] == ["n0", "n1", "d0", "d1"]
    assert len(nearest(own, elsewhere)) == NEIGHBOURS
    assert nearest(town("a", None), near) == []


def valid_file(schema: str, code: str, points: int) -> ValidFile:
    example = Example(
        resource_id=uuid5(NAMESPACE, f"{schema}{code}{points}"),
        dataset_id=UUID(int=1),
        dataset_title=f"{schema} {code}",
        organization_id=UUID(int=2),
        territory_code=code,
        url=None,
        rows=1,
        fictitious=False,
    )
    return ValidFile(schema, points, example)


def test_what_neighbours_have_is_ordered_by_how_many_and_shown_by_the_best() -> None:
    files = [
        valid_file("budget", "a", 300),
        valid_file("menus", "a", 100),
        valid_file("menus", "b", 350),
        valid_file("menus", "b", 20),
        valid_file("dae", "c", 10),
    ]
    found = lacking(frozenset({"dae"}), files)

    assert [(one.schema, one.neighbours) for one in found] == [
        ("menus", ("a", "b")),
        ("budget", ("a",)),
    ]
    assert found[0].example == files[2].example
