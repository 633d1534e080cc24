"""Addresses of the project library."""

from django.urls import path

from jiheng.registers.subjects import pages, warrant_pages

app_name = "subjects"
urlpatterns = [
    path("", pages.subject_list, name="list"),
    path("expiring/", pages.subject_expiring, name="expiring"),
    path("register/", pages.subject_register, name="register"),
    path("register/verdict/", pages.subject_verdict, name="verdict"),
    path("<int:pk>/", pages.subject_detail, name="detail"),
    path("<int:pk>/warrants/", warrant_pages.warrants, name="warrants"),
    path("<int:pk>/warrants/write/", warrant_pages.warrant_write, name="warrant_write"),
    path("warrants/<int:pk>/attach/", warrant_pages.warrant_attach, name="warrant_attach"),
    path("warrants/<int:pk>/withdraw/", warrant_pages.warrant_withdraw, name="warrant_withdraw"),
    path("<int:pk>/change/", pages.subject_change, name="change"),
]
