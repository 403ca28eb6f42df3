"""The catalogue's gauges on `/metrics`."""

from fastapi import FastAPI

from services.catalogue.models.verdict import VERDICTS
from services.catalogue.operations.measure import measure
from shared.contracts.gauges import Gauge, single


async def gauges(app: FastAPI) -> list[Gauge]:
    """Numbers that a town hall's dashboard follows."""
    found = await measure(app.state.database)
    told = [
        single("socle_organizations", "Members of the platform", found.organizations),
        single("socle_datasets", "Datasets, each once", found.datasets),
        Gauge(
            "socle_resources",
            "Files and services by verdict",
            {(verdict,): float(found.resources.get(verdict, 0)) for verdict in VERDICTS},
            ("verdict",),
        ),
        Gauge(
            "socle_schema_datasets",
            "Datasets with files of a schema",
            {(schema,): float(n) for schema, n in found.datasets_by_schema.items()},
            ("schema",),
        ),
        single("socle_tables", "Typed tables", found.tables),
        single("socle_table_rows", "Rows of typed tables", found.table_rows),
    ]
    for name, meaning, value in (
        ("socle_conformity", "Share of valid files among those judged", found.conformity),
        ("socle_quality_mean", "Mean of the 405 points of quality", found.quality_mean),
    ):
        if value is not None:
            told.append(single(name, meaning, value))
    return told
