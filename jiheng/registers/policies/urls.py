"""Addresses of the rules (制度)."""

from django.urls import path

from jiheng.registers.policies import pages

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
    path("assumed/", pages.policy_assumed, name="assumed"),
    path("confirm/", pages.policy_confirm, name="confirm"),
]
