"""Addresses of the register of bodies."""

from django.urls import path, re_path

from jiheng.registers.bodies import pages

app_name = "bodies"
urlpatterns = [
    path("", pages.tree, name="tree"),
    path("restated/", pages.restated, name="restated"),
    re_path(r"^restated/file\.(?P<form>xlsx|csv)$", pages.restated_file, name="restated_file"),
    path("changes/", pages.change_list, name="changes"),
    path("changes/<int:pk>/", pages.change_detail, name="change"),
    path("changes/<int:pk>/move/", pages.change_move, name="move"),
    path("<int:pk>/", pages.body_detail, name="detail"),
    path("<int:pk>/rename/", pages.body_rename, name="rename"),
    path("<int:pk>/merge/", pages.body_merge, name="merge"),
    path("<int:pk>/split/", pages.body_split, name="split"),
]
