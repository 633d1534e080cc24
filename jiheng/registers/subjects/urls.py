"""Addresses of the project library."""

from django.urls import path

from jiheng.registers.subjects import pages

app_name = "subjects"
urlpatterns = [
    path("", pages.subject_list, name="list"),
    path("register/", pages.subject_register, name="register"),
    path("register/verdict/", pages.subject_verdict, name="verdict"),
    path("<int:pk>/", pages.subject_detail, name="detail"),
]
