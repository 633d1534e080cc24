"""Addresses of budget years and their calendars."""

from django.urls import path

from jiheng.registers.cycles import pages

app_name = "cycles"
urlpatterns = [
    path("", pages.cycle_list, name="list"),
    path("open/", pages.cycle_open, name="open"),
    path("<int:pk>/", pages.cycle_detail, name="detail"),
    path("<int:pk>/extend/", pages.cycle_extend, name="extend"),
]
