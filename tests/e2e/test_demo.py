"""The demonstration from end to end: harvest → validate → index → search, with real parts."""

import html
import json
import re
from collections import Counter
from collections.abc import Iterator

import httpx2
import pytest

from demo.members import COMMUNES, EPT
from demo.subjects import SUBJECTS
from tests.support.platform import Socle, data_folder, running, socle

pytestmark = pytest.mark.slow
KINDS = (
    "udata", "ckan", "opendatasoft", "dcat", "arcgis-hub", "csw", "scdl-catalogue",
    "schema-org", "listing",
)  # fmt: skip
SCHEMAS = {slug: subject.schema.name for slug, subject in SUBJECTS.items() if subject.schema}


@pytest.fixture(scope="module")
def demo() -> Iterator[Socle]:
    with data_folder() as folder, running("demo", data_dir=folder) as platform:
        platform.wait_for("Ctrl-C arrête")
        yield platform


@pytest.fixture(scope="module")
def client(demo: Socle) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=demo.url, timeout=30, trust_env=False) as client:
        yield client


def every_hit(client: httpx2.Client, **params: str) -> list[dict]:
    hits, cursor = [], None
    while True:
        asked = {**params, "page_size": "100", **({"cursor": cursor} if cursor else {})}
        page = client.get("/api/catalogue/v1/datasets", params=asked).json()
        hits += page["hits"]
        cursor = page["next_cursor"]
        if not cursor:
            return hits


def test_every_dataset_is_in_the_catalogue_once(demo: Socle, client: httpx2.Client) -> None:
    expected = sorted(d.title for source in demo.publishers() for d in source.expected)

    found = sorted(hit["title"] for hit in every_hit(client))

    assert len(expected) >= 60
    assert len(demo.sources()) == 14
    assert found == expected


def test_every_resource_has_the_verdict_that_its_file_deserves(
    demo: Socle, client: httpx2.Client
) -> None:
    expected = {r.url: r.verdict for source in demo.sources() for r in source.resources}
    found = {}
    for hit in every_hit(client):
        dataset = client.get(f"/api/catalogue/v1/datasets/{hit['id']}").json()
        found |= {r["url"]: r["verdict"] for r in dataset["resources"]}

    assert {url: (found.get(url), wanted) for url, wanted in expected.items()} == {
        url: (wanted, wanted) for url, wanted in expected.items()
    }
    assert set(Counter(expected.values())) == {
        "valid", "invalid", "unreadable", "unavailable", "no-schema",
    }  # fmt: skip


def test_statistics_add_up(demo: Socle, client: httpx2.Client) -> None:
    stats = client.get("/api/catalogue/v1/stats").json()

    assert stats["datasets"] == sum(len(source.expected) for source in demo.publishers())
    assert stats["datasets"] == sum(line["datasets"] for line in stats["by_organization"])
    assert stats["resources"] == sum(stats["by_verdict"].values())
    assert stats["resources"] == sum(len(source.resources) for source in demo.publishers())


def test_searching_without_accents_finds_the_towns_deliberations_first(
    client: httpx2.Client,
) -> None:
    page = client.get("/api/catalogue/v1/datasets", params={"q": "deliberation creteil"}).json()

    first = page["hits"][0]
    assert "élibérations" in first["title"]
    assert "Créteil" in first["organization"]["name"]


def test_portal_shows_the_dataset_its_verdict_and_the_report_in_french(
    client: httpx2.Client,
) -> None:
    hit = every_hit(client, verdict="invalid")[0]
    page = client.get(f"/jeux/{hit['id']}")
    report_links = re.findall(r'href="(/rapports/[0-9a-f-]+[^"]*)"', page.text)
    report = client.get(report_links[0])

    assert page.status_code == 200
    assert hit["title"] in page.text
    assert "fictives" in page.text
    assert report.status_code == 200
    assert "fictives" in report.text or "fictif" in report.text
    assert re.search(r"ligne|colonne", report.text)


