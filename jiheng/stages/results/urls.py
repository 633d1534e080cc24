"""Addresses of results."""

from django.urls import path

from jiheng.stages.results import decision_pages, rectification_pages
from jiheng.stages.results.accountability import pages as accountability_pages
from jiheng.stages.results.allocation import pages as allocation_pages
from jiheng.stages.results.feedback import pages as feedback_pages
from jiheng.stages.results.grounds import pages as ground_pages

app_name = "results"
urlpatterns = [
    path("", decision_pages.decision_list, name="decisions"),
    path("waiting/", decision_pages.waiting, name="waiting"),
    path("waiting/propose/", decision_pages.propose_chosen, name="propose"),
    path("agree/", decision_pages.agree_chosen, name="agree"),
    path("<int:pk>/", decision_pages.decision_detail, name="decision"),
    path("<int:pk>/act/", decision_pages.decision_act, name="act"),
    path("<int:pk>/decide/", decision_pages.decision_decide, name="decide"),
    path("<int:pk>/revise/", decision_pages.decision_revise, name="revise"),
    path("<int:pk>/apply/", decision_pages.decision_apply, name="apply"),
    path("<int:pk>/notice.docx", decision_pages.notice_docx, name="notice_docx"),
    path("<int:pk>/notice.pdf", decision_pages.notice_pdf, name="notice_pdf"),
    path("rectifications/", rectification_pages.rectification_list, name="rectifications"),
    path("rectifications/findings/", rectification_pages.finding_list, name="findings"),
    path("rectifications/findings/issue/", rectification_pages.issue_chosen, name="issue_chosen"),
    path("rectifications/findings/<int:pk>/", rectification_pages.issue, name="issue"),
    path("rectifications/<int:pk>/", rectification_pages.rectification_detail, name="rectification"),
    path("rectifications/<int:pk>/act/", rectification_pages.rectification_act, name="rectification_act"),
    path("rectifications/<int:pk>/report/", rectification_pages.report, name="report"),
    path("rectifications/<int:pk>/extend/", rectification_pages.extend, name="extend"),
    path("feedback/", feedback_pages.feedback_list, name="feedbacks"),
    path("feedback/give/<int:pk>/", feedback_pages.feedback_give, name="feedback_give"),
    path("feedback/<int:pk>/", feedback_pages.feedback_detail, name="feedback"),
    path("feedback/<int:pk>/receive/", feedback_pages.feedback_receive, name="feedback_receive"),
    path("feedback/<int:pk>/letter.<str:kind>", feedback_pages.feedback_file, name="feedback_file"),
    path("accountability/", accountability_pages.accountability_list, name="accountabilities"),
    path("accountability/clues/", accountability_pages.clue_list, name="clues"),
    path("accountability/open/", accountability_pages.accountability_open, name="accountability_open"),
    path("accountability/<int:pk>/", accountability_pages.accountability_detail, name="accountability"),
    path("accountability/<int:pk>/act/", accountability_pages.accountability_act, name="accountability_act"),
    path("accountability/<int:pk>/decide/", accountability_pages.accountability_decide, name="accountability_decide"),
    path("accountability/<int:pk>/deliver/", accountability_pages.accountability_deliver, name="accountability_deliver"),
    path("accountability/<int:pk>/report/", accountability_pages.accountability_report, name="accountability_report"),
    path("accountability/<int:pk>/notice.docx", accountability_pages.accountability_docx, name="accountability_docx"),
    path("accountability/<int:pk>/notice.pdf", accountability_pages.accountability_pdf, name="accountability_pdf"),
    path("grounds/", ground_pages.ground_list, name="grounds"),
    path("grounds/results/", ground_pages.ground_results, name="ground_results"),
    path("grounds/candidates/", ground_pages.ground_candidates, name="ground_candidates"),
    path("grounds/mark/<int:pk>/", ground_pages.ground_mark, name="ground_mark"),
    path("grounds/<int:pk>/", ground_pages.ground_detail, name="groundcase"),
    path("grounds/<int:pk>/decide/", ground_pages.ground_decide, name="ground_decide"),
    path("allocations/", allocation_pages.allocation_list, name="allocations"),
    path("allocations/begin/", allocation_pages.allocation_begin, name="allocation_begin"),
    path("allocations/<int:pk>/", allocation_pages.allocation_detail, name="allocation"),
    path("allocations/<int:pk>/edit/", allocation_pages.allocation_edit, name="allocation_edit"),
    path("allocations/<int:pk>/bodies/", allocation_pages.allocation_add, name="allocation_add"),
    path("allocations/<int:pk>/values/", allocation_pages.allocation_values, name="allocation_values"),
    path("allocations/<int:pk>/act/", allocation_pages.allocation_act, name="allocation_act"),
    path("allocations/<int:pk>/table.xlsx", allocation_pages.allocation_sheet, name="allocation_sheet"),
]
