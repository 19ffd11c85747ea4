"""The pages of the shop."""

from django.urls import path

from samples.shop import views

urlpatterns = [
    path("", views.home, name="home"),
    path("departments/<slug:slug>/", views.category, name="category"),
    path("products/<slug:slug>/", views.product, name="product"),
]
