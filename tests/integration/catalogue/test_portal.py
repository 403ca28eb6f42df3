"""The portal's pages, as a browser without JavaScript gets them."""

import gzip
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest
from fastapi import FastAPI

from services.catalogue.operations.record_verdicts import record_verdicts
from services.catalogue.operations.store_datasets import store_datasets
from shared.clients.validator import ValidatorClient
from shared.contracts.catalogue import DatasetBatch, VerdictBatch
from shared.db import Database
from tests.integration.catalogue.builders import (
    EVERYONE,
    LIMEIL,
    checked,
    dataset,
    key,
    resource,
    verdict,
)

_NAMED = {"canonical", "alternate"}
DATASET = f"/jeux/{key('Délibérations')}"
REPORT = f"/rapports/{verdict('Délibérations', verdict='invalid').report_id}"
PAGES = [
    "/",
    "/recherche",
    "/search?q=deliberation",
    "/recherche?q=introuvable+zzz",
    DATASET,
    REPORT,
    "/organisations",
    "/territoires/94028",
    "/territoires/94",
    "/a-propos",
    "/carte",
    "/carte?territoire=france&vue=socle",
    "/api",
    "/accessibilite",
    "/schemas",
    "/verifier",
    "/verifier?url=https%3A%2F%2Fexemple.fr%2Fa.csv&schema=scdl%2Fdeliberations",
]
_OF_OTHERS = ("/api/validator/", "/schemas/", "/docs")


