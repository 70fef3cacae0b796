"""Les listes du courtier, et ce qu'on leur demande."""

from typing import Final

from bench.taille.listes import INCONNU, SOI, Liste

_UNE_OFFRE: Final = (
    "SELECT offre_id::text FROM offres_versions WHERE publiee AND version = 3 ORDER BY 1 LIMIT 1"
)

COURTIER: Final = (
    Liste("/v1/fournisseurs", ("id",)),
    Liste(
        "/v1/ententes-cadres",
        ("id",),
        demandes=(
            {"fournisseur_id": "SELECT fournisseur_id::text FROM ententes LIMIT 1"},
            {"le": "2026-09-15"},
        ),
    ),
    Liste(
        "/v1/offres",
        ("id",),
        demandes=(
            {"categorie": "calcul"},
            {"categorie": "inconnue"},
            {"fournisseur_id": "SELECT fournisseur_id::text FROM offres LIMIT 1"},
            {"qualification": "en_analyse"},
        ),
    ),
    Liste("/v1/offres/{offre_id}/versions", ("version",), _UNE_OFFRE),
    Liste("/v1/offres/{offre_id}/prix", ("version",), _UNE_OFFRE, ({"le": "2026-09-15"},)),
    Liste(
        "/v1/contrats",
        ("id",),
        demandes=(
            {"organisme": SOI},
            {"etat": "signe"},
            {"etat": "valide"},
            {"fournisseur_id": "SELECT fournisseur_id::text FROM contrats LIMIT 1"},
            {"fournisseur_id": INCONNU},
        ),
    ),
)
