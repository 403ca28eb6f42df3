"""Every query of the dashboard is answered by the real platform, with the columns it reads."""

import asyncio
import csv
import io
import json
import re
from pathlib import Path

import pytest

from services.catalogue.operations.keep_days import keep_today
from services.catalogue.operations.record_verdicts import record_verdicts
from services.catalogue.operations.store_datasets import store_datasets
from services.harvester.api.gauges import gauges as harvester_gauges
from services.validator.api.gauges import gauges as validator_gauges
from shared.contracts.catalogue import DatasetBatch, VerdictBatch
from shared.migrations import upgrade
from tests.integration.catalogue.builders import EVERYONE, checked, dataset, verdict

GRAFANA = Path(__file__).parents[3] / "deploy" / "grafana"
DASHBOARD = json.loads((GRAFANA / "dashboards" / "socle.json").read_text("utf-8"))
TARGETS = [
    pytest.param(target, id=panel["title"])
    for panel in DASHBOARD["panels"]
    for target in panel["targets"]
]
_NAME = re.compile(r"socle_[a-z_]+")
_LABELS = re.compile(r"by \(([^)]*)\)")


@pytest.fixture
async def filled(database):
    told = dataset("a", resources=[checked("a")])
    await store_datasets(database, DatasetBatch(datasets=[told]), EVERYONE)
    await record_verdicts(database, VerdictBatch(verdicts=[verdict("a")]), EVERYONE)
    await keep_today(database)


@pytest.fixture
async def metrics(client, app, database, catalogue_url, filled) -> str:
    """The page of the catalogue, and what the two other services add to it."""
    for service in ("harvester", "validator"):
        await asyncio.to_thread(upgrade, catalogue_url, f"services.{service}.migrations")
    await client.get("/health")  # an answer to be measured
    page = (await client.get("/metrics")).text
    others = [*await harvester_gauges(app), *await validator_gauges(app)]
    return (
        page
        + "\n"
        + "\n".join(
            gauge.name + str([f"{n}={v}" for n, v in zip(gauge.labels, values, strict=True)])
            for gauge in others
            for values in gauge.samples
        )
    )


@pytest.mark.parametrize("target", [t for t in TARGETS if "expr" in t.values[0]])
async def test_prometheus_knows_each_metric_and_label_of_a_query(metrics, target):
    for name in _NAME.findall(target["expr"]):
        lines = [line for line in metrics.splitlines() if line.startswith(name)]
        assert lines, f"no metric {name}"
        for labels in _LABELS.findall(target["expr"]):
            for label in labels.split(","):
                assert any(f"{label.strip()}=" in line for line in lines), label


@pytest.mark.parametrize("target", [t for t in TARGETS if "url" in t.values[0]])
async def test_the_api_answers_each_query_with_the_columns_it_reads(client, filled, target):
    address = (
        target["url"]
        .replace("${territory}", "94")
        .replace("${__from:date:YYYY-MM-DD}", "2026-01-01")
        .replace("${__to:date:YYYY-MM-DD}", "2027-01-01")
    )
    assert "${" not in address

    answer = await client.get(address)

    assert answer.status_code == 200, answer.text
    table = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert {column["selector"] for column in target["columns"]} <= set(table.fieldnames or ())
    assert list(table)


async def test_an_empty_territory_means_everything(client, filled):
    answer = await client.get("/api/catalogue/v1/stats/series?metric=datasets&territory=")

    assert answer.json()["series"][0]["points"][-1]["value"] == 1


async def test_metrics_are_told_even_when_the_database_is_away(app, client, monkeypatch):
    async def away(_app):
        raise ConnectionError

    monkeypatch.setattr("services.catalogue.api.gauges.measure", away)

    page = (await client.get("/metrics")).text

    assert 'socle_measured{service="catalogue"} 0.0' in page
    assert "socle_http_request_seconds" in page


async def test_the_business_gauges_say_what_is_there(client, filled):
    page = (await client.get("/metrics")).text

    assert 'socle_resources{verdict="valid"} 1.0' in page
    assert "socle_datasets 1.0" in page
    assert "socle_conformity 1.0" in page
