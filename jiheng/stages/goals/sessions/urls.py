"""Addresses of sessions, below those of goals."""

from django.urls import path

from jiheng.stages.goals.sessions import pages

urlpatterns = [
    path("sessions/", pages.session_list, name="sessions"),
    path("sessions/new/", pages.session_new, name="session_new"),
    path("sessions/<int:pk>/", pages.session_detail, name="session"),
    path("sessions/<int:pk>/edit/", pages.session_edit, name="session_edit"),
    path("sessions/<int:pk>/act/", pages.session_act, name="session_act"),
    path("sessions/<int:pk>/agenda/", pages.session_agenda, name="session_agenda"),
    path("sessions/<int:pk>/parties/", pages.session_party, name="session_party"),
    path("sessions/<int:pk>/said/", pages.session_say, name="session_say"),
    path("sessions/<int:pk>/corrections/", pages.session_correct, name="session_correct"),
    path("sessions/<int:pk>/room/", pages.session_room, name="session_room"),
    path("sessions/<int:pk>/minutes.docx", pages.session_docx, name="session_docx"),
    path("sessions/<int:pk>/minutes.pdf", pages.session_pdf, name="session_pdf"),
    path("sessions/items/<int:pk>/", pages.item_detail, name="session_item"),
    path("sessions/items/<int:pk>/decide/", pages.item_decide, name="session_decide"),
    path("sessions/items/<int:pk>/amend/", pages.item_amend, name="session_amend"),
    path("sessions/items/<int:pk>/place/", pages.item_place, name="session_place"),
]
