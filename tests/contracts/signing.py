"""Signing in to walk over pages, once for each appointment."""

from functools import cache

from django.test import Client

from jiheng.foundation.accounts.middleware import SESSION_KEY
from jiheng.foundation.accounts.models import Appointment


@cache
def signed_in(appointment: Appointment) -> Client:
    """Sign in once for each appointment."""
    client = Client()
    client.force_login(appointment.user, backend="jiheng.foundation.sign_in.backend.PasswordBackend")
    session = client.session
    session[SESSION_KEY] = appointment.pk
    session.save()
    return client
