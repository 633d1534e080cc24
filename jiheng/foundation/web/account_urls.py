"""Addresses of signing in and out, included by the site under the namespace `accounts`."""

from django.urls import path

from jiheng.foundation.web import account_pages

app_name = "accounts"
urlpatterns = [
    path("login/", account_pages.sign_in, name="login"),
    path("logout/", account_pages.sign_out, name="logout"),
    path("password/", account_pages.password, name="password"),
    path("act-as/", account_pages.act_as, name="act_as"),
    path("cycle/", account_pages.choose_cycle, name="cycle"),
]
