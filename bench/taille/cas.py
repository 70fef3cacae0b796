"""Toutes les listes, et ce qu'on leur demande : `$1` d'un SELECT est l'organisme, vide au MCN."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from bench.taille.echelle import GROS, PETIT, TOUS

Demande: TypeAlias = Mapping[str, str]
"""Des paramètres de requête, par nom."""

SOI: Final = f"SELECT coalesce(nullif($1, ''), '{GROS}')"
"""Le sien; pour le MCN, le plus gros."""
_SIENS: Final = "($1 = '' OR organisme = $1)"
_INCONNU: Final = "01900000-0000-7000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Qui:
    """Celui qui demande."""

    nom: str
    organisme: str


QUI: Final = (Qui("petit", PETIT), Qui("gros", GROS), Qui("MCN", TOUS))


@dataclass(frozen=True, slots=True)
class Liste:
    """Une liste : son adresse, les colonnes de son curseur, ce qu'on lui demande."""

    chemin: str
    cles: tuple[str, ...] = ()
    """Vides : elle n'a jamais plus d'une page."""
    objet: str = ""
    """Ce qui remplit l'adresse."""
    demandes: Sequence[Demande] = ()
    """Sans compter celle qui ne filtre rien."""

    @property
    def toutes(self) -> Sequence[Demande]:
        """Ce qu'on lui demande, sans filtre d'abord."""
        return ({}, *self.demandes)


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
_UN_PRODUIT: Final = "SELECT code FROM produits WHERE code LIKE 'P-%' ORDER BY code LIMIT 1"
_UNE_OFFRE: Final = (
    "SELECT offre_id::text FROM offres_versions WHERE publiee AND version = 3 ORDER BY 1 LIMIT 1"
)

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
    Liste(
        "/v1/lignes-en-attente",
        ("organisme", "source", "tarif", "nature", "cle"),
        demandes=({"organisme": SOI}, {"levees": "true"}),
    ),
    Liste(
        "/v1/imputations",
        ("organisme", "source", "debut", "id"),
        demandes=(
            {"organisme": SOI},
            {"source": f"SELECT source FROM imputations WHERE {_SIENS} LIMIT 1"},
            {"source": _INCONNU},
        ),
    ),
    Liste(
        "/v1/lignes-en-attente/ecartements",
        ("organisme", "source", "tarif", "nature", "cle"),
        demandes=({"organisme": SOI},),
    ),
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
SLA: Final = (
    Liste("/v1/indicateurs", demandes=({"le": "2026-09-15"}, {"organisme": SOI})),
    Liste("/v1/calendriers", demandes=({"annee": "2026"},)),
    Liste(
        "/v1/taux",
        ("indicateur", "exercice", "periode", "organisme"),
        demandes=(
            {"organisme": SOI},
            {"indicateur": "PT-1"},
            {"periode": "2026-09"},
            {"exercice": "2025-2026"},
            {"periode": "2026-09", "indicateur": "PT-1"},
            {"periode": "2019-09"},
        ),
    ),
    Liste("/v1/periodes", ("periode",), demandes=({"exercice": "2025-2026"},)),
    Liste(
        "/v1/corrections",
        ("periode", "mesure_id", "organisme", "rang"),
        demandes=(
            {"organisme": SOI},
            {"indicateur": "PT-1"},
            {"periode": "2026-01"},
            {"exercice": "2025-2026"},
            {"cause": "fait"},
            {"cause": "exclusion"},
            {"mesure": _INCONNU},
        ),
    ),
    Liste(
        "/v1/mesures",
        ("id",),
        demandes=(
            {"organisme": SOI},
            {"sujet": f"SELECT sujet_id FROM mesures WHERE {_SIENS} LIMIT 1"},
            {"sujet": _INCONNU},
            {"indicateur": "PT-2"},
            {"periode": "2026-09"},
            {"verdict": "manquee"},
            {"verdict": "depassee"},
            {"exclue": "true"},
            {"signalee": "true"},
            {"numero": f"SELECT numero FROM mesures WHERE {_SIENS} LIMIT 1"},
            {"numero": "D-2020-000001"},
            {"echeance_jusqua": "2020-01-01"},
            {"echeance_jusqua": "2027-01-01"},
            {"periode": "2026-09", "indicateur": "PT-1", "verdict": "manquee"},
        ),
    ),
    Liste(
        "/v1/alertes",
        ("annoncee_le", "id"),
        demandes=(
            {"organisme": SOI},
            {"nature": "manquee"},
            {"indicateur": "PT-2"},
            {"indicateur": "PT-99"},
            {"sujet": f"SELECT sujet_id FROM alertes WHERE {_SIENS} LIMIT 1"},
            {"mesure": f"SELECT mesure_id FROM alertes WHERE {_SIENS} LIMIT 1"},
            {"mesure": _INCONNU},
        ),
    ),
    Liste(
        "/v1/exclusions",
        ("mesure_id", "condition"),
        demandes=(
            {"organisme": SOI},
            {"indicateur": "PT-2"},
            {"periode": "2026-09"},
            {"condition": "a"},
            {"condition": "zz"},
        ),
    ),
    Liste(
        "/v1/rapports",
        ("periode", "organisme", "empreinte"),
        demandes=({"organisme": SOI}, {"periode": "2026-08"}, {"periode": "2019-01"}),
    ),
    Liste("/v1/executions-rapports", ("id",), demandes=({"periode": "2026-08"},)),
    Liste(
        "/v1/executions-rapports/{execution_id}/rapports",
        ("organisme",),
        "SELECT id::text FROM executions_rapports ORDER BY id DESC LIMIT 1",
    ),
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
            {"fournisseur_id": _INCONNU},
        ),
    ),
)
CAS: Final[Mapping[str, Sequence[Liste]]] = {
    "catalogue": CATALOGUE,
    "demandes": DEMANDES,
    "facturation": FACTURATION,
    "sla": SLA,
    "courtier": COURTIER,
}
