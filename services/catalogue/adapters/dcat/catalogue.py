"""The catalogue itself, and a page of it in Hydra's terms."""

from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import Literal, NamedNode

from services.catalogue.adapters.dcat import vocabularies
from services.catalogue.adapters.dcat.quality import describe_metrics
from services.catalogue.adapters.dcat.terms import Statements, iri, moment, text, typed

_LANGUAGE = "fr"


@dataclass(frozen=True)
class CatalogueFacts:
    """`base`: the public address of the platform, without a slash at its end."""

    base: str
    title: str
    owner: str
    generated_at: datetime


@dataclass(frozen=True)
class PageLinks:
    """Addresses of this page, the first and the next one; `total` datasets on all of them."""

    page: str
    first: str
    following: str | None
    total: int


def catalogue_node(base: str) -> NamedNode:
    """The catalogue's address is the portal's."""
    return NamedNode(f"{base}/")


def describe_catalogue(said: Statements, facts: CatalogueFacts) -> NamedNode:
    """The catalogue, without its datasets."""
    node = catalogue_node(facts.base)
    owner = facts.owner or facts.title
    said.is_a(node, "dcat:Catalog")
    said.say(node, "dct:title", text(facts.title))
    said.say(node, "dct:description", text(f"Données ouvertes des membres de {owner}."))
    said.say(node, "foaf:homepage", node)
    said.is_a(node, "foaf:Document")
    publisher = NamedNode(f"{facts.base}/a-propos#editeur")
    said.say(node, "dct:publisher", publisher)
    said.is_a(publisher, "foaf:Organization", "foaf:Agent")
    said.say(publisher, "foaf:name", text(owner))
    language = vocabularies.language(_LANGUAGE)
    said.say(node, "dct:language", language)
    if language:
        said.is_a(language, "dct:LinguisticSystem")
    said.say(node, "dcat:themeTaxonomy", vocabularies.THEME_TABLE)
    said.is_a(vocabularies.THEME_TABLE, "skos:ConceptScheme")
    said.say(vocabularies.THEME_TABLE, "dct:title", Literal("Data theme", language="en"))
    said.say(node, "dct:modified", moment(facts.generated_at))
    describe_metrics(said, facts.base)
    return node


def describe_page(said: Statements, node: NamedNode, links: PageLinks) -> None:
    """hydra:PartialCollectionView, as udata and our own connector follow it."""
    view = iri(links.page)
    if view is None:
        return
    said.is_a(node, "hydra:Collection")
    said.say(node, "hydra:totalItems", typed(str(links.total), "xsd:integer"))
    said.say(node, "hydra:view", view)
    said.is_a(view, "hydra:PartialCollectionView")
    said.say(view, "hydra:first", iri(links.first))
    said.say(view, "hydra:next", iri(links.following))
