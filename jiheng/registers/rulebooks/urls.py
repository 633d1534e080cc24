"""Addresses of departments' own rules."""

from django.urls import path

from jiheng.registers.rulebooks import pages

app_name = "rulebooks"
urlpatterns = [
    path("", pages.standing_page, name="standing"),
    path("rules/", pages.rule_list, name="list"),
    path("rules/write/", pages.rule_write, name="write"),
    path("rules/<int:pk>/", pages.rule_detail, name="rule"),
    path("rules/<int:pk>/end/", pages.rule_end, name="end"),
    path("rules/<int:pk>/attach/", pages.rule_attach, name="attach"),
    path("specialists/mark/", pages.specialist_mark, name="specialist"),
    path("specialists/<int:pk>/end/", pages.specialist_end, name="specialist_end"),
]
