"""The pages of the portal by name, and where each is found on a platform that runs the demo.

The browser tests, the screenshots and the measures all go through this one list.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import httpx2

_FILES = Path(__file__).parents[1] / "tests" / "data" / "portal"
BAD_FILE = _FILES / "deliberations-a-corriger.csv"
"""A council's decisions with the errors that agents make; some only a person can mend."""
MENDABLE_FILE = _FILES / "deliberations-corrigeables.csv"
"""The same with nothing but errors that have one answer."""


def portal_page_names() -> list[str]:
    """Names of the pages, known before any platform runs."""
    return [*_FIXED, *_FOUND]


def portal_pages(url: str) -> Mapping[str, str]:
    """Name → address below `url`. Asks the platform for the identifiers it needs."""
    with httpx2.Client(base_url=url, timeout=60, trust_env=False) as client:
        found = {name: find(client) for name, find in _FOUND.items()}
    return {**_FIXED, **found}


def _dataset(**asked: str) -> Callable[[httpx2.Client], str]:
    def find(client: httpx2.Client) -> str:
        answer = client.get("/api/catalogue/v1/datasets", params={**asked, "page_size": "1"})
        return f"/jeux/{answer.json()['hits'][0]['id']}"

    return find


def _table(client: httpx2.Client) -> str:
    page = _dataset(verdict="valid", schema="scdl/deliberations")(client)
    dataset = client.get(f"/api/catalogue/v1/datasets/{page.rpartition('/')[2]}").json()
    valid = next(r["id"] for r in dataset["resources"] if r["verdict"] == "valid")
    return f"{page}/tableau/{valid}"


def _report(client: httpx2.Client) -> str:
    with BAD_FILE.open("rb") as content:
        answer = client.post(
            "/verifier",
            files={"file": (BAD_FILE.name, content)},
            headers={"Accept": "application/json"},
        )
    return str(answer.json()["address"])


def _view(schema: str) -> Callable[[httpx2.Client], str]:
    def find(client: httpx2.Client) -> str:
        dataset = _dataset(verdict="valid", schema=schema)(client).rpartition("/")[2]
        resources = client.get(f"/api/catalogue/v1/datasets/{dataset}").json()["resources"]
        shown = next(one for one in resources if one["verdict"] == "valid")
        return f"/vues/{shown['id']}"

    return find


def _monthly(client: httpx2.Client) -> str:
    members = client.get("/api/catalogue/v1/organizations").json()["items"]
    return f"/organisations/{members[0]['id']}/rapport"


_FIXED = {
    "accueil": "/",
    "recherche": "/recherche?q=subventions",
    "recherche-vide": "/recherche?q=zzzz",
    "verifier": "/verifier",
    "organisations": "/organisations",
    "territoire": "/territoires/94",
    "commune": "/territoires/94028",
    "widget-jeux": "/widgets/jeux?territory=94",
    "carte": "/carte",
    "carte-france": "/carte?territoire=france&vue=socle",
    "schemas": "/schemas",
    "schema": "/schemas/scdl/deliberations",
    "schema-document": "/schemas/139bercy/format-commande-publique",
    "schema-paquet": "/schemas/etalab/schema-irve",
    "a-propos": "/a-propos",
    "api": "/api",
    "accessibilite": "/accessibilite",
    "ressources": "/ressources",
    "ressource": "/ressources/publier-les-deliberations",
    "connexion": "/connexion",
    "english": "/?lang=en",
    "guide": "/ressources/publier-les-deliberations?lang=en",
}
_FOUND = {
    "jeu-conforme": _dataset(verdict="valid", schema="scdl/deliberations"),
    "jeu-a-corriger": _dataset(verdict="invalid"),
    "vue-menus": _view("scdl/menus-collectifs"),
    "vue-subventions": _view("scdl/subventions"),
    "vue-budget": _view("scdl/budget"),
    "vue-lieux": _view("scdl/equipements"),
    "vue-bornes": _view("etalab/schema-irve-statique"),
    "vue-prenoms": _view("scdl/prenoms"),
    "vue-deliberations": _view("scdl/deliberations"),
    "rapport-mensuel": _monthly,
    "tableau": _table,
    "rapport": _report,
    "corrections": lambda client: f"{_report(client)}/corrections",
}
