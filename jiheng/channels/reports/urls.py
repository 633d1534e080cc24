"""Addresses of the periodic reports."""

from django.urls import path, re_path

from jiheng.channels.reports import pages

app_name = "reports"
urlpatterns = [
    path("", pages.report_list, name="list"),
    re_path(r"^(?P<key>[a-z_]+)\.(?P<kind>docx|pdf)$", pages.report_file, name="file"),
]
