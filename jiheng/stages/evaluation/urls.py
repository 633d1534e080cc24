"""Addresses of the stage: /evaluation/self/… for the units' own, /evaluation/<number>/… for scorecards."""

from django.urls import path, re_path

from jiheng.stages.evaluation import fill_pages, pages, recheck_pages, score_pages, self_pages

app_name = "evaluation"
urlpatterns = [
    path("", self_pages.self_list, name="list"),
    path("missing/", self_pages.missing, name="missing"),
    path("self/bulk/<slug:action>/", self_pages.self_bulk, name="self_bulk"),
    path("self/start/<int:pk>/", self_pages.self_start, name="self_start"),
    path("self/<int:pk>/", self_pages.self_detail, name="self_detail"),
    path("self/<int:pk>/act/", self_pages.self_act, name="self_act"),
    path("self/<int:pk>/files/", self_pages.self_attach, name="self_attach"),
    path("self/<int:pk>/files/back/", self_pages.self_take_back, name="self_take_back"),
    re_path(r"^self/(?P<pk>\d+)/form\.(?P<kind>xlsx|pdf)$", self_pages.self_form_file, name="self_form"),
    path("self/<int:pk>/fill/", fill_pages.self_fill, name="self_fill"),
    path("self/<int:pk>/autosave/", fill_pages.self_autosave, name="self_autosave"),
    path("self/<int:pk>/points/", fill_pages.self_points, name="self_points"),
    path("self/<int:pk>/follow/", fill_pages.self_follow, name="self_follow"),
    path("self/<int:pk>/template.xlsx", fill_pages.self_template, name="self_template"),
    path("self/<int:pk>/upload/", fill_pages.self_upload, name="self_upload"),
    path("self/<int:pk>/upload/apply/", fill_pages.self_upload_apply, name="self_upload_apply"),
    path("self/<int:pk>/recheck/", recheck_pages.self_recheck, name="self_recheck"),
    path("self/<int:pk>/recheck/total/", recheck_pages.self_recheck_total, name="self_recheck_total"),
    path("draws/", recheck_pages.draws, name="draws"),
    path("draws/<int:pk>/", recheck_pages.draw, name="draw"),
    path("draws/<int:pk>/population.txt", recheck_pages.draw_population_text, name="draw_population"),
    path("draws/<int:pk>/verify/", recheck_pages.draw_verify, name="draw_verify"),
    path("evaluations/", pages.evaluation_list, name="evaluations"),
    path("order/", pages.choose, name="choose"),
    path("order/<int:pk>/", pages.order, name="order"),
    path("<int:pk>/", pages.evaluation_detail, name="detail"),
    path("<int:pk>/act/", pages.evaluation_act, name="act"),
    path("<int:pk>/files/", pages.evaluation_attach, name="attach"),
    re_path(r"^(?P<pk>\d+)/form\.(?P<kind>xlsx|pdf)$", pages.evaluation_form_file, name="form"),
    re_path(r"^(?P<pk>\d+)/report\.(?P<kind>docx|pdf)$", pages.evaluation_report_file, name="report_file"),
    path("<int:pk>/score/", score_pages.score, name="score"),
    path("<int:pk>/score/total/", score_pages.score_total, name="score_total"),
    path("<int:pk>/score/autosave/", score_pages.score_autosave, name="score_autosave"),
    path("<int:pk>/report/", score_pages.report, name="report"),
    path("<int:pk>/report/autosave/", score_pages.report_autosave, name="report_autosave"),
    path("<int:pk>/respond/", score_pages.evaluation_respond, name="respond"),
    path("<int:pk>/answers/", score_pages.evaluation_answers, name="answers"),
]
