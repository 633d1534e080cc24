"""Addresses of the reviews of self-evaluations."""

from django.urls import path

from jiheng.stages.evaluation.selfreview import pages

urlpatterns = [
    path("self/<int:pk>/review/", pages.self_review, name="self_review"),
]
