"""Addresses of the guide."""

from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.urls import include, path

from tests.foundation.web.guide import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("list/", pages.projects, name="list"),
    path("bulk/", pages.bulk, name="bulk"),
    path("record/", pages.record, name="record"),
    path("form/", pages.form, name="form"),
    path("autosave/", pages.autosave, name="autosave"),
    path("charts/", pages.charts, name="charts"),
    path("empty/", pages.empty, name="empty"),
    path("denied/", pages.denied, name="denied"),
    path("session/", include("jiheng.foundation.web.account_urls")),
    *staticfiles_urlpatterns(),
]
handler400 = "jiheng.foundation.web.errors.bad_request"
handler403 = "jiheng.foundation.web.errors.forbidden"
handler404 = "jiheng.foundation.web.errors.not_found"
handler500 = "jiheng.foundation.web.errors.server_error"