@pytest.mark.parametrize(
    "path", ["/", "/recherche?q=cantine", "/organisations", "/a-propos", "/docs"]
)
def test_pages_answer_without_anything_from_elsewhere(client: httpx2.Client, path: str) -> None:
    page = client.get(path)

    assert page.status_code == 200
    assert 'lang="fr"' in page.text
    assert not re.findall(r'(?:src|<link[^>]+href)="https?://', page.text)
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "/ready",
        "/recherche",
        "/api/validator/v1/schemas",
        "/api/harvester/v1/sources",
        "/api/catalogue/v1/datasets.csv",
        "/api/catalogue/v1/catalog.ttl",
        "/api/catalogue/v1/consolidated/scdl/deliberations.csv",
    ],
)
def test_whoever_checks_links_gets_the_head_of_the_answer(client: httpx2.Client, path: str) -> None:
    got, head = client.get(path), client.head(path)

    assert (head.status_code, head.content) == (got.status_code, b"") == (200, b"")
    # Not its length: verdicts still come in, and make the next answer another one.
    assert head.headers["content-type"] == got.headers["content-type"]


def test_one_origin_answers_for_the_three_services(client: httpx2.Client) -> None:
    ready = client.get("/ready")
    schemas = client.get("/api/validator/v1/schemas")
    sources = client.get("/api/harvester/v1/sources")
    metrics = client.get("/metrics").text
    document = client.get("/openapi.json").json()

    assert ready.status_code == 200
    assert {service["service"] for service in ready.json()["services"]} == {
        "catalogue", "validator", "harvester",
    }  # fmt: skip
    assert schemas.status_code == sources.status_code == 200
    assert {"catalogue", "validator", "harvester"} <= set(re.findall(r'service="(\w+)"', metrics))
    prefixes = {path.split("/")[2] for path in document["paths"] if path.startswith("/api/")}
    assert prefixes == {"catalogue", "validator", "harvester"}


def test_writes_without_a_fitting_key_change_nothing(demo: Socle, client: httpx2.Client) -> None:
    sources = client.get("/api/harvester/v1/sources").json()["items"]
    source = sources[0]
    created = socle(
        "keys", "create", "--label", "lecture", "--scope", "validate", data_dir=demo.data_dir
    )
    secret = re.search(r"socle_\S+", created.stdout)
    assert secret, created.stderr
    weak = {"Authorization": f"Bearer {secret.group()}"}
    calls = [
        ("DELETE", f"/api/harvester/v1/sources/{source['id']}", None),
        ("PATCH", f"/api/harvester/v1/sources/{source['id']}", {"name": "volé"}),
        ("POST", f"/api/harvester/v1/sources/{source['id']}/runs", None),
        ("POST", "/api/catalogue/v1/datasets/batch", {"datasets": []}),
        ("POST", "/api/catalogue/v1/verdicts", {"verdicts": []}),
    ]

    without = [client.request(m, path, json=body).status_code for m, path, body in calls]
    with_weak = [
        client.request(m, path, json=body, headers=weak).status_code for m, path, body in calls
    ]

    assert without == [401] * len(calls)
    assert with_weak == [403] * len(calls)
    assert client.get("/api/harvester/v1/sources").json()["items"][0]["name"] == source["name"]


def test_a_towns_key_does_not_act_for_another_town(demo: Socle, client: httpx2.Client) -> None:
    sources = client.get("/api/harvester/v1/sources").json()["items"]
    creteil = next(s for s in sources if "Créteil" in s["name"])
    other = next(s for s in sources if s["organization_id"] != creteil["organization_id"])
    created = socle(
        "keys", "create", "--label", "Créteil", "--scope", "harvest",
        "--organization", "94028", data_dir=demo.data_dir,
    )  # fmt: skip
    secret = re.search(r"socle_\S+", created.stdout)
    assert secret, created.stderr
    key = {"Authorization": f"Bearer {secret.group()}"}

    own = client.patch(
        f"/api/harvester/v1/sources/{creteil['id']}", json={"name": creteil["name"]}, headers=key
    )
    foreign = client.patch(
        f"/api/harvester/v1/sources/{other['id']}", json={"name": "volé"}, headers=key
    )

    assert own.status_code == 200
    assert foreign.status_code == 403


def test_a_second_harvest_finds_everything_unchanged(demo: Socle, client: httpx2.Client) -> None:
    before = client.get("/api/catalogue/v1/stats").json()["by_verdict"]
    source = client.get("/api/harvester/v1/sources").json()["items"][0]

    done = socle("sources", "run", source["id"], data_dir=demo.data_dir)

    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 nouveaux + 0 modifiés" in done.stdout
    assert client.get("/api/catalogue/v1/stats").json()["by_verdict"] == before


