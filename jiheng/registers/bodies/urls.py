"""Addresses of the register of bodies."""

from django.urls import path, re_path

from jiheng.registers.bodies import lead_pages, pages

app_name = "bodies"
urlpatterns = [
    path("", pages.tree, name="tree"),
    path("restated/", pages.restated, name="restated"),
    re_path(r"^restated/file\.(?P<form>xlsx|csv)$", pages.restated_file, name="restated_file"),
    path("leads/", lead_pages.lead_list, name="leads"),
    path("changes/", pages.change_list, name="changes"),
    path("changes/<int:pk>/", pages.change_detail, name="change"),
    path("changes/<int:pk>/move/", pages.change_move, name="move"),
    path("<int:pk>/", pages.body_detail, name="detail"),
    path("<int:pk>/lead/", lead_pages.lead_register, name="lead"),
    path("<int:pk>/rename/", pages.body_rename, name="rename"),
    path("<int:pk>/merge/", pages.body_merge, name="merge"),
    path("<int:pk>/split/", pages.body_split, name="split"),
]
