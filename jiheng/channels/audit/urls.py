"""Addresses of the chain."""

from django.urls import path

from jiheng.channels.audit import pages

app_name = "audit"
urlpatterns = [
    path("", pages.entry_list, name="list"),
    path("verify/", pages.verify_chain, name="verify"),
    path("anchors/", pages.anchor_list, name="anchors"),
    path("<int:pk>/", pages.entry_detail, name="entry"),
]
