"""A web server that lists its folders, in the manner of Apache, nginx or IIS."""

from collections.abc import Mapping
from typing import Any, Literal

from tests.support.portals.base import Answer, FakePortal

Server = Literal["apache", "apache-table", "nginx", "iis", "bare"]


class ListingPortal(FakePortal):
    """Whatever is in `files` below `/data/`. `robots`: the text of robots.txt, if any.

    Lies: `endless` (each folder holds one more), `outside` (links to other hosts and above),
    `cut-names` (as Apache does), and those of every portal.
    """

    def __init__(self, *, server: Server = "apache", **switches: Any) -> None:
        super().__init__(**switches)
        self.server = server
        self.robots: str | None = None
        self.fail_folders: set[str] = set()

    @property
    def url(self) -> str:
        return f"{self.root}/data/"

    def listing(self, path: str, query: Mapping[str, str]) -> Answer | None:
        if path == "/robots.txt" and self.robots is not None:
            return Answer(200, self.robots.encode(), {"content-type": "text/plain"})
        if path in self.fail_folders:
            return Answer(500, b"")
        inside = [name for name in self.files if name.startswith(path)]
        endless = "endless" in self.lying and path.startswith("/data/")
        if not path.endswith("/") or not (inside or endless):
            return None
        names = sorted({name.removeprefix(path).split("/")[0] for name in inside})
        folders = {name for name in names if f"{path}{name}" not in self.files}
        if endless:
            names.append("encore")
            folders.add("encore")
        lines = "".join(self._line(path, name, folder=name in folders) for name in names)
        if "outside" in self.lying:
            lines += '<a href="https://ailleurs.test/x.csv">x</a> <a href="/prive/y.csv">y</a>\n'
            lines += '<a href="../../z.csv">z</a> <a href="mailto:a@b.fr">m</a>\n'
        return Answer(200, self._page(path, lines).encode(), {"content-type": "text/html"})

    def _line(self, path: str, name: str, *, folder: bool) -> str:
        slash = "/" if folder else ""
        shown = f"{name[:6]}..>" if "cut-names" in self.lying else f"{name}{slash}"
        size = "-" if folder else str(len(self.files[f"{path}{name}"].content))
        if self.server == "apache":
            return f'<a href="{name}{slash}">{shown}</a>   2024-11-07 15:00  1.2K\n'
        if self.server == "apache-table":
            cells = "<td>2024-11-07 15:00</td><td>1.2K</td>"
            return f'<tr><td><a href="{name}{slash}">{shown}</a></td>{cells}</tr>'
        if self.server == "nginx":
            return f'<a href="{name}{slash}">{shown}</a>   07-Nov-2024 15:00   {size}\n'
        if self.server == "iis":
            size = "&lt;dir&gt;" if folder else size
            return f' 11/7/2024  3:00 PM {size} <A HREF="{path}{name}{slash}">{name}</A><br>'
        return f'<li><a href="{name}{slash}">{shown}</a></li>'

    def _page(self, path: str, lines: str) -> str:
        if self.server == "iis":
            parent = '<A HREF="/">[To Parent Directory]</A><br><br>'
            title = f"portail.test - {path}"
            return f"<html><title>{title}</title><pre>{parent}{lines}</pre></html>"
        if self.server == "bare":
            return f"<html><body><ul>{lines}</ul></body></html>"
        sort, parent = '<a href="?C=N;O=D">Name</a>', '<a href="../">Parent Directory</a>'
        tag = "table" if self.server == "apache-table" else "pre"
        title = f"<title>Index of {path}</title>"
        return f"<html>{title}<body>{sort} {parent}\n<{tag}>{lines}</{tag}></body></html>"
