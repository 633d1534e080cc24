"""Addresses of the case library."""

from django.urls import path

from jiheng.registers.exemplars import pages

app_name = "exemplars"
urlpatterns = [
    path("", pages.exemplar_list, name="list"),
    path("find/", pages.exemplar_find, name="find"),
    path("<int:pk>/", pages.exemplar_detail, name="detail"),
    path("<int:pk>/nominate/", pages.exemplar_nominate, name="nominate"),
    path("<int:pk>/decide/", pages.exemplar_decide, name="decide"),
    path("<int:pk>/retire/", pages.exemplar_retire, name="retire"),
]
