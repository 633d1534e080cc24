"""Addresses of the overview."""

from django.urls import path

from jiheng.channels.dashboards import pages

app_name = "dashboards"
urlpatterns = [path("", pages.home, name="home")]
