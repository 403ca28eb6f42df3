"""Quality measurements of the W3C's Data Quality Vocabulary: the verdict travels along."""

from datetime import datetime

from pyoxigraph import Literal, NamedNode

from services.catalogue.adapters.dcat.terms import Statements, moment, name, text, typed
from services.catalogue.models.dataset import Dataset, Resource

_METRICS = {
    "ressources-conformes": (
        "Part des fichiers jugés qui sont conformes à leur schéma, de 0 à 1.",
        "xsd:double",
    ),
    "lignes-sans-erreur": ("Part des lignes du fichier sans erreur, de 0 à 1.", "xsd:double"),
    "conforme": ("Le fichier est-il conforme à son schéma ?", "xsd:boolean"),
}


def describe_metrics(said: Statements, base: str) -> None:
    """What is measured; said once per document."""
    for key, (definition, kind) in _METRICS.items():
        metric = _metric(base, key)
        said.is_a(metric, "dqv:Metric")
        said.say(metric, "skos:definition", text(definition))
        said.say(metric, "dqv:expectedDataType", name(kind))
        said.say(metric, "dqv:inDimension", _dimension(base))
    dimension = _dimension(base)
    said.is_a(dimension, "dqv:Dimension")
    said.say(dimension, "skos:prefLabel", text("Conformité"))


def describe_dataset_quality(
    said: Statements, base: str, node: NamedNode, dataset: Dataset
) -> None:
    """The share of valid files among those judged; nothing when none was."""
    if dataset.validity is None:
        return
    checks = [each.last_verdict.checked_at for each in dataset.resources if each.last_verdict]
    value = typed(repr(round(dataset.validity, 4)), "xsd:double")
    _measure(said, base, node, "ressources-conformes", value, max(checks, default=None))


def describe_file_quality(said: Statements, base: str, node: NamedNode, resource: Resource) -> None:
    """Of a file that the validator has judged: valid or not, and the share of sound rows."""
    line = resource.last_verdict
    if line is None or resource.verdict not in {"valid", "invalid"}:
        return
    valid = typed("true" if resource.verdict == "valid" else "false", "xsd:boolean")
    _measure(said, base, node, "conforme", valid, line.checked_at)
    if line.rows:
        share = round((line.rows - line.rows_with_errors) / line.rows, 4)
        value = typed(repr(share), "xsd:double")
        _measure(said, base, node, "lignes-sans-erreur", value, line.checked_at)


def _measure(
    said: Statements, base: str, node: NamedNode, key: str, value: Literal, at: datetime | None
) -> None:
    separator = "-" if "#" in node.value else "#"
    measurement = NamedNode(f"{node.value}{separator}mesure-{key}")
    said.say(node, "dqv:hasQualityMeasurement", measurement)
    said.is_a(measurement, "dqv:QualityMeasurement")
    said.say(measurement, "dqv:computedOn", node)
    said.say(measurement, "dqv:isMeasurementOf", _metric(base, key))
    said.say(measurement, "dqv:value", value)
    said.say(measurement, "prov:generatedAtTime", moment(at) if at else None)


def _metric(base: str, key: str) -> NamedNode:
    return NamedNode(f"{base}/a-propos#mesure-{key}")


def _dimension(base: str) -> NamedNode:
    return NamedNode(f"{base}/a-propos#dimension-conformite")
