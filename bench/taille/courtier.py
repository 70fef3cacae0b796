"""Les listes du courtier, et ce qu'on leur demande."""

from typing import Final

from bench.taille.listes import INCONNU, SIENS, SOI, Liste

_UNE_OFFRE: Final = (
    "SELECT offre_id::text FROM offres_versions WHERE publiee AND version = 3 ORDER BY 1 LIMIT 1"
)

_UN_DOSSIER: Final = f"SELECT id::text FROM dossiers WHERE {SIENS} ORDER BY 1 LIMIT 1"
_UN_SUIVI: Final = (
    f"SELECT contrat_id::text FROM commandes WHERE {SIENS} ORDER BY contrat_id LIMIT 1"
)

_UN_CONTRAT: Final = f"SELECT contrat_id::text FROM sorties WHERE {SIENS} ORDER BY 1 LIMIT 1"
_UN_FOURNISSEUR: Final = "SELECT fournisseur_id::text FROM contrats_conclus LIMIT 1"
_SUIVI: Final = (
    Liste(
        "/v1/evaluations",
        ("id",),
        demandes=(
            {"organisme": SOI},
            {"contrat_id": _UN_CONTRAT},
            {"fournisseur_id": _UN_FOURNISSEUR},
            {"nature": "annuelle"},
            {"annee": "2026"},
            {"annee": "2019"},
            {"etat": "attendue"},
            {"etat": "transmise"},
            {"en_retard": "true"},
        ),
    ),
    Liste("/v1/contrats/{contrat_id}/evaluations", ("id",), _UN_CONTRAT),
    Liste(
        "/v1/differends",
        ("id",),
        demandes=(
            {"organisme": SOI},
            {"contrat_id": _UN_CONTRAT},
            {"fournisseur_id": _UN_FOURNISSEUR},
            {"nature": "plainte"},
            {"ferme": "false"},
            {"signale": "true"},
        ),
    ),
    Liste(
        "/v1/incidents",
        ("id",),
        demandes=(
            {"organisme": SOI},
            {"contrat_id": _UN_CONTRAT},
            {"fournisseur_id": _UN_FOURNISSEUR},
            {"nature": "manquement"},
            {"etat": "ouvert"},
            {"avis_manquant": "true"},
        ),
    ),
    Liste("/v1/contrats/{contrat_id}/incidents", ("id",), _UN_CONTRAT),
    Liste(
        "/v1/sorties",
        ("fin", "contrat_id"),
        demandes=(
            {"organisme": SOI},
            {"contrat_id": _UN_CONTRAT},
            {"etat": "achevee"},
            {"etat": "a_planifier"},
            {"fin_avant": "2027-01-01"},
            {"fin_avant": "2019-01-01"},
        ),
    ),
    Liste(
        "/v1/contrats-conclus",
        ("contrat_id",),
        demandes=(
            {"client": SOI},
            {"fournisseur_id": _UN_FOURNISSEUR},
            {"categorie": "calcul"},
            {"categorie": "inconnue"},
            {"le": "2026-09-15"},
            {"le": "2019-01-01"},
        ),
    ),
    Liste("/v1/contrats/{contrat_id}/pieces", ("id",), _UN_CONTRAT),
    Liste("/v1/contrats/{contrat_id}/gels", ("id",), _UN_CONTRAT),
    Liste(
        "/v1/pieces-demandees",
        ("id",),
        demandes=(
            {"organisme": SOI},
            {"contrat_id": _UN_CONTRAT},
            {"en_retard": "true"},
        ),
    ),
)
_DOCUMENTE: Final = "SELECT fournisseur_id::text FROM fournisseurs_documents LIMIT 1"
_AUTOUR: Final = (
    Liste("/v1/acces", ("id",), demandes=({"organisme": SOI}, {"etat": "demande"})),
    Liste("/v1/acces/admissibilites", ("id",), demandes=({"organisme": SOI},)),
    Liste("/v1/diffusion", ("id",), demandes=({"organisme": SOI},)),
    Liste(
        "/v1/fournisseurs/{fournisseur_id}/documents",
        ("nature", "version"),
        _DOCUMENTE,
        ({"nature": "conditions"}, {"le": "2026-09-15"}),
    ),
    Liste("/v1/fournisseurs/{fournisseur_id}/preuves", ("id",), _DOCUMENTE),
    Liste(
        "/v1/prestataires",
        ("id",),
        demandes=({"volet": "migration"}, {"le": "2026-09-15"}),
    ),
    Liste(
        "/v1/commentaires",
        ("id",),
        demandes=(
            {"organisme": SOI},
            {"etat": "recu"},
            {"nature": "plainte_offre"},
            {"objet_id": "SELECT objet_id::text FROM commentaires LIMIT 1"},
            {"objet_id": INCONNU},
        ),
    ),
)
"""Qui lit le Catalogue, ce qu'il dit des fournisseurs, ce qu'on en dit."""
COURTIER: Final = (
    *_AUTOUR,
    Liste("/v1/fournisseurs", ("id",)),
    Liste(
        "/v1/ententes-cadres",
        ("id",),
        demandes=(
            {"fournisseur_id": "SELECT fournisseur_id::text FROM ententes LIMIT 1"},
            {"le": "2026-09-15"},
            {"etat": "suspendue"},
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
            {"qualification": "retiree"},
            {"zone": "quebec"},
            {"zone": "adequation"},
            {"prix_maximum": "5"},
            {"q": "infonuagique 12"},
            {"q": "introuvable"},
        ),
    ),
    Liste("/v1/offres/{offre_id}/versions", ("version",), _UNE_OFFRE, ({"entre": "2,3"},)),
    Liste("/v1/offres/{offre_id}/prix", ("version",), _UNE_OFFRE, ({"le": "2026-09-15"},)),
    Liste(
        "/v1/dossiers",
        ("id",),
        demandes=(
            {"organisme": SOI},
            {"etat": "en_cours"},
            {"etat": "sans_suite"},
            {"etape": "3"},
            {"avise": "true"},
            {"reserves": "true"},
        ),
    ),
    Liste("/v1/dossiers/{dossier_id}/chronologie", ("rang",), _UN_DOSSIER),
    Liste("/v1/dossiers/{dossier_id}/precisions", ("rang",), _UN_DOSSIER),
    Liste("/v1/dossiers/{dossier_id}/bancs-essai", ("rang",), _UN_DOSSIER),
    Liste("/v1/dossiers/{dossier_id}/conformite", ("rang",), _UN_DOSSIER),
    Liste("/v1/dossiers/{dossier_id}/scenarios", ("rang",), _UN_DOSSIER),
    Liste("/v1/dossiers/{dossier_id}/pieces", ("rang",), _UN_DOSSIER),
    Liste(
        "/v1/dossiers/{dossier_id}/avis",
        ("le", "offre_id", "nature", "version"),
        f"SELECT dossier_id::text FROM dossiers_avis WHERE {SIENS} LIMIT 1",
    ),
    Liste("/v1/decret-596", ("organisme", "rang"), demandes=({"organisme": SOI},)),
    Liste(
        "/v1/contrats",
        ("id",),
        demandes=(
            {"organisme": SOI},
            {"etat": "signe"},
            {"etat": "valide"},
            {"etat": "caduc"},
            {"etat": "echu"},
            {"etat": "resilie"},
            {"organisme": SOI, "etat": "signe"},
            {"etat": "signe", "finit_avant": "2027-03-01"},
            {"finit_avant": "2019-01-01"},
            {"fournisseur_id": "SELECT fournisseur_id::text FROM contrats LIMIT 1"},
            {"fournisseur_id": INCONNU},
        ),
    ),
    *_SUIVI,
    Liste(
        "/v1/publications-seao",
        ("id",),
        demandes=(
            {"organisme": SOI},
            {"requise": "true"},
            {"requise": "false"},
            {"en_retard": "true"},
            {"en_retard": "true", "requise": "true"},
        ),
    ),
    Liste(
        "/v1/ocds/releases",
        ("consignee_le", "id"),
        demandes=(
            {"organisme": SOI},
            {"du": "2026-08-01T04:00:00Z", "au": "2026-09-01T04:00:00Z"},
            {"du": "2026-09-01T04:00:00Z"},
            {"au": "2020-01-01T05:00:00Z"},
        ),
    ),
    Liste("/v1/ocds/ententes-cadres", ("id",)),
    Liste("/v1/contrats/{contrat_id}/avenants", ("numero", "id"), _UN_SUIVI),
    Liste("/v1/contrats/{contrat_id}/commandes", ("datee_le", "id"), _UN_SUIVI),
    Liste(
        "/v1/contrats/{contrat_id}/factures",
        ("datee_le", "id"),
        _UN_SUIVI,
        (
            {
                "commande_id": "SELECT id::text FROM commandes"
                f" WHERE contrat_id = ({_UN_SUIVI})::uuid LIMIT 1"
            },
            {"commande_id": INCONNU},
        ),
    ),
    Liste("/v1/contrats/{contrat_id}/recoupements", objet=_UN_SUIVI),
    Liste(
        "/v1/obligations",
        ("due_le", "id"),
        demandes=(
            {"organisme": SOI},
            {"etat": "due"},
            {"etat": "en_retard"},
            {"etat": "remplie"},
            {"etat": "abandonnee"},
            {"nature": "copie"},
            {"organisme": SOI, "etat": "en_retard", "nature": "copie"},
            {"jusqu_au": "2026-09-30"},
        ),
    ),
)
