"""Addresses of budget years and their calendars."""

from django.urls import path

from jiheng.registers.cycles import adoption_pages, pages

app_name = "cycles"
urlpatterns = [
    path("", pages.cycle_list, name="list"),
    path("open/", pages.cycle_open, name="open"),
    path("<int:pk>/", pages.cycle_detail, name="detail"),
    path("<int:pk>/extend/", pages.cycle_extend, name="extend"),
    path("<int:pk>/adopt/", adoption_pages.adopt, name="adopt"),
    path("<int:pk>/adopt/ask/", adoption_pages.adopt_ask, name="adopt_ask"),
    path("adoptions/<int:pk>/judge/", adoption_pages.adopt_judge, name="adopt_judge"),
]
