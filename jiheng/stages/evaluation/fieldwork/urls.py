"""Addresses of an evaluation's work, below those of evaluations."""

from django.urls import path

from jiheng.stages.evaluation.fieldwork import pages

urlpatterns = [
    path("<int:pk>/fieldwork/", pages.fieldwork, name="fieldwork"),
    path("<int:pk>/fieldwork/scheme/", pages.scheme_begin, name="scheme_begin"),
    path("<int:pk>/fieldwork/ask/", pages.material_ask, name="material_ask"),
    path("<int:pk>/fieldwork/record/", pages.field_record, name="field_record"),
    path("fieldwork/<int:pk>/files/", pages.field_attach, name="field_attach"),
    path("fieldwork/<int:pk>/strike/", pages.field_strike, name="field_strike"),
    path("schemes/<int:pk>/", pages.scheme, name="scheme"),
    path("schemes/<int:pk>/save/", pages.scheme_save, name="scheme_save"),
    path("schemes/<int:pk>/argue/", pages.scheme_argue, name="scheme_argue"),
    path("schemes/<int:pk>/act/", pages.scheme_act, name="scheme_act"),
    path("materials/", pages.material_list, name="materials"),
    path("materials/<int:pk>/", pages.material, name="material"),
    path("materials/<int:pk>/receive/", pages.material_receive, name="material_receive"),
    path("materials/<int:pk>/files/", pages.material_attach, name="material_attach"),
    path("materials/<int:pk>/deliver/", pages.material_deliver, name="material_deliver"),
    path("materials/<int:pk>/refuse/", pages.material_refuse, name="material_refuse"),
]
