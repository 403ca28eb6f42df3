"""Addresses as the caller of the demonstration knows them."""

from fastapi import Request

from demo.plan import Portal


def base_of(request: Request) -> str:
    """Address of the demonstration, without a trailing slash."""
    return str(request.base_url).rstrip("/")


def site_of(request: Request, portal: Portal) -> str:
    """Address of a portal, without a trailing slash."""
    return f"{base_of(request)}/{portal.slug}"