class Page(HTMLParser):
    """What the tests look at in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
async def site(database: Database, client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    messages = [
        dataset(
            "Délibérations",
            description="**Actes** <script>alert(1)</script> [x](javascript:alert(1))",
            remote_url="javascript:alert(1)",
            keywords=["vie municipale", "</script><b>"],
            fictitious=True,
            resources=[
                checked("Délibérations"),
                resource(
                    "Délibérations",
                    "b",
                    availability="unavailable",
                    availability_reason="Le serveur a répondu 404.",
                    url="javascript:alert(1)",
                ),
            ],
        ),
        *(dataset(f"Marché {n:02}", LIMEIL) for n in range(25)),
    ]
    await store_datasets(database, DatasetBatch(datasets=messages), EVERYONE)
    bad = verdict("Délibérations", verdict="invalid", errors=12, summary="12 erreurs trouvées.")
    await record_verdicts(database, VerdictBatch(verdicts=[bad]), EVERYONE)
    return client


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("donnees@infocom.example", "mailto:donnees@infocom.example"),
        ("mailto:donnees@infocom.example", "mailto:donnees@infocom.example"),
        ("https://infocom.example/ecrire", "https://infocom.example/ecrire"),
    ],
)
async def test_visitors_are_told_where_to_write(
    app: FastAPI, site: httpx2.AsyncClient, contact: str, link: str
) -> None:
    silent = (await site.get("/accessibilite")).text
    app.state.settings = app.state.settings.model_copy(update={"contact": contact})

    for page in ("/accessibilite", "/a-propos"):
        text = (await site.get(page)).text
        assert f'<a href="{link}">{contact.removeprefix("mailto:")}</a>' in text
    assert "Pour écrire à cet organisme" not in silent


@pytest.mark.parametrize("lang", ["fr", "en"])
async def test_every_page_has_what_assistive_tools_need(
    site: httpx2.AsyncClient, lang: str
) -> None:
    for address in PAGES:
        answer = await site.get(f"{address}{'&' if '?' in address else '?'}lang={lang}")

        assert answer.status_code == 200, (address, answer.text)
        page = Page(answer.text)
        assert page.all("html") == [{"lang": lang}]
        for tag in ("main", "h1"):
            assert len(page.all(tag)) == 1, (address, tag)
        head = [tag for tag, _ in page.tags[: [tag for tag, _ in page.tags].index("body")]]
        assert head.count("title") == 1, address
        assert page.all("a")[0] == {"class": "skip", "href": "#contenu"}
        labelled = {label["for"] for label in page.all("label")}
        for field in page.all("input"):
            assert field.get("type") == "hidden" or field["id"] in labelled, address
        assert len(page.all("caption")) == len(page.all("table"))
        ids = [a["id"] for _, a in page.tags if a.get("id")]
        assert len(ids) == len(set(ids)), address
        for _, attributes in page.tags:
            for name in ("aria-labelledby", "for"):
                assert attributes.get(name) is None or attributes[name] in ids, address
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        assert all(after <= before + 1 for before, after in pairwise(levels)), address


async def test_no_page_runs_or_loads_anything_foreign(site: httpx2.AsyncClient) -> None:
    for address in PAGES:
        answer = await site.get(address)

        page = Page(answer.text)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        for script in page.all("script"):
            described = script.get("type") == "application/ld+json"
            assert described or (script["src"] or "").startswith("/static/"), address
        assert not page.all("style")
        for tag, attributes in page.tags:
            assert not any(name.startswith("on") or name == "style" for name in attributes)
            for name in ("src", "href", "action"):
                value = attributes.get(name) or ""
                if name == "href" and tag == "link" and attributes.get("rel") in _NAMED:
                    continue
                assert not value.startswith(("javascript:", "data:")), address
                if tag in {"link", "img", "form", "script"}:
                    assert not urlsplit(value).netloc, address
        assert len(gzip.compress(answer.content)) < 150_000


async def test_every_link_inside_the_site_leads_somewhere(site: httpx2.AsyncClient) -> None:
    seen: set[str] = set()
    waiting = list(PAGES)
    while waiting:
        address = waiting.pop()
        if address in seen or len(seen) > 120:
            continue
        seen.add(address)
        answer = await site.get(address)
        if answer.status_code == 303:  # what asks who one is first
            assert answer.headers["location"].startswith("/connexion"), address
            continue
        assert answer.status_code == 200, address
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for link in Page(answer.text).all("a"):
            target = urljoin(address, link["href"] or "").partition("#")[0]
            # Those of another service, or shown from what it says.
            if target.startswith("/") and not target.startswith(_OF_OTHERS):
                waiting.append(target)
    assert len(seen) > 60


async def test_invented_data_is_marked_wherever_it_is_shown(site: httpx2.AsyncClient) -> None:
    for address in (
        DATASET,
        REPORT,
        "/recherche?q=deliberation",
        "/territoires/94028",
        "/",
        "/organisations",
    ):
        assert "Données fictives" in (await site.get(address)).text, address
    assert "Données fictives" not in (await site.get("/territoires/94044")).text


async def test_the_dataset_page_says_what_is_wrong_in_plain_french(
    site: httpx2.AsyncClient,
) -> None:
    text = (await site.get(DATASET)).text

    assert "Non conforme" in text
    assert "12 erreurs trouvées." in text
    assert "Voir les 12 erreurs et comment les corriger" in text
    assert "Le serveur a répondu 404." in text
    assert "d’après le nom du producteur" in text
    assert "<strong>Actes</strong>" in text
    assert "alert(1)</script>" not in text


async def test_the_dataset_page_describes_itself_to_search_engines(
    site: httpx2.AsyncClient,
) -> None:
    text = (await site.get(DATASET)).text

    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert block is not None
    described: dict[str, Any] = json.loads(block[1])
    assert (described["@type"], described["name"]) == ("Dataset", "Délibérations")
    assert "</script><b>" in described["keywords"]
    assert [d["contentUrl"] for d in described["distribution"]] == ["https://exemple.fr/a.csv"]


async def test_filters_can_be_taken_and_given_back(site: httpx2.AsyncClient) -> None:
    taken = await site.get("/recherche?q=march%C3%A9&organization=Limeil-Br%C3%A9vannes")

    page = Page(taken.text)
    chips = [link for link in page.all("a") if link.get("class") == "chip"]
    assert len(chips) == 1
    back = await site.get(chips[0]["href"] or "")
    assert not [link for link in Page(back.text).all("a") if link.get("class") == "chip"]
    unknown = await site.get("/recherche?territory=nulle-part")
    assert "nulle-part" in unknown.text
    assert "Aucun jeu de données ne correspond." in unknown.text


async def test_pages_of_results_lead_to_the_next(site: httpx2.AsyncClient) -> None:
    first = Page((await site.get("/recherche?q=march%C3%A9&lang=en")).text)
    (following,) = [link for link in first.all("a") if link.get("rel") == "next"]

    second = await site.get(following["href"] or "")

    assert second.status_code == 200
    assert len(Page(second.text).all("article")) == 5
    assert "lang=en" in (following["href"] or "")


async def test_without_the_validator_the_report_shows_what_the_catalogue_kept(
    site: httpx2.AsyncClient,
) -> None:
    answer = await site.get(REPORT)

    assert answer.status_code == 200
    assert "12 erreurs trouvées." in answer.text
    assert "le service de contrôle ne répond pas" in answer.text


async def test_a_report_shows_its_errors_by_kind_and_column(
    site: httpx2.AsyncClient, app: FastAPI
) -> None:
    found = {
        "verdict": "invalid",
        "summary": "Une date est fausse.",
        "schema": {"name": "scdl/deliberations", "version": "2.1.5"},
        "file": {"name": "d.csv", "size": 48_213, "sha256": "0", "delimiter": ";"},
        "stats": {"rows": 12, "errors": 1, "rows_with_errors": 1},
        "errors": [
            {
                "title": "Date mal écrite",
                "code": "type-error",
                "line": 3,
                "field": "DELIB_DATE",
                "cell": "<b>31/12/2023",
                "message": "Ce n’est pas une date.",
                "hint": "Écrivez AAAA-MM-JJ.",
                "fix": "2023-12-31",
            }
        ],
        "errors_by_code": {"type-error": 1},
        "engine": {"version": "1"},
    }
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json=found))
    app.state.resources = replace(
        app.state.resources, validator=ValidatorClient("http://validateur", transport=transport)
    )

    text = (await site.get(REPORT)).text

    for expected in (
        "Une date est fausse.",
        "Date mal écrite",
        "DELIB_DATE",
        "&lt;b&gt;31/12/2023",
        "Écrivez AAAA-MM-JJ.",
        "2023-12-31",
        "point-virgule",
        "48\u00a0Ko",
    ):
        assert expected in text
    await app.state.resources.validator.close()


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nulle-part", 404, "Page introuvable"),
        (f"/jeux/{key('none')}", 404, "Page introuvable"),
        ("/jeux/not-an-id", 404, "Page introuvable"),
        ("/territoires/00000", 404, "Page introuvable"),
        ("/recherche?sort=x", 422, "Adresse incorrecte"),
        ("/recherche?cursor=x", 422, "Adresse incorrecte"),
        ("/recherche?cursor=x&lang=en", 422, "`cursor` is not valid"),
        (f"/rapports/{key('none')}", 503, "Momentanément indisponible"),
    ],
)
async def test_errors_are_pages_in_the_reader_s_language(
    site: httpx2.AsyncClient, address: str, status: int, words: str
) -> None:
    answer = await site.get(address)

    assert answer.status_code == status
    assert words in answer.text
    asked = "en" if "lang=en" in address else "fr"
    assert Page(answer.text).all("html") == [{"lang": asked}]


async def test_a_defect_is_a_page_without_its_trace(site: httpx2.AsyncClient, app: FastAPI) -> None:
    app.state.resources = None

    answer = await site.get("/organisations")

    assert answer.status_code == 500
    assert "Une erreur de notre côté" in answer.text
    assert "Traceback" not in answer.text


async def test_an_empty_catalogue_says_so(client: httpx2.AsyncClient) -> None:
    assert "Le catalogue est encore vide." in (await client.get("/")).text
    assert (await client.get("/recherche")).status_code == 200


async def test_the_style_is_cached_by_its_content(client: httpx2.AsyncClient) -> None:
    (style,) = [
        link
        for link in Page((await client.get("/")).text).all("link")
        if link.get("rel") == "stylesheet"
    ]

    answer = await client.get(style["href"] or "")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    again = await client.get(style["href"] or "", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "address", ["/", "/recherche", *(f"/api/catalogue/v1/{file}" for file in (
        "datasets", "datasets.csv", "catalog.ttl", "feed.atom"))]
)  # fmt: skip
async def test_head_answers_as_get_without_a_body(client: httpx2.AsyncClient, address: str) -> None:
    got, answer = await client.get(address), await client.head(address)

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == got.headers["content-type"]


async def test_the_code_of_a_widget_speaks_the_language_of_the_page(
    site: httpx2.AsyncClient,
) -> None:
    french = (await site.get("/territoires/94028")).text
    english = (await site.get("/territoires/94028?lang=en")).text

    assert 'data-lang="en"&gt;' not in french
    assert 'recherche?territory=94028" data-lang="en"&gt;' in english
