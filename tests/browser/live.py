"""Signing in to the live server of a test, over data that the test made itself."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from jiheng.foundation.accounts.person import Person
from tests import make


def enter(page: Page, server: LiveServer, person: Person, county: make.County) -> None:
    """Give the browser the session of a signed-in person."""
    client = make.sign_in(Client(), person, county.cycle)
    assert isinstance(client.session, SessionStore)
    cookie: Any = {"name": "sessionid", "value": client.session.session_key, "url": server.url}
    page.context.add_cookies([cookie])
