"""Addresses of action plans."""

from django.urls import path

from jiheng.registers.plans import pages

app_name = "plans"
urlpatterns = [
    path("", pages.task_list, name="list"),
    path("take-up/", pages.plan_take_up, name="take_up"),
    path("tasks/<int:pk>/", pages.task_detail, name="task"),
    path("tasks/<int:pk>/files/", pages.task_attach, name="attach"),
    path("tasks/<int:pk>/files/back/", pages.task_take_back, name="take_back"),
]
