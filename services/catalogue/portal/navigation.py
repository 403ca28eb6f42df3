"""The site's main entries, in their order: what a first-time reader should find at once."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """`text` is the key of its name; pages whose address begins with `address` lie under it."""

    address: str
    text: str
    under: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Whether the page at that path lies under this entry."""
        return path == self.address or any(path.startswith(begin) for begin in self.under)


NAVIGATION = (
    Entry("/recherche", "nav.search", ("/jeux/",)),
    Entry("/verifier", "nav.check", ("/verifier/", "/rapports/")),
    Entry("/organisations", "nav.organizations", ("/territoires/",)),
    Entry("/carte", "nav.map"),
    Entry("/schemas", "nav.schemas", ("/schemas/",)),
    Entry("/ressources", "nav.guides", ("/ressources/",)),
    Entry("/a-propos", "nav.about", ("/accessibilite", "/api")),
)
