"""Addresses of the stage."""

from django.urls import path, re_path

from jiheng.stages.goals import checklist_pages, edit_pages, finding_pages, many_pages, pages, recommend_pages
from jiheng.stages.goals.keyreview import pages as key_pages
from jiheng.stages.goals.sessions.urls import urlpatterns as session_urls

app_name = "goals"
urlpatterns = [
    *session_urls,
    path("", pages.goal_list, name="list"),
    path("bulk/<slug:action>/", pages.goal_bulk, name="bulk"),
    path("many/", many_pages.goal_many, name="many"),
    path("many/list.xlsx", many_pages.goal_many_file, name="many_file"),
    path("many/apply/", many_pages.goal_many_apply, name="many_apply"),
    path("many/marked.xlsx", many_pages.goal_many_marked, name="many_marked"),
    path("many/updated.xlsx", many_pages.goal_many_updated, name="many_updated"),
    path("checklist/", checklist_pages.goal_checklist, name="checklist"),
    path("start/<int:pk>/", pages.goal_start, name="start"),
    path("<int:pk>/", pages.goal_detail, name="detail"),
    path("<int:pk>/act/", pages.goal_act, name="act"),
    path("<int:pk>/adjust/", pages.goal_adjust, name="adjust"),
    path("<int:pk>/drop/", pages.goal_drop, name="drop"),
    re_path(r"^(?P<pk>\d+)/form\.(?P<kind>xlsx|pdf)$", pages.goal_form_file, name="form"),
    path("<int:pk>/template.xlsx", pages.goal_template, name="template"),
    re_path(r"^reviews/(?P<pk>\d+)/form\.(?P<kind>xlsx|pdf)$", pages.review_form_file, name="review_form"),
    path("<int:pk>/edit/", edit_pages.goal_edit, name="edit"),
    path("<int:pk>/autosave/", edit_pages.goal_autosave, name="autosave"),
    path("<int:pk>/check/", edit_pages.goal_check, name="check"),
    path("<int:pk>/findings/<slug:key>/dispute/", finding_pages.finding_dispute, name="dispute"),
    path("<int:pk>/findings/<slug:key>/answer/", finding_pages.finding_answer, name="answer"),
    path("<int:pk>/library/", edit_pages.goal_library, name="library"),
    path("<int:pk>/recommended/", recommend_pages.goal_recommended, name="recommended"),
    path("<int:pk>/return/", edit_pages.goal_return, name="return"),
    path("<int:pk>/review/", edit_pages.goal_review, name="review"),
    path("<int:pk>/upload/", edit_pages.goal_upload, name="upload"),
    path("<int:pk>/upload/marked.xlsx", edit_pages.goal_upload_marked, name="upload_marked"),
    path("<int:pk>/upload/apply/", edit_pages.goal_upload_apply, name="upload_apply"),
    path("key/", key_pages.key_reviews, name="key_reviews"),
    path("key/proposals/", key_pages.key_proposals, name="key_proposals"),
    path("key/choose/", key_pages.key_choose, name="key_choose"),
    path("key/<int:pk>/strike/", key_pages.key_strike, name="key_strike"),
    path("marks/", key_pages.marks, name="marks"),
    path("rewards/", key_pages.rewards, name="rewards"),
    path("rewards/promise/", key_pages.reward_promise, name="reward_promise"),
    path("<int:pk>/agree/", key_pages.goal_agree, name="agree"),
]
