"""Addresses of signing in beyond the password."""

from django.urls import path

from jiheng.foundation.sign_in import pages, platform_pages

app_name = "sign_in"
urlpatterns = [
    path("code/", pages.code, name="code"),
    path("bind/", pages.bind_factor, name="bind"),
    path("factor/", pages.factor, name="factor"),
    path("platform/", platform_pages.go_to_platform, name="platform"),
    path("platform/back/", platform_pages.back_from_platform, name="back"),
]
