"""Addresses of the report of a self-evaluation."""

from django.urls import path, re_path

from jiheng.stages.evaluation.selfreport import pages

urlpatterns = [
    path("self/<int:pk>/report/", pages.self_report, name="self_report"),
    path("self/<int:pk>/report/autosave/", pages.self_report_autosave, name="self_report_autosave"),
    re_path(r"^self/(?P<pk>\d+)/report\.(?P<kind>docx|pdf)$", pages.self_report_file, name="self_report_file"),
]
