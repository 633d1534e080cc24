"""Addresses of the public portal."""

from django.urls import path

from jiheng.channels.portal import pages

app_name = "portal"
urlpatterns = [
    path("", pages.home, name="home"),
    path("data.<slug:form>", pages.open_data, name="data"),
    path("<str:number>/", pages.detail, name="detail"),
]
