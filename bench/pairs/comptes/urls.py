"""Les adresses du témoin."""

from django.urls import path

from bench.pairs.comptes.views import Augmentation, Comptes, UnCompte

urlpatterns = [
    path("v1/comptes", Comptes.as_view()),
    path("v1/comptes/<str:code>/augmentation", Augmentation.as_view()),
    path("v1/comptes/<str:organisme>/<str:code>", UnCompte.as_view()),
]
