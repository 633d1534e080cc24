"""Addresses of the dashboards."""

from django.urls import path

from jiheng.channels.dashboards import pages

app_name = "dashboards"
urlpatterns = [
    path("", pages.home, name="home"),
    path("rows/<slug:key>/<slug:part>/", pages.rows, name="rows"),
]
