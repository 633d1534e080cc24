"""Addresses of the review of indicators and report, below those of evaluations."""

from django.urls import path

from jiheng.stages.evaluation.reviews import pages

urlpatterns = [
    path("<int:pk>/reviews/", pages.reviews, name="reviews"),
    path("<int:pk>/reviews/experts/", pages.experts_appoint, name="experts_appoint"),
    path("<int:pk>/reviews/draw/", pages.experts_draw, name="experts_draw"),
    path("reviews/<int:pk>/opinion/", pages.expert_opinion, name="expert_opinion"),
]
