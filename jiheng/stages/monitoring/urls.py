"""Addresses of the stage."""

from django.urls import path, re_path

from jiheng.stages.monitoring import fill_pages, pages
from jiheng.stages.monitoring.progress import pages as progress_pages
from jiheng.stages.monitoring.recapture import pages as recapture_pages
from jiheng.stages.monitoring.reduction import pages as reduction_pages
from jiheng.stages.monitoring.situations import pages as situation_pages

app_name = "monitoring"
urlpatterns = [
    path("", pages.overview, name="overview"),
    path("open/", pages.open_page, name="open"),
    path("reports/", pages.report_list, name="list"),
    path("reports/bulk/<slug:action>/", pages.report_bulk, name="bulk"),
    path("missing/", pages.missing_page, name="missing"),
    path("missing/urge/", pages.urge_page, name="urge"),
    path("measures/", pages.measure_list, name="measures"),
    path("measures/<int:pk>/", pages.follow_page, name="follow"),
    path("progress/", progress_pages.progress_list, name="progress_list"),
    path("progress/begin/", progress_pages.progress_begin, name="progress_begin"),
    path("progress/<int:pk>/", progress_pages.progress_detail, name="progress"),
    path("progress/<int:pk>/save/", progress_pages.progress_save, name="progress_save"),
    path("progress/<int:pk>/act/", progress_pages.progress_act, name="progress_act"),
    path("recaptures/", recapture_pages.recapture_list, name="recaptures"),
    path("recaptures/candidates/", recapture_pages.recapture_candidates, name="recapture_candidates"),
    path("recaptures/propose/", recapture_pages.recapture_propose, name="recapture_propose"),
    path("recaptures/<int:pk>/", recapture_pages.recapture_detail, name="recapture"),
    path("recaptures/<int:pk>/act/", recapture_pages.recapture_act, name="recapture_act"),
    path("recaptures/<int:pk>/decide/", recapture_pages.recapture_decide, name="recapture_decide"),
    path("recaptures/<int:pk>/revise/", recapture_pages.recapture_revise, name="recapture_revise"),
    path("recaptures/<int:pk>/notice.docx", recapture_pages.recapture_docx, name="recapture_docx"),
    path("recaptures/<int:pk>/notice.pdf", recapture_pages.recapture_pdf, name="recapture_pdf"),
    path("situations/", situation_pages.situation_list, name="situations"),
    path("situations/begin/", situation_pages.situation_begin, name="situation_begin"),
    path("situations/<int:pk>/", situation_pages.situation_detail, name="situation"),
    path("situations/<int:pk>/save/", situation_pages.situation_save, name="situation_save"),
    path("situations/<int:pk>/act/", situation_pages.situation_act, name="situation_act"),
    path("reductions/", reduction_pages.reduction_list, name="reductions"),
    path("reductions/<int:pk>/", reduction_pages.reduction_detail, name="reduction"),
    path("reductions/<int:pk>/act/", reduction_pages.reduction_act, name="reduction_act"),
    path("reductions/<int:pk>/revise/", reduction_pages.reduction_revise, name="reduction_revise"),
    path("<int:pk>/reduce/", reduction_pages.reduction_apply, name="reduction_apply"),
    path("<int:pk>/", pages.report_detail, name="detail"),
    path("<int:pk>/act/", pages.report_act, name="act"),
    path("<int:pk>/refresh/", fill_pages.report_refresh, name="refresh"),
    path("<int:pk>/fill/", fill_pages.report_fill, name="fill"),
    path("<int:pk>/autosave/", fill_pages.report_autosave, name="autosave"),
    path("<int:pk>/check/", fill_pages.report_check, name="check"),
    re_path(r"^(?P<pk>\d+)/form\.(?P<kind>xlsx|pdf)$", pages.report_form_file, name="form"),
]