def test_commands_that_ask_the_running_platform(demo: Socle) -> None:
    search = socle("search", "cantine", data_dir=demo.data_dir)
    export = socle("export", "datasets", data_dir=demo.data_dir)
    doctor = socle("doctor", data_dir=demo.data_dir)
    members = socle("members", "list", data_dir=demo.data_dir)
    failures = socle("sources", "failures", data_dir=demo.data_dir)

    assert "jeux de données" in search.stdout
    assert len(export.stdout.splitlines()) == 1 + sum(len(s.expected) for s in demo.publishers())
    assert doctor.returncode == 0, doctor.stdout
    assert "Créteil" in members.stdout
    assert "Aucune tâche en échec" in failures.stdout


def test_what_the_departement_repeats_leads_to_the_towns_own(
    demo: Socle, client: httpx2.Client
) -> None:
    (regional,) = (source for source in demo.sources() if source.republishes)
    clusters = client.get("/api/catalogue/v1/duplicates?page_size=100").json()["items"]

    assert len(clusters) == len(regional.expected) == 6
    for cluster in clusters:
        shown, copy = cluster["copies"]
        assert (shown["portal_kind"], copy["portal_kind"]) == (shown["portal_kind"], "ckan")
        assert shown["portal_kind"] in {"udata", "dcat"}
        moved = client.get(f"/jeux/{copy['id']}", follow_redirects=False)
        assert moved.headers["location"] == f"/jeux/{shown['id']}"
    listed = socle("duplicates", "list", data_dir=demo.data_dir)
    assert "Val-de-Marne" in listed.stdout


@pytest.mark.parametrize(
    ("territory", "towns"),
    [
        ("94028", {"irve": {"Créteil"}, "stationnement": {"Créteil"}}),
        (
            "200058006",
            {
                "irve": {"Créteil", "Ormesson-sur-Marne"},
                "stationnement": {"Créteil", "Mandres-les-Roses"},
                "covoiturage": {"Chennevières-sur-Marne", "Limeil-Brévannes"},
            },
        ),
    ],
)
def test_what_a_town_and_its_ept_both_publish_is_named_with_what_to_do(
    client: httpx2.Client, territory: str, towns: dict[str, set[str]]
) -> None:
    asked = {"territory": territory}
    pairs = client.get("/api/catalogue/v1/mutualisation", params=asked).json()["published_twice"]
    standing = client.get(f"/api/catalogue/v1/territories/{territory}/method").json()
    page = client.get(f"/territoires/{territory}").text
    passage = re.search(r'<section aria-labelledby="doubles">.*?</section>', page, re.DOTALL)

    found: dict[str, set[str]] = {}
    for pair in pairs:
        subject = next(slug for slug in SCHEMAS if SCHEMAS[slug] == pair["schema"])
        assert pair["larger"]["territory"] == EPT.code
        assert pair["larger"]["organization"]["name"] == EPT.body
        town = next(one for one in COMMUNES if one.code == pair["smaller"]["territory"])
        assert pair["smaller"]["organization"]["name"] == town.body
        found.setdefault(subject, set()).add(town.name)
    assert found == towns
    nothing_twice = standing["phases"][3]["evidence"][1]
    assert (nothing_twice["met"], nothing_twice["value"]) == (False, len(pairs))
    assert passage
    shown = html.unescape(passage[0])
    for side in (pair[side] for pair in pairs for side in ("smaller", "larger")):
        assert f'<a href="/jeux/{side["id"]}">{side["organization"]["name"]}</a>' in shown
    assert 'href="/ressources/mutualiser"' in shown


@pytest.mark.parametrize("kind", KINDS)
def test_preview_needs_no_server_and_writes_nothing(demo: Socle, kind: str) -> None:
    source = next(s for s in demo.sources() if s.kind == kind)
    host = source.url.split("/")[2]

    done = socle("harvest", source.url, "--preview", "--format", "json", "--allow-host", host)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    # A shared portal is previewed whole.
    shared = sum(len(s.expected) for s in demo.sources() if s.url == source.url)
    assert (found["kind"], found["datasets"]) == (kind, shared)
    assert len(found["sample"]) == min(20, shared)
