"""Addresses of joint evaluations, below those of evaluations."""

from django.urls import path

from jiheng.stages.evaluation.joint import pages

urlpatterns = [
    path("<int:pk>/joint/", pages.joint, name="joint"),
    path("<int:pk>/joint/propose/", pages.joint_propose, name="joint_propose"),
    path("<int:pk>/joint/findings/", pages.joint_find, name="joint_find"),
    path("<int:pk>/joint/take/", pages.joint_take, name="joint_take"),
    path("joint/proposals/<int:pk>/", pages.joint_answer, name="joint_answer"),
    path("joint/findings/<int:pk>/files/", pages.joint_attach, name="joint_attach"),
]
