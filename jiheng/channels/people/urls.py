"""Addresses of people and appointments."""

from django.urls import path

from jiheng.channels.people import pages

app_name = "people"
urlpatterns = [
    path("", pages.appointment_list, name="list"),
    path("new/", pages.person_new, name="new"),
    path("<int:pk>/", pages.person_detail, name="detail"),
    path("<int:pk>/appoint/", pages.person_appoint, name="appoint"),
    path("<int:pk>/password/", pages.person_password, name="password"),
    path("<int:pk>/disable/", pages.person_disable, name="disable"),
    path("<int:pk>/enable/", pages.person_enable, name="enable"),
    path("<int:pk>/resume/", pages.person_resume, name="resume"),
    path("<int:pk>/factor/", pages.person_factor, name="factor"),
    path("<int:pk>/erase/", pages.person_erase, name="erase"),
    path("appointments/<int:pk>/end/", pages.appointment_end, name="end"),
]
