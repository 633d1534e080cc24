"""Addresses of disclosure."""

from django.urls import path

from jiheng.stages.disclosure import pages
from jiheng.stages.disclosure.reporting import pages as reporting_pages

app_name = "disclosure"
urlpatterns = [
    path("", pages.due, name="due"),
    path("publish/", pages.publish_chosen, name="publish"),
    path("published/", pages.publication_list, name="list"),
    path("published/<int:pk>/", pages.detail, name="detail"),
    path("published/<int:pk>/withdraw/", pages.take_back, name="withdraw"),
    path("reporting/", reporting_pages.reporting, name="reporting"),
    path("reporting/send/", reporting_pages.reporting_send, name="reporting_send"),
    path("reporting/<int:pk>/receipt/", reporting_pages.reporting_receipt, name="reporting_receipt"),
]
