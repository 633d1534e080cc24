"""Addresses of files."""

from django.urls import path

from jiheng.foundation.files import pages

app_name = "files"
urlpatterns = [path("<int:pk>/", pages.download, name="download")]
