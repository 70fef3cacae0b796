"""Toutes les listes, et ce qu'on leur demande : `$1` d'un SELECT est l'organisme, vide au MCN."""

from collections.abc import Mapping, Sequence
from typing import Final

from bench.taille.courtier import COURTIER
from bench.taille.listes import INCONNU as _INCONNU
from bench.taille.listes import SIENS as _SIENS
from bench.taille.listes import SOI, Liste
from bench.taille.sla import DISPONIBILITES, RAPPORTS, RECALCULS, SLA

_UNE_DEMANDE: Final = (
    f"SELECT id::text FROM demandes WHERE {_SIENS} AND etat = 'completee' ORDER BY id LIMIT 1"
)
_UN_NUMERO: Final = f"SELECT numero FROM demandes WHERE id = ({_UNE_DEMANDE})::uuid"
_UN_ACTIF: Final = f"SELECT id::text FROM actifs WHERE {_SIENS} ORDER BY id LIMIT 1"
_UN_USAGE: Final = f"SELECT id::text FROM usages WHERE {_SIENS} ORDER BY id LIMIT 1"
_UNE_FACTURE: Final = (
    f"SELECT numero FROM factures WHERE organisme = ({SOI}) AND periode = '2026-09' AND piece = 0"
)
_UNE_SIMULATION: Final = (
    "SELECT id::text FROM simulations WHERE organisme = $1 ORDER BY id DESC LIMIT 1"
)
_UNE_CONTESTATION: Final = (
    f"SELECT contestation_id::text FROM pieces WHERE organisme = ({SOI}) ORDER BY 1 LIMIT 1"
)
_UNE_FACTURE_PAYEE: Final = (
    f"SELECT numero FROM factures WHERE organisme = ({SOI}) AND periode = '2026-05'"
)
_CREANCE: Final = ("organisme", "source", "tarif", "nature", "cle")
_UN_PRODUIT: Final = "SELECT code FROM produits WHERE code LIKE 'P-%' ORDER BY code LIMIT 1"

