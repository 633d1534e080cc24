"""Addresses of exchange."""

from django.urls import path

from jiheng.channels.exchange import pages

app_name = "exchange"
urlpatterns = [
    path("", pages.home, name="home"),
    path("<slug:kind>/upload/", pages.upload_page, name="upload"),
    path("<slug:kind>/template.xlsx", pages.template, name="template"),
    path("<slug:kind>/list.xlsx", pages.export, name="export"),
    path("batches/<int:pk>/", pages.batch_page, name="batch"),
    path("batches/<int:pk>/progress/", pages.progress, name="progress"),
    path("batches/<int:pk>/file/", pages.original, name="file"),
    path("batches/<int:pk>/marked.xlsx", pages.marked_file, name="marked"),
    path("batches/<int:pk>/confirm/", pages.confirm_page, name="confirm"),
    path("batches/<int:pk>/drop/", pages.drop_page, name="drop"),
    path("batches/<int:pk>/undo/", pages.undo_page, name="undo"),
]
