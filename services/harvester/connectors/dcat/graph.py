"""A small read-only graph: what a node says, its values in the order of the document."""

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class Graph:
    """Triples by subject and predicate. Named graphs are merged."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._nodes: dict[Node, dict[str, list[Term]]] = {}
        for quad in quads:
            if isinstance(quad.subject, Node) and isinstance(quad.object, Term):
                values = self._nodes.setdefault(quad.subject, {})
                values.setdefault(quad.predicate.value, []).append(quad.object)

    def __len__(self) -> int:
        return len(self._nodes)

    def of_type(self, *types: str) -> Iterator[Node]:
        """Every node that has one of the types, once."""
        for node, values in self._nodes.items():
            if any(isinstance(t, NamedNode) and t.value in types for t in values.get(RDF_TYPE, ())):
                yield node

    def is_a(self, node: Node, *types: str) -> bool:
        """Whether the node has one of the types."""
        values = self._nodes.get(node, {}).get(RDF_TYPE, ())
        return any(isinstance(t, NamedNode) and t.value in types for t in values)

    def with_any(self, *predicates: str) -> Iterator[Node]:
        """Every node that has a value for one of the predicates."""
        for node, said in self._nodes.items():
            if any(predicate in said for predicate in predicates):
                yield node

    def values(self, node: Node, *predicates: str) -> list[Term]:
        """Every value of the predicates, those of the first predicate first."""
        said = self._nodes.get(node, {})
        return [term for predicate in predicates for term in said.get(predicate, ())]

    def describes(self, node: Node) -> bool:
        """Whether the document says anything of the node."""
        return node in self._nodes

    def node(self, term: Term) -> Node | None:
        """The node that a value stands for; some write a node's address as a literal."""
        if not isinstance(term, Literal):
            return term
        try:
            named = NamedNode(term.value)
        except ValueError:
            return None
        return named if named in self._nodes else None

    def text(self, node: Node, *predicates: str) -> str | None:
        """One text: the first predicate that has any, French first, then no language."""
        for predicate in predicates:
            found = best_text(self.values(node, predicate))
            if found is not None:
                return found
        return None

    def label(self, term: Term, *predicates: str) -> str | None:
        """The text of a literal, or what its node is called by the first of `predicates`."""
        if isinstance(term, Literal) and self.node(term) is None:
            return term.value
        node = self.node(term)
        return self.text(node, *predicates) if node is not None else None


def best_text(terms: Iterable[Term]) -> str | None:
    """French, then without language, then the first that is not empty."""
    texts = [term for term in terms if isinstance(term, Literal) and term.value.strip()]
    if not texts:
        return None

    def rank(literal: Literal) -> int:
        language = (literal.language or "").lower()
        return 0 if language.startswith("fr") else 1 if not language else 2

    return min(texts, key=rank).value


def value_of(term: Term) -> str | None:
    """The address or the text of a value; nothing for a blank node."""
    return None if isinstance(term, BlankNode) else term.value
