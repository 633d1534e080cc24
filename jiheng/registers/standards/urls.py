"""Addresses of expenditure standards."""

from django.urls import path

from jiheng.registers.standards import line_pages, pages

app_name = "standards"
urlpatterns = [
    path("", pages.standard_list, name="list"),
    path("write/", pages.standard_write, name="write"),
    path("<int:pk>/", pages.standard_detail, name="detail"),
    path("<int:pk>/revise/", pages.standard_revise, name="revise"),
    path("<int:pk>/end/", pages.standard_end, name="end"),
    path("costs/", pages.cost_list, name="costs"),
    path("costs/propose/", pages.propose, name="propose"),
    path("costs/<int:pk>/withdraw/", pages.cost_withdraw, name="cost_withdraw"),
    path("projects/<int:pk>/", line_pages.lines, name="lines"),
    path("projects/<int:pk>/write/", line_pages.line_write, name="line_write"),
    path("lines/<int:pk>/withdraw/", line_pages.line_withdraw, name="line_withdraw"),
    path("lines/<int:pk>/except/", line_pages.line_except, name="line_except"),
    path("missing/", line_pages.missing, name="missing"),
]
