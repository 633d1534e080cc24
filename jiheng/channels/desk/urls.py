"""Addresses of the desk."""

from django.urls import path

from jiheng.channels.desk import pages

app_name = "desk"
urlpatterns = [
    path("", pages.home, name="home"),
    path("notices/", pages.notices, name="notices"),
    path("search/", pages.find, name="search"),
]
