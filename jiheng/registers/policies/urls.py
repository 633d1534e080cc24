"""Addresses of the rules (制度)."""

from django.urls import path

from jiheng.registers.policies import amend_pages, pages

app_name = "policies"
urlpatterns = [
    path("", pages.policy_list, name="list"),
    path("snapshots/<int:pk>/", pages.policy_snapshot, name="snapshot"),
    path("grades/", pages.policy_grades, name="grades"),
    path("scorecards/", pages.policy_scorecards, name="scorecards"),
    path("workflows/", pages.policy_workflows, name="workflows"),
    path("calendar/", pages.policy_calendar, name="calendar"),
    path("documents/", pages.policy_documents, name="documents"),
    path("sources/", pages.policy_sources, name="sources"),
    path("changes/", pages.policy_changes, name="changes"),
    path("conflicts/", pages.policy_conflicts, name="conflicts"),
    path("amendments/", amend_pages.amendment_list, name="amendments"),
    path("amendments/new/", amend_pages.amendment_new, name="amendment_new"),
    path("amendments/<int:pk>/", amend_pages.amendment_detail, name="amendment"),
    path("amendments/<int:pk>/judge/", amend_pages.amendment_judge, name="amendment_judge"),
    path("assumed/", pages.policy_assumed, name="assumed"),
    path("confirm/", pages.policy_confirm, name="confirm"),
]
