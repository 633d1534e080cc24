"""Addresses of the dashboards."""

from django.urls import path

from jiheng.channels.dashboards import pages, place_pages

app_name = "dashboards"
urlpatterns = [
    path("", pages.home, name="home"),
    path("rows/<slug:key>/<slug:part>/", pages.rows, name="rows"),
    path("places/", place_pages.places, name="places"),
    path("places/<int:pk>/", place_pages.place, name="place"),
    path("places/<int:pk>/rows/<slug:key>/<slug:part>/", place_pages.place_rows, name="place_rows"),
]
