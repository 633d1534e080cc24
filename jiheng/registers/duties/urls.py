"""Addresses of duties."""

from django.urls import path

from jiheng.registers.duties import pages

app_name = "duties"
urlpatterns = [
    path("", pages.duty_list, name="list"),
    path("write/", pages.duty_write, name="write"),
    path("<int:pk>/", pages.duty_detail, name="duty"),
    path("<int:pk>/end/", pages.duty_end, name="end"),
    path("works/", pages.work_list, name="works"),
    path("works/write/", pages.work_write, name="work_write"),
    path("works/<int:pk>/", pages.work_detail, name="work"),
    path("shares/<int:pk>/", pages.money_shares, name="shares"),
]
