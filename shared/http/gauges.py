"""Business gauges on `/metrics`: read from the database when they are asked for."""

from collections.abc import Awaitable, Callable, Iterable, Iterator

import structlog
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from shared.contracts.gauges import Gauge

log = structlog.get_logger()


Measure = Callable[[FastAPI], Awaitable[Iterable[Gauge]]]
"""Reads the gauges of a service; raises what the database's driver raises."""


async def gauge_page(app: FastAPI, service: str, measure: Measure) -> bytes:
    """The gauges in Prometheus' text format; `socle_measured` is 0 when they could not be read."""
    try:
        found = list(await measure(app))
    except Exception as error:  # noqa: BLE001 – the other metrics must still be told
        log.warning("Gauges could not be measured", service=service, error=str(error))
        found = []
    meaning = "Whether the gauges of the service could be read"
    measured = Gauge("socle_measured", meaning, {(service,): float(bool(found))}, ("service",))
    registry = CollectorRegistry()
    registry.register(_Measured([measured, *found]))
    return generate_latest(registry)


class _Measured(Collector):
    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for gauge in self._gauges:
            family = GaugeMetricFamily(gauge.name, gauge.meaning, labels=gauge.labels)
            for labels, value in gauge.samples.items():
                family.add_metric(labels, value)
            yield family
