import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validator.schemas.errors import UnknownSchemaError
from services.validator.schemas.register import SchemaRegister
from shared.contracts.records import SchemaReference
from shared.errors import NotFoundError


@pytest.fixture(scope="module")
def register() -> SchemaRegister:
    return SchemaRegister.open()


def test_the_list_gives_each_schema_with_its_versions_from_the_newest(register: SchemaRegister):
    entry = next(e for e in register.list() if e.name == "scdl/subventions")

    assert entry.title == "Subventions attribuées"
    assert entry.latest == "2.1.1"
    assert [version.version for version in entry.versions] == [
        *("2.1.1", "2.1.0", "2.0.2", "2.0.1", "2.0.0", "1.1.0")
    ]


def test_a_schema_comes_with_facts_words_and_address(register: SchemaRegister):
    schema = register.get("scdl/deliberations")

    assert (schema.version, schema.kind) == ("2.1.5", "tableschema")
    assert schema.url == "https://schema.data.gouv.fr/schemas/scdl/deliberations/2.1.5/schema.json"
    assert schema.labels == ("Socle Commun des Données Locales",)
    field = schema.descriptor["fields"][1]
    assert field["name"] == "COLL_SIRET"
    assert field["title"] == "SIRET de la collectivité"
    assert field["constraints"] == {"required": True, "pattern": r"^\d{14}$"}


def test_versions_stand_side_by_side(register: SchemaRegister):
    before, after = (register.get("scdl/subventions", v) for v in ("2.0.2", "2.1.0"))

    assert set(after.field_names) - set(before.field_names) == {"rnaBeneficiaire", "dispositifAide"}
    assert before.sha256 != after.sha256


def test_a_caller_may_change_its_descriptor_without_harm_to_the_next(register: SchemaRegister):
    first = register.get("scdl/prenoms")
    hash_before = first.sha256
    first.descriptor["fields"].clear()

    assert register.get("scdl/prenoms").sha256 == hash_before


DELIBERATIONS = "https://gitlab.com/opendatafrance/scdl/deliberations"
REGISTER = "https://schema.data.gouv.fr"
IRVE = "https://raw.githubusercontent.com/etalab/schema-irve"


@pytest.mark.parametrize(
    ("reference", "name", "version"),
    [
        ("scdl/deliberations", "scdl/deliberations", "2.1.5"),
        ("scdl/deliberations@2.1.3", "scdl/deliberations", "2.1.3"),
        ("scdl/deliberations@v2.1.3", "scdl/deliberations", "2.1.3"),
        ("scdl/deliberations@latest", "scdl/deliberations", "2.1.5"),
        (" SCDL/Deliberations ", "scdl/deliberations", "2.1.5"),
        (f"{REGISTER}/schemas/scdl/budget/0.8.2/schema.json", "scdl/budget", "0.8.2"),
        (f"{REGISTER}/schemas/scdl/budget/latest/schema.json", "scdl/budget", "0.8.3"),
        ("http://schema.data.gouv.fr/scdl/budget/", "scdl/budget", "0.8.3"),
        (f"{REGISTER}/scdl/budget/latest.html", "scdl/budget", "0.8.3"),
        (f"{REGISTER}/scdl/budget/0.8.1/documentation.html#x", "scdl/budget", "0.8.1"),
        ("schema.data.gouv.fr/scdl/budget/0.8.1.html", "scdl/budget", "0.8.1"),
        (f"{REGISTER}/schemas/etalab/schema-bal/1.4.0/schema.yml", "etalab/schema-bal", "1.4.0"),
        (f"{DELIBERATIONS}/raw/v2.1.4/schema.json", "scdl/deliberations", "2.1.4"),
        (f"{DELIBERATIONS}/-/raw/v2.1.4/schema.json?inline=false", "scdl/deliberations", "2.1.4"),
        (f"{DELIBERATIONS}/-/blob/master/schema.json", "scdl/deliberations", "2.1.5"),
        (
            "https://git.opendatafrance.net/scdl/deliberations/raw/v2.1.2/schema.json",
            "scdl/deliberations",
            "2.1.2",
        ),
        (f"{IRVE}/v2.3.1/statique/schema-statique.json", "etalab/schema-irve-statique", "2.3.1"),
        (
            f"{IRVE}/refs/tags/v2.2.1/dynamique/schema-dynamique.json",
            "etalab/schema-irve-dynamique",
            "2.2.1",
        ),
        (
            "https://github.com/etalab/schema-stationnement/raw/v0.1.4/schema.json",
            "etalab/schema-stationnement",
            "0.1.4",
        ),
        (
            "https://github.com/aitf-sig-topo/voies-adresses/schemas/v1.3/bal_schema_v1.3.json",
            "etalab/schema-bal",
            "1.3.0",
        ),
    ],
)
def test_a_schema_is_found_under_every_way_of_naming_it(
    register: SchemaRegister, reference: str, name: str, version: str
):
    schema = register.resolve(reference)

    assert (schema.name, schema.version) == (name, version)


