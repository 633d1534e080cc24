"""Addresses of the register of agencies and experts."""

from django.urls import path

from jiheng.registers.experts import pages

app_name = "experts"
urlpatterns = [
    path("", pages.evaluator_list, name="list"),
    path("enter/", pages.evaluator_enter, name="enter"),
    path("<int:pk>/", pages.evaluator_detail, name="detail"),
    path("<int:pk>/leave/", pages.evaluator_leave, name="leave"),
]
