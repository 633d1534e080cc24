"""Addresses of budget years and their calendars."""

from django.urls import path

from jiheng.registers.cycles import adoption_pages, calendar_pages, clock_pages, pages, turn_pages

app_name = "cycles"
urlpatterns = [
    path("", pages.cycle_list, name="list"),
    path("open/", pages.cycle_open, name="open"),
    path("<int:pk>/", pages.cycle_detail, name="detail"),
    path("<int:pk>/months/", calendar_pages.cycle_months, name="months"),
    path("<int:pk>/turn/", turn_pages.cycle_turn, name="turn"),
    path("<int:pk>/extend/", calendar_pages.cycle_extend, name="extend"),
    path("<int:pk>/clocks/", clock_pages.cycle_clocks, name="clocks"),
    path("<int:pk>/clocks/record/", clock_pages.event_record, name="event_record"),
    path("events/<int:pk>/", clock_pages.event_detail, name="event"),
    path("extensions/<int:pk>/", calendar_pages.extension_detail, name="extension"),
    path("<int:pk>/adopt/", adoption_pages.adopt, name="adopt"),
    path("<int:pk>/adopt/ask/", adoption_pages.adopt_ask, name="adopt_ask"),
    path("adoptions/<int:pk>/judge/", adoption_pages.adopt_judge, name="adopt_judge"),
]
