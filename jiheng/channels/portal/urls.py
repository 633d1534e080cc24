"""Addresses of the public portal."""

from django.urls import path

from jiheng.channels.portal import pages

app_name = "portal"
urlpatterns = [
    path("", pages.home, name="home"),
    path("data.<slug:form>", pages.open_data, name="data"),
    path("overdue/", pages.overdue, name="overdue"),
    path("<str:number>/", pages.detail, name="detail"),
    path("<str:number>/form.xlsx", pages.form_file, {"kind": "xlsx"}, name="form_xlsx"),
    path("<str:number>/form.pdf", pages.form_file, {"kind": "pdf"}, name="form_pdf"),
]
