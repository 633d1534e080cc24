"""From which address a request came, where a proxy of our own stands in front."""

from django.http import HttpRequest


def address_behind_proxy(request: HttpRequest) -> str:
    """Return the address that our own proxy saw: the last one it added, never what the browser claims.

    Named by AXES_CLIENT_IP_CALLABLE when JIHENG_BEHIND_PROXY is set; without a proxy anybody could write
    the header, and REMOTE_ADDR counts.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip()
    return forwarded or str(request.META.get("REMOTE_ADDR", ""))
