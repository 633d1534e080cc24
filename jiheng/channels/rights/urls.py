"""Addresses of the explanation of rights."""

from django.urls import path

from jiheng.channels.rights import pages

app_name = "rights"
urlpatterns = [path("", pages.explain_access, name="explain")]
