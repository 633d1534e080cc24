"""Addresses of decision packages: one for each kind."""

from django.urls import path

from jiheng.channels.packages.pages import PAGES

app_name = "packages"
urlpatterns = [path(f"{key.replace('_', '-')}/<int:pk>.json", view, name=key) for key, view in PAGES.items()]
