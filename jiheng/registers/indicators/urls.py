"""Addresses of the indicator library."""

from django.urls import path

from jiheng.registers.indicators import pages

app_name = "indicators"
urlpatterns = [
    path("", pages.indicator_list, name="list"),
    path("add/", pages.indicator_add, name="add"),
    path("load/", pages.indicator_load, name="load"),
    path("<int:pk>/", pages.indicator_detail, name="detail"),
    path("<int:pk>/edit/", pages.indicator_edit, name="edit"),
    path("<int:pk>/retire/", pages.indicator_retire, name="retire"),
    path("<int:pk>/restore/", pages.indicator_restore, name="restore"),
]
