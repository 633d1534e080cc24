"""Addresses of ex-ante appraisal."""

from django.urls import path

from jiheng.stages.appraisal import pages, simulation_pages
from jiheng.stages.appraisal.radar import pages as radar

app_name = "appraisal"
urlpatterns = [
    path("", pages.appraisal_list, name="list"),
    path("statistics/", pages.statistics, name="statistics"),
    path("simulate/", simulation_pages.simulate, name="simulate"),
    path("enter/", pages.library_enter_many, name="enter_many"),
    path("radar/", radar.radar_list, name="radar"),
    path("radar/screen/", radar.radar_screen, name="radar_screen"),
    path("radar/<int:pk>/", radar.radar_hit, name="radar_hit"),
    path("radar/<int:pk>/judge/", radar.radar_judge, name="radar_judge"),
    path("<int:pk>/", pages.appraisal_detail, name="detail"),
    path("<int:pk>/act/", pages.appraisal_act, name="act"),
    path("<int:pk>/score/", pages.appraisal_score, name="score"),
    path("<int:pk>/sections/", pages.appraisal_sections, name="sections"),
    path("<int:pk>/attach/", pages.appraisal_attach, name="attach"),
    path("<int:pk>/conclude/", pages.appraisal_conclude, name="conclude"),
    path("<int:pk>/condition/", pages.appraisal_condition, name="condition"),
    path("<int:pk>/F9.xlsx", pages.appraisal_xlsx, name="xlsx"),
    path("<int:pk>/F9.pdf", pages.appraisal_pdf, name="pdf"),
    path("<int:pk>/report.docx", pages.report_word, name="report_docx"),
    path("<int:pk>/report.pdf", pages.report_print, name="report_pdf"),
    path("projects/<int:pk>/", pages.gate, name="gate"),
    path("projects/<int:pk>/start/", pages.appraisal_start, name="start"),
    path("projects/<int:pk>/enter/", pages.library_enter, name="enter"),
]
