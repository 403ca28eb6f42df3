"""A dataset as dcat:Dataset."""

from pyoxigraph import Literal, NamedNode

from services.catalogue.adapters.dcat import vocabularies
from services.catalogue.adapters.dcat.distributions import describe_distribution, describe_licence
from services.catalogue.adapters.dcat.places import describe_places
from services.catalogue.adapters.dcat.quality import describe_dataset_quality
from services.catalogue.adapters.dcat.terms import Statements, day, iri, moment, text
from services.catalogue.models.dataset import Dataset
from services.catalogue.models.publication import PublishedDataset

_LOCAL_AUTHORITY = NamedNode("http://purl.org/adms/publishertype/LocalAuthority")
_FICTITIOUS = "Données fictives, créées pour la démonstration."


def dataset_node(base: str, dataset: Dataset) -> NamedNode:
    """Its address is its page on the portal."""
    return NamedNode(f"{base}/jeux/{dataset.id}")


def describe_dataset(said: Statements, base: str, published: PublishedDataset) -> NamedNode:
    """Everything that is known of a dataset; the node that it is.

    `base` is the public address of the platform, without a slash at its end.
    """
    dataset = published.dataset
    node = dataset_node(base, dataset)
    said.is_a(node, "dcat:Dataset")
    said.say(node, "dct:identifier", Literal(str(dataset.id)))
    said.say(node, "dct:title", text(dataset.title))
    # The profile wants a description of every dataset.
    said.say(node, "dct:description", text(dataset.description or dataset.title))
    said.say(node, "dcat:landingPage", iri(dataset.remote_url) or node)
    said.is_a(iri(dataset.remote_url) or node, "foaf:Document")
    _origin(said, node, dataset)
    _publisher(said, node, published)
    _contact(said, node, dataset)
    _subjects(said, node, dataset)
    said.say(node, "dct:accessRights", vocabularies.PUBLIC)
    said.is_a(vocabularies.PUBLIC, "dct:RightsStatement")
    _frequency_and_language(said, node, dataset)
    said.say(node, "dct:issued", moment(dataset.issued) if dataset.issued else None)
    said.say(node, "dct:modified", moment(dataset.modified) if dataset.modified else None)
    _period(said, node, dataset)
    describe_places(said, node, published)
    describe_licence(said, node, dataset)
    describe_dataset_quality(said, base, node, dataset)
    for resource in published.resources:
        describe_distribution(
            said, base, node, dataset, resource, published.checksums.get(resource.id)
        )
    return node


def _origin(said: Statements, node: NamedNode, dataset: Dataset) -> None:
    """What the source calls it, so that copies can be recognised."""
    identifier = NamedNode(f"{node.value}#origine")
    said.say(node, "adms:identifier", identifier)
    said.is_a(identifier, "adms:Identifier")
    said.say(identifier, "skos:notation", Literal(dataset.uri or dataset.remote_id))
    if dataset.fictitious:
        provenance = NamedNode(f"{node.value}#provenance")
        said.say(node, "dct:provenance", provenance)
        said.is_a(provenance, "dct:ProvenanceStatement")
        said.say(provenance, "rdfs:label", text(_FICTITIOUS))


def _publisher(said: Statements, node: NamedNode, published: PublishedDataset) -> None:
    dataset = published.dataset
    named = dataset.publisher_name or dataset.organization_name
    if not named:
        return
    publisher = NamedNode(f"{node.value}#producteur")
    said.say(node, "dct:publisher", publisher)
    said.is_a(publisher, "foaf:Organization", "foaf:Agent")
    said.say(publisher, "foaf:name", text(named))
    said.say(publisher, "dct:type", _LOCAL_AUTHORITY)
    owner = published.organization
    number = dataset.publisher_siret or (owner.siren if owner else None)
    said.say(publisher, "dct:identifier", Literal(number) if number else None)


def _contact(said: Statements, node: NamedNode, dataset: Dataset) -> None:
    if not (dataset.contact_name or dataset.contact_email):
        return
    contact = NamedNode(f"{node.value}#contact")
    said.say(node, "dcat:contactPoint", contact)
    said.is_a(contact, "vcard:Kind", "vcard:Organization")
    said.say(contact, "vcard:fn", text(dataset.contact_name) if dataset.contact_name else None)
    if dataset.contact_email:
        try:
            mail = NamedNode(f"mailto:{dataset.contact_email}")
        except ValueError:
            return
        said.say(contact, "vcard:hasEmail", mail)


def _subjects(said: Statements, node: NamedNode, dataset: Dataset) -> None:
    """Keywords; themes as the EU's concepts and as the source's words; themes as keywords too.

    Readers that know no concept, data.gouv.fr among them, find the theme among the keywords.
    """
    european = vocabularies.themes((*dataset.themes, *dataset.keywords), dataset.schemas)
    words = [theme for theme in dataset.themes if "://" not in theme]
    labels = [label for _, label in european]
    said.texts(node, "dcat:keyword", [*dataset.keywords, *words, *labels])
    for concept, label in european:
        said.say(node, "dcat:theme", concept)
        said.is_a(concept, "skos:Concept")
        said.say(concept, "skos:prefLabel", text(label))
        said.say(concept, "skos:inScheme", vocabularies.THEME_TABLE)
    for number, word in enumerate(theme for theme in words if theme not in labels):
        own = NamedNode(f"{node.value}#theme-{number}")
        said.say(node, "dcat:theme", own)
        said.is_a(own, "skos:Concept")
        said.say(own, "skos:prefLabel", text(word))


def _frequency_and_language(said: Statements, node: NamedNode, dataset: Dataset) -> None:
    if frequency := vocabularies.frequency(dataset.frequency):
        said.say(node, "dct:accrualPeriodicity", frequency)
        said.is_a(frequency, "dct:Frequency")
    if language := vocabularies.language(dataset.language):
        said.say(node, "dct:language", language)
        said.is_a(language, "dct:LinguisticSystem")


def _period(said: Statements, node: NamedNode, dataset: Dataset) -> None:
    if dataset.temporal is None:
        return
    period = NamedNode(f"{node.value}#periode")
    said.say(node, "dct:temporal", period)
    said.is_a(period, "dct:PeriodOfTime")
    start, end = dataset.temporal.start, dataset.temporal.end
    said.say(period, "dcat:startDate", day(start) if start else None)
    said.say(period, "dcat:endDate", day(end) if end else None)