@pytest.mark.parametrize(
    ("reference", "version"),
    [
        (SchemaReference(name="scdl/budget"), "0.8.3"),
        (SchemaReference(name="scdl/budget", version="0.8.1"), "0.8.1"),
        (SchemaReference(url=f"{REGISTER}/schemas/scdl/budget/0.8.2/schema.json"), "0.8.2"),
        (SchemaReference(name="Budget", url=f"{REGISTER}/scdl/budget/0.8.2/"), "0.8.2"),
        (SchemaReference(url=f"{REGISTER}/scdl/budget/latest.html", version="v0.8.1"), "0.8.1"),
    ],
)
def test_what_a_portal_declares_is_found(
    register: SchemaRegister, reference: SchemaReference, version: str
):
    schema = register.resolve(reference)

    assert (schema.name, schema.version) == ("scdl/budget", version)


def test_an_unknown_name_is_refused_with_the_nearest_ones(register: SchemaRegister):
    with pytest.raises(UnknownSchemaError) as caught:
        register.get("scdl/deliberation")

    assert "n'est pas dans le registre. Vouliez-vous dire scdl/deliberations" in (
        caught.value.message
    )
    assert caught.value.details["nearest"][0] == "scdl/deliberations"
    assert isinstance(caught.value, NotFoundError)


def test_a_name_without_its_owner_is_refused_with_the_whole_name(register: SchemaRegister):
    with pytest.raises(UnknownSchemaError, match="Vouliez-vous dire etalab/schema-irve-statique"):
        register.get("schema-irve-statique")


def test_an_unknown_version_is_refused_with_the_known_ones(register: SchemaRegister):
    with pytest.raises(UnknownSchemaError, match=r"Versions connues : 0\.8\.3, 0\.8\.2, 0\.8\.1"):
        register.get("scdl/budget", "9.0")


@pytest.mark.parametrize(
    "reference",
    [
        "https://example.org/schema.json",
        "https://[bad",
        SchemaReference(),
        SchemaReference(url=" "),
    ],
)
def test_what_names_nothing_is_refused(register: SchemaRegister, reference: SchemaReference | str):
    with pytest.raises(UnknownSchemaError):
        register.resolve(reference)


@given(st.text(max_size=200))
def test_any_text_is_answered_or_refused(text: str):
    register = SchemaRegister.open()
    for reference in (text, f"https://{text}", f"{REGISTER}/{text}", f"scdl/budget@{text}"):
        try:
            register.resolve(reference)
        except UnknownSchemaError:
            continue


def test_one_schema_costs_less_than_five_milliseconds():
    register = SchemaRegister.open()
    register.get("scdl/prenoms")
    best = min(timed(register, "scdl/menus-collectifs") for _ in range(5))

    assert best < 0.005


def timed(register: SchemaRegister, name: str) -> float:
    start = time.process_time()
    register.get(name)
    return time.process_time() - start


def test_importing_the_register_reads_no_schema():
    code = (
        "import pathlib, io, sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda e, a: opened.append(str(a[0])) if e == 'open' else None)\n"
        "import services.validator.schemas.register\n"
        "print([name for name in opened if name.endswith('.json')])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