CATALOGUE: Final = (
    Liste("/v1/calendriers"),
    Liste("/v1/fiches", demandes=({"le": "2026-09-15"},)),
    Liste("/v1/fiches/{code}/versions", objet="SELECT 'POSTES'"),
    Liste("/v1/tarifs", ("code",), demandes=({"le": "2026-09-15"},)),
    Liste(
        "/v1/produits",
        ("code",),
        demandes=(
            {"q": "portatif"},
            {"q": "Écran léger 12"},
            {"q": "introuvable"},
            {"categorie": "Catégorie 7"},
            {"sorte": "moniteur"},
            {"statut": "retire"},
            {"le": "2025-05-01"},
            {"q": "série 39", "sorte": "logiciel", "statut": "actif"},
        ),
    ),
    Liste("/v1/produits/{code}/prix", ("version",), _UN_PRODUIT),
)
DEMANDES: Final = (
    Liste("/v1/organismes", ("organisme",)),
    Liste("/v1/organismes/{code}/signataires", ("id",), SOI),
    Liste("/v1/organismes/{code}/substitutions", ("id",), SOI),
    Liste(
        "/v1/demandes",
        ("id",),
        demandes=(
            {"organisme": SOI},
            {"etat": "completee"},
            {"etat": "suspendue"},
            {"sorte": "appareil_mobile"},
            {"etat": "annulee", "sorte": "soutien_etendu"},
            {"organisme": SOI, "etat": "brouillon"},
            {"numero": _UN_NUMERO},
            {"numero": "D-2020-000001"},
        ),
    ),
    Liste("/v1/demandes/{demande_id}/chronologie", objet=_UNE_DEMANDE),
    Liste("/v1/demandes/{demande_id}/dates-convenues", objet=_UNE_DEMANDE),
    Liste(
        "/v1/actifs",
        ("id",),
        demandes=(
            {"organisme": SOI},
            {"etat": "en_service"},
            {"etat": "perdu"},
            {"etat": "non_livre"},
            {"demande_id": f"SELECT demande_id::text FROM actifs WHERE {_SIENS} LIMIT 1"},
            {"demande_id": _INCONNU},
        ),
    ),
    Liste("/v1/actifs/{actif_id}/chronologie", objet=_UN_ACTIF),
    Liste("/v1/abonnements", ("id",), demandes=({"organisme": SOI}, {"service": "lien_physique"})),
    Liste("/v1/abonnements-soutien", ("id",), demandes=({"organisme": SOI},)),
    Liste(
        "/v1/interventions",
        ("organisme", "id"),
        demandes=(
            {"organisme": SOI},
            {"incident_id": f"SELECT incident_id::text FROM interventions WHERE {_SIENS} LIMIT 1"},
            {"incident_id": _INCONNU},
        ),
    ),
    Liste(
        "/v1/usages",
        ("id",),
        demandes=(
            {"organisme": SOI},
            {"usage": "stockage"},
            {"usage": "inconnu"},
            {"periode": "2026-09"},
            {"periode": "2030-01"},
        ),
    ),
    Liste("/v1/usages/{usage_id}/chronologie", objet=_UN_USAGE),
    Liste(
        "/v1/itsm/evenements",
        ("recu_le", "id"),
        demandes=(
            {"sort": "applique"},
            {"sort": "differe"},
            {"sort": "refuse"},
            {"demande_id": f"SELECT demande_id::text FROM actes_itsm WHERE {_SIENS} LIMIT 1"},
            {"demande_id": _INCONNU},
        ),
    ),
    Liste("/v1/webhooks", ("id",), demandes=({"organisme": SOI}, {"etat": "desactive"})),
    Liste(
        "/v1/webhooks/{webhook_id}/envois",
        ("rang",),
        "SELECT webhook_id::text FROM webhook_envois"
        " WHERE organisme IS NOT DISTINCT FROM nullif($1, '') ORDER BY rang DESC LIMIT 1",
        ({"etat": "livre"}, {"etat": "abandonne"}, {"etat": "a_envoyer"}),
    ),
)
FACTURATION: Final = (
    Liste(
        "/v1/abonnements",
        ("organisme", "source", "tarif", "debut"),
        demandes=(
            {"organisme": SOI},
            {"le": "2026-11-01"},
            {"le": "2023-11-20"},
            {"le": "2020-01-01"},
        ),
    ),
    Liste("/v1/lignes-en-attente", _CREANCE, demandes=({"organisme": SOI}, {"levees": "true"})),
    Liste(
        "/v1/imputations",
        ("organisme", "source", "debut", "id"),
        demandes=(
            {"organisme": SOI},
            {"source": f"SELECT source FROM imputations WHERE {_SIENS} LIMIT 1"},
            {"source": _INCONNU},
        ),
    ),
    Liste("/v1/lignes-en-attente/ecartements", _CREANCE, demandes=({"organisme": SOI},)),
    Liste(
        "/v1/factures",
        ("numero",),
        demandes=(
            {"organisme": SOI},
            {"periode": "2026-09"},
            {"periode": "2019-09"},
            {"nature": "note_de_credit"},
        ),
    ),
    Liste(
        "/v1/approbations",
        ("periode", "organisme", "id"),
        demandes=({"organisme": SOI}, {"periode": "2026-09"}, {"periode": "2019-09"}),
    ),
    Liste("/v1/factures/{numero}/lignes", ("rang",), _UNE_FACTURE),
    Liste("/v1/factures/{numero}/notes-credit", ("numero",), _UNE_FACTURE),
    Liste("/v1/factures/{numero}/contestations", ("ouverte_le", "id"), _UNE_FACTURE),
    Liste(
        "/v1/contestations",
        ("ouverte_le", "id"),
        demandes=(
            {"organisme": SOI},
            {"etat": "en_examen"},
            {"etat": "a_admettre"},
            {"en_retard": "true"},
            {"age": "30"},
            {"organisme": SOI, "etat": "rejetee"},
        ),
    ),
    Liste(
        "/v1/contestations/{contestation_id}/pieces",
        ("versee_le", "empreinte"),
        _UNE_CONTESTATION,
    ),
    Liste(
        "/v1/pieces-echues",
        ("versee_le", "contestation_id", "empreinte"),
        demandes=({"organisme": SOI},),
    ),
    Liste("/v1/factures/{numero}/ajustements", ("decide_le", "id"), _UNE_FACTURE),
    Liste("/v1/simulations", ("id",)),
    Liste("/v1/simulations/{simulation_id}/organismes", ("vise",), _UNE_SIMULATION),
    Liste(
        "/v1/simulations/{simulation_id}/chiffres",
        ("vise", "periode", "tarif"),
        _UNE_SIMULATION,
        (
            {"vise": SOI},
            {"tarif": "POSTE-03"},
            {"periode": "2027-01"},
            {"periode": "2020-01", "tarif": "POSTE-03"},
        ),
    ),
    Liste(
        "/v1/budgets",
        ("organisme", "exercice", "version"),
        demandes=({"organisme": SOI}, {"exercice": "2026-2027"}, {"exercice": "2019-2020"}),
    ),
    Liste(
        "/v1/executions",
        ("id",),
        demandes=(
            {"periode": "2026-09"},
            {"periode": "2019-09"},
            {"etat": "terminee"},
            {"etat": "arretee"},
            {"organisme": SOI},
        ),
    ),
    Liste(
        "/v1/executions/{execution_id}/traitements",
        ("organisme",),
        "SELECT id::text FROM executions ORDER BY id LIMIT 1",
        ({"etat": "emise"}, {"etat": "en_attente"}),
    ),
    Liste(
        "/v1/lignes-saisies",
        ("id",),
        demandes=(
            {"organisme": SOI},
            {"periode": "2026-09"},
            {"periode": "2019-09"},
            {"etat": "a_confirmer"},
            {"etat": "refusee"},
            {"decision_id": f"SELECT id::text FROM decisions WHERE {_SIENS} ORDER BY id LIMIT 1"},
            {"decision_id": _INCONNU},
        ),
    ),
    Liste(
        "/v1/decisions",
        ("id",),
        demandes=({"organisme": SOI}, {"etat": "a_confirmer"}, {"etat": "refusee"}),
    ),
    Liste(
        "/v1/reglements",
        ("le", "id"),
        demandes=(
            {"organisme": SOI},
            {"document": _UNE_FACTURE_PAYEE},
            {"document": "2020-2021-000001"},
            {"du": "2026-08-01"},
            {"au": "2024-06-01"},
            {"organisme": SOI, "du": "2025-04-01", "au": "2026-03-31"},
        ),
    ),
    Liste(
        "/v1/etats-de-compte",
        ("organisme",),
        demandes=({"organisme": SOI}, {"le": "2026-08-15", "su_le": "2026-08-31"}),
    ),
    Liste("/v1/documents-en-retard", demandes=({"organisme": SOI},)),
    Liste(
        "/v1/etats-de-compte/{organisme}/documents",
        objet=SOI,
        demandes=({"le": "2025-08-15", "su_le": "2025-08-31"},),
    ),
    Liste(
        "/v1/etats-de-compte/{organisme}/mouvements",
        objet=SOI,
        demandes=({"exercice": "2025-2026", "su_le": "2026-05-31"},),
    ),
)
CAS: Final[Mapping[str, Sequence[Liste]]] = {
    "catalogue": CATALOGUE,
    "demandes": DEMANDES,
    "facturation": FACTURATION,
    "sla": (*SLA, *DISPONIBILITES, *RAPPORTS, *RECALCULS),
    "courtier": COURTIER,
}
