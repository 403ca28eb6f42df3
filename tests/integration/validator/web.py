"""Portals of the world: files and schemas at their addresses, on a real socket."""

import json

from tests.integration.fetch.stranger import Stranger

SCHEMA = {
    "name": "ecoles",
    "version": "0.1.0",
    "fields": [
        {"name": "nom", "type": "string", "constraints": {"required": True}},
        {"name": "eleves", "type": "integer"},
    ],
}
GOOD = b"nom,eleves\nJules Ferry,120\n"
BAD = b"nom,eleves\nJules Ferry,beaucoup\n"


class FilesOfTheWeb(Stranger):
    async def schema(self, writer, head):
        self.answer(writer, "200 OK", json.dumps(SCHEMA).encode())

    async def bad_schema(self, writer, head):
        self.answer(writer, "200 OK", b'{"fields": []}')

    async def page(self, writer, head):
        self.answer(writer, "200 OK", b"<!doctype html><html><body>Bonjour</body></html>")

    async def good(self, writer, head):
        self.answer(
            writer, "200 OK", GOOD, 'Content-Disposition: attachment; filename="ecoles.csv"'
        )

    async def bad(self, writer, head):
        self.answer(writer, "200 OK", BAD)
