"""Addresses of assessment."""

from django.urls import path

from jiheng.stages.assessment import pages, recognition_pages

app_name = "assessment"
urlpatterns = [
    path("", pages.ranking, name="list"),
    path("below/", pages.below, name="below"),
    path("below/compute/", pages.below_compute, name="below_compute"),
    path("<int:pk>/behind/<slug:item>/", pages.behind_number, name="behind"),
    path("compute/", pages.compute, name="compute"),
    path("confirm/", pages.confirm_chosen, name="confirm_chosen"),
    path("facts/", pages.fact_list, name="facts"),
    path("facts/new/", pages.fact_new, name="fact_new"),
    path("facts/<int:pk>/withdraw/", pages.fact_withdraw, name="fact_withdraw"),
    path("<int:pk>/", pages.detail, name="detail"),
    path("<int:pk>/confirm/", pages.confirm, name="confirm"),
    path("<int:pk>/card.xlsx", pages.card_xlsx, name="xlsx"),
    path("<int:pk>/card.pdf", pages.card_pdf, name="pdf"),
    path("<int:pk>/recognise/", recognition_pages.recognition_propose, name="recognition_propose"),
    path("recognitions/<int:pk>/decide/", recognition_pages.recognition_decide, name="recognition_decide"),
    path("recognitions/<int:pk>/notice.docx", recognition_pages.recognition_docx, name="recognition_docx"),
    path("recognitions/<int:pk>/notice.pdf", recognition_pages.recognition_pdf, name="recognition_pdf"),
]
