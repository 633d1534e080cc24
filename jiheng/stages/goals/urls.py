"""Addresses of the stage."""

from django.urls import path

from jiheng.stages.goals import pages

app_name = "goals"
urlpatterns = [
    path("<int:pk>/", pages.goal_detail, name="detail"),
]
