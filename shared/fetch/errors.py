"""Why a fetch did not succeed: refused by us, too large, failed, too slow."""

from shared.errors import ClientError, TooLargeError, Transient


class FetchRefused(ClientError):
    """The address may not be fetched: scheme, port, private network, redirects, bomb."""

    code = "fetch-refused"
    status = 422
    title = "Adresse refusée"


class FetchTooLarge(TooLargeError):
    """The document is larger than the limit that the message names."""

    code = "fetch-too-large"


class FetchFailed(Transient):
    """The remote server could not be reached, or cut the transfer."""

    code = "fetch-failed"
    status = 502
    title = "Serveur distant injoignable"


class FetchTimeout(Transient):
    """The remote server did not send everything within the overall time limit."""

    code = "fetch-timeout"
    status = 504
    title = "Serveur distant trop lent"
