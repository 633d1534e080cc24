"""Addresses of the ledger."""

from django.urls import path

from jiheng.registers.budgets import pages

app_name = "budgets"
urlpatterns = [
    path("", pages.entry_list, name="list"),
    path("book/", pages.book, name="book"),
    path("<int:pk>/", pages.entry_detail, name="detail"),
    path("<int:pk>/reverse/", pages.entry_reverse, name="reverse"),
]
