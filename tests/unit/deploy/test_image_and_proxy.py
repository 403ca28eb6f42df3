"""The image's recipe and the proxy's routes."""

import re

import pytest

from socle.composition import SERVICES
from tests.unit.deploy.deployment import (
    ROOT,
    Block,
    caddy_sites,
    compose,
    dockerfile_instructions,
    json_form,
    our_services,
    parse_command,
)


def test_the_image_runs_as_a_named_unprivileged_account() -> None:
    instructions = list(dockerfile_instructions())
    users = [rest for name, rest in instructions if name == "USER"]
    created = " ".join(rest for name, rest in instructions if name == "RUN")

    assert len(users) == 1
    uid = users[0].split(":")[0]
    assert uid.isdigit()
    assert int(uid) > 0
    assert re.search(rf"useradd .*--uid {uid} .*socle", created)


def test_the_commands_of_the_image_exist() -> None:
    instructions = dict(dockerfile_instructions())
    health = json_form(instructions["HEALTHCHECK"])

    assert json_form(instructions["ENTRYPOINT"]) == ["socle"] == health[:1]
    parse_command(health[1:])
    assert json_form(instructions["CMD"]) == ["--help"]


def test_everything_that_is_copied_exists_and_passes_the_ignore_file() -> None:
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line.removeprefix("!") for line in ignore if line.startswith("!")}
    copied = [
        source
        for name, rest in dockerfile_instructions()
        if name == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    ]

    assert {"shared", "services", "socle", "demo", "pyproject.toml"} <= set(copied)
    for source in copied:
        assert (ROOT / source).exists(), source
        assert source.split("/")[0] in allowed
    assert ignore[1] == "*"


def _site(address: str) -> Block:
    (found,) = (one for one in caddy_sites() if one.words == (address,))
    return found


def _upstreams(block: Block) -> set[str]:
    own = {one.words[1] for one in block.inner if one.words[0] == "reverse_proxy"}
    return own.union(*(_upstreams(one) for one in block.inner))


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_service_has_its_prefix(name: str) -> None:
    site = _site("{$SITE_ADDRESS}")
    (matcher,) = (one for one in site.inner if one.words[0] == f"@{name}")
    (route,) = (one for one in site.named("handle") if one.words[1:] == (f"@{name}",))

    assert matcher.words[1:] == ("path", f"/api/{name}", f"/api/{name}/*")
    assert _upstreams(route) == {f"{name}:8000"}


def test_the_portal_takes_the_rest_and_readiness_asks_all_three() -> None:
    site = _site("{$SITE_ADDRESS}")
    (rest,) = (one for one in site.named("handle") if len(one.words) == 1)
    (ready,) = (one for one in site.named("handle") if one.words[1:] == ("/ready",))

    assert site.inner[-1] == rest
    assert _upstreams(rest) == {"catalogue:8000"}
    asked = {one.words[1] for one in ready.named("forward_auth")} | _upstreams(ready)
    assert asked == {f"{name}:8000" for name in SERVICES}
    assert all(one.inner[0].words == ("uri", "/ready") for one in ready.named("forward_auth"))


def test_every_upstream_is_a_container_that_listens_there() -> None:
    upstreams = set().union(*(_upstreams(site) for site in caddy_sites()))

    for upstream in upstreams:
        name, port = upstream.split(":")
        service = our_services()[name]
        assert service["command"][service["command"].index("--port") + 1] == port
        assert set(service["networks"]) & set(compose()["services"]["proxy"]["networks"])


def test_metrics_are_not_open_to_the_world() -> None:
    site = _site("{$SITE_ADDRESS}")
    (metrics,) = (one for one in site.named("handle") if one.words[1:] == ("/metrics",))
    published = compose()["services"]["proxy"]["ports"]

    assert metrics.inner == (Block(("respond", "404")),)
    assert [one for one in published if "9180" in one] == ["127.0.0.1:9180:9180"]


def test_the_page_of_the_three_apis_names_addresses_that_are_served() -> None:
    page = (ROOT / "deploy" / "docs" / "index.html").read_text(encoding="utf-8")

    linked = set(re.findall(r'href="(/api/[^"]+)"', page))
    assert linked == {f"/api/{name}/openapi.json" for name in SERVICES}
