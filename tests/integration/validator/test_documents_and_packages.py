"""JSON documents and data packages through the API, as a portal sends them."""

import io
import json
import zipfile
from typing import Any

from services.validator.schemas.register import SchemaRegister
from services.validator.schemas.template import example_csv
from tests.integration.validator.conftest import Api, ended
from tests.integration.validator.web import FilesOfTheWeb

REGISTER = SchemaRegister.open()
STATIC, DYNAMIC = (
    example_csv(REGISTER.get(f"etalab/schema-irve-{kind}", "2.3.1")).encode()
    for kind in ("statique", "dynamique")
)
CONTRACTS = {"marches": {"marche": [{"id": "2024-1", "objet": 12}], "contrat-concession": []}}


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.csv", content)
    return out.getvalue()


async def test_contracts_are_checked_object_by_object(api: Api) -> None:
    answer = await api.validate(
        json.dumps(CONTRACTS).encode(),
        "decp.json",
        schema="139bercy/format-commande-publique@2.0.2",
    )

    report = answer.json()
    assert (answer.status_code, report["verdict"]) == (200, "invalid")
    assert report["schema"]["name"] == "139bercy/format-commande-publique"
    assert report["stats"]["rows"] == 1
    [kind] = [error for error in report["errors"] if error["code"] == "json-type"]
    assert (kind["row"], kind["field"]) == (1, "objet")
    assert kind["pointer"] == "/marches/marche/0/objet"
    assert kind["message"].startswith("Dans l'objet n° 1 de marches.marche")

    page = await api.http.get(answer.headers["content-location"], headers={"Accept": "text/html"})
    corrected = await api.http.get(
        answer.headers["content-location"].partition("?")[0] + "/corrected"
    )
    assert "Objets" in page.text
    assert corrected.status_code == 409 or corrected.json()["code"] == "not-correctable"


async def test_a_package_is_one_report_that_names_its_files(api: Api) -> None:
    wrong = DYNAMIC.replace(b",", b",x", 1)

    answer = await api.validate(
        packed(statique=STATIC, dynamique=wrong), "irve.zip", schema="etalab/schema-irve"
    )

    report = answer.json()
    assert answer.status_code == 200
    assert [(m["name"], m["resource"]) for m in report["members"]] == [
        ("statique.csv", "irve-statique"),
        ("dynamique.csv", "irve-dynamique"),
    ]
    assert {error["file"] for error in report["errors"]} <= {"dynamique.csv"}
    lines = await api.http.get(answer.headers["content-location"], headers={"Accept": "text/csv"})
    assert lines.text.splitlines()[0].endswith(",file")


class Packages(FilesOfTheWeb):
    """A package whose files lie beside its description, one of them missing."""

    async def package(self, writer: Any, head: Any) -> None:
        schema = {"fields": [{"name": "code", "constraints": {"required": True}}]}
        descriptor = {
            "name": "rues",
            "resources": [
                {"name": "rues", "path": "good", "schema": "schema"},
                {"name": "places", "path": "absent.csv", "schema": schema},
            ],
        }
        self.answer(
            writer,
            "200 OK",
            json.dumps(descriptor).encode(),
            'Content-Disposition: attachment; filename="datapackage.json"',
        )


async def test_the_files_of_a_package_at_an_address_are_fetched(
    api: Api, web: FilesOfTheWeb
) -> None:
    web.package = Packages.package.__get__(web)  # type: ignore[attr-defined]

    answer = await api.http.post(
        f"{api.url}/validate", json={"url": f"http://127.0.0.1:{web.port}/package"}
    )
    if answer.status_code == 202:
        await ended(api, answer.headers["location"])

    report = answer.json()
    assert (report["verdict"], report["file"]["format"]) == ("invalid", "datapackage")
    assert report["errors_by_code"] == {"resource-missing": 1}
    assert [(m["resource"], m["verdict"]) for m in report["members"]] == [("rues", "valid")]
