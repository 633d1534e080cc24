"""Addresses of disclosure."""

from django.urls import path

from jiheng.stages.disclosure import pages

app_name = "disclosure"
urlpatterns = [
    path("", pages.due, name="due"),
    path("publish/", pages.publish_chosen, name="publish"),
    path("published/", pages.publication_list, name="list"),
    path("published/<int:pk>/", pages.detail, name="detail"),
    path("published/<int:pk>/withdraw/", pages.take_back, name="withdraw"),
]
