"""Addresses of the indicator library."""

from django.urls import path

from jiheng.registers.indicators import mapping_pages, pages, portable_pages, proposal_pages

app_name = "indicators"
urlpatterns = [
    path("", pages.indicator_list, name="list"),
    path("json/", portable_pages.library_json, name="json"),
    path("json/file/", portable_pages.library_json_file, name="json_file"),
    path("load/", pages.indicator_load, name="load"),
    path("<int:pk>/", pages.indicator_detail, name="detail"),
    path("<int:pk>/versions/", pages.indicator_versions, name="versions"),
    path("<int:pk>/reach/", pages.indicator_reach, name="reach"),
    path("<int:pk>/propose-end/", proposal_pages.proposal_end, name="proposal_end"),
    path("mappings/", mapping_pages.mappings, name="mappings"),
    path("mappings/new/", mapping_pages.mapping_new, name="mapping_new"),
    path("mappings/<int:pk>/", mapping_pages.mapping, name="mapping"),
    path("mappings/<int:pk>/<slug:what>/", mapping_pages.mapping_decide, name="mapping_decide"),
    path("mapped/<int:pk>/", mapping_pages.mapped, name="mapped"),
    path("proposals/", proposal_pages.proposal_list, name="proposals"),
    path("proposals/add/", proposal_pages.proposal_add, name="proposal_add"),
    path("proposals/<int:pk>/", proposal_pages.proposal_detail, name="proposal"),
    path("proposals/<int:pk>/rows/", portable_pages.proposal_rows, name="proposal_rows"),
    path("proposals/<int:pk>/edit/", proposal_pages.proposal_edit, name="proposal_edit"),
    path("proposals/<int:pk>/act/", proposal_pages.proposal_act, name="proposal_act"),
]
