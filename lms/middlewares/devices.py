"""Browsers that signed in before, by the token that a sign-in leaves with them (OWASP's device cookies).

A stranger who uses up the tries of an account from many places does not use up those of a browser that is known to it.
The token says nothing but that, and is good for one address: in the cookie, or in the header for frontends whose
requests carry no cookies.
https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from flask import Response, request

from lms.services.accounts import tokens

COOKIE, HEADER = "device", "X-Device-Token"


def shown() -> tuple[str, ...]:
    """The tokens that the present request shows, good or not."""
    return tuple(filter(None, (request.headers.get(HEADER), request.cookies.get(COOKIE))))


def remember(response: Response, token: str) -> None:
    """Leave the token with the browser; other sites may make it send it only where there is HTTPS."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=tokens.DEVICE_LIFETIME,
        secure=request.is_secure,
        httponly=True,
        samesite="None" if request.is_secure else "Lax",
    )
