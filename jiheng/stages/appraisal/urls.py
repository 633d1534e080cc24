"""Addresses of ex-ante appraisal."""

from django.urls import path

from jiheng.stages.appraisal import pages, simulation_pages
from jiheng.stages.appraisal.joint import pages as joint
from jiheng.stages.appraisal.panel import pages as panel
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
    path("sheets/", panel.sheets, name="sheets"),
    path("sheets/<int:pk>/", panel.sheet, name="sheet"),
    path("panels/<int:pk>/", panel.panel, name="panel"),
    path("panels/<int:pk>/draw/", panel.panel_draw, name="panel_draw"),
    path("panels/<int:pk>/close/", panel.panel_close, name="panel_close"),
    path("panels/<int:pk>/again/", panel.panel_again, name="panel_again"),
    path("panels/<int:pk>/note/", panel.panel_note, name="panel_note"),
    path("seats/<int:pk>/replace/", panel.panel_replace, name="panel_replace"),
    path("joint/", joint.joints, name="joints"),
    path("joint/<int:pk>/", joint.joint, name="joint"),
    path("joint/<int:pk>/room/", joint.joint_room, name="joint_room"),
    path("joint/<int:pk>/say/", joint.joint_say, name="joint_say"),
    path("joint/<int:pk>/minutes/", joint.joint_minutes, name="joint_minutes"),
    path("joint/<int:pk>/sign/", joint.joint_sign, name="joint_sign"),
    path("joint/words/<int:pk>/answer/", joint.joint_answer, name="joint_answer"),
    path("<int:pk>/panel/", panel.panel_new, name="panel_new"),
    path("<int:pk>/joint/", joint.joint_call, name="joint_call"),
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
