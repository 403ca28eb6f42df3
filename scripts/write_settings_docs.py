"""Write docs/settings.md from the settings classes. `--check` fails when the page is stale."""

import sys
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from socle.composition import SERVICES

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
_HEAD = """# Settings

Each service reads its settings from the environment, under its own prefix. They are read
once, at the start; a misspelt name is refused with the nearest known one. `socle up` sets
those marked *set by `socle up`* unless the environment says otherwise.

Written by `scripts/write_settings_docs.py` from the settings classes.
"""
_BY_UP = {
    "database_url", "redis_url", "service_key", "store_dir", "public_url", "allowed_hosts",
    "catalogue_url", "validator_url", "synced_schemas_dir",
}  # fmt: skip
_PLATFORM = """
## The `socle` command

| variable | meaning |
|---|---|
| `DATABASE_URL` | PostgreSQL to use instead of an embedded one |
| `REDIS_URL` | Valkey or Redis to use instead of an embedded one |
| `SOCLE_POSTGRES` | `system` or `wheel`: which PostgreSQL may be started; unset: either |
| `SOCLE_DATA_DIR` | data folder when `--data-dir` is not given |
| `SOCLE_ALLOWED_HOSTS` | hosts (`host`, `host:port`, `host:*`) that may have a private address |
| `SOCLE_REDIRECT` | for `socle up --config`, `start=replacement` pairs: addresses read elsewhere |
| `SOCLE_DEBUG` | set: a command that fails unexpectedly shows its trace |
| `SOCLE_SERVER`, `SOCLE_KEY` | platform and API key that the commands use |
| `SOCLE_SERVICE_KEY` | for `socle migrate`: the key by which the services call one another |
| `SOCLE_PROXY_ADDRESSES` | reverse proxies whose `X-Forwarded-*` headers are believed |
"""


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for service in sorted(SERVICES.values(), key=lambda service: service.name):
        prefix = service.settings.model_config.get("env_prefix") or ""
        parts.append(f"\n## {service.name}\n\n| variable | default | meaning |\n|---|---|---|\n")
        for name, field in service.settings.model_fields.items():
            variable = f"{prefix}{name.upper()}"
            parts.append(f"| `{variable}` | {_default(name, field)} | {field.description} |\n")
    parts.append(_PLATFORM)
    return "".join(parts)


def _default(name: str, field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        text = "required"
    elif field.default in {None, ""}:
        text = "none"
    else:
        text = f"`{field.default}`"
    return f"{text}, set by `socle up`" if name in _BY_UP else text


def main() -> None:
    """Write the page, or with `--check` compare it."""
    if "--check" not in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != page():
        sys.exit("docs/settings.md is stale: run scripts/write_settings_docs.py")


if __name__ == "__main__":
    main()
