"""Les problèmes (RFC 9457) du cadre, en français; une erreur imprévue y reste muette."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import orjson
import structlog
from starlette.responses import Response

from socle.bd.pannes import (
    est_lecture_seule,
    est_panne,
    est_refus_de_politique,
    est_valeur_impossible,
    fin_d_entretien,
)
from socle.horloge import horloge_systeme

TYPE_MEDIA: Final = "application/problem+json"
PAGES: Final = "/problemes/"
"""Où chaque type a sa page; un type est une adresse relative au service qui répond (RFC 9457)."""

CADRE: Final[Mapping[int, tuple[str, str, str]]] = {
    400: ("requete-invalide", "Requête invalide", "La requête ne peut être lue."),
    401: ("non-authentifie", "Authentification requise", "Le jeton est absent ou refusé."),
    403: ("interdit", "Acte interdit", "Votre rôle ne permet pas cet acte."),
    404: ("introuvable", "Introuvable", "Cette adresse n'existe pas."),
    405: ("methode-refusee", "Méthode refusée", "Cette adresse n'accepte pas cette méthode."),
    406: ("format-indisponible", "Format indisponible", "Aucun des formats demandés n'est offert."),
    408: ("delai-depasse", "Délai dépassé", "La requête a mis trop de temps à venir."),
    409: ("conflit", "Acte impossible", "L'acte contredit l'état présent."),
    410: ("detruit", "Détruit", "Cet objet fut détruit, son temps de conservation passé."),
    412: ("version-perimee", "Version périmée", "L'objet a changé depuis votre lecture."),
    413: ("corps-trop-gros", "Corps trop gros", "Le corps de la requête dépasse la limite."),
    415: (
        "format-refuse",
        "Format refusé",
        "Le corps doit être du JSON (Content-Type : application/json).",
    ),
    422: ("donnees-invalides", "Données invalides", "Les données reçues ne sont pas conformes."),
    428: ("condition-requise", "Condition requise", "L'en-tête If-Match est requis."),
    429: ("trop-d-appels", "Trop d'appels", "Vous dépassez le débit permis; réessayez plus tard."),
    431: (
        "en-tetes-trop-gros",
        "En-têtes trop gros",
        "L'adresse et les en-têtes de la requête dépassent la limite.",
    ),
    500: (
        "erreur-interne",
        "Erreur interne",
        "Une erreur inattendue est survenue; elle est consignée.",
    ),
    503: (
        "indisponible",
        "Service indisponible",
        "Le service est momentanément indisponible; réessayez.",
    ),
}
"""Statut du cadre → identifiant stable, titre, explication."""

ENTRETIEN: Final = (
    "Le service est en entretien : il se lit, et ne s'écrit pas. Réessayez plus tard, avec la même"
    " clé d'idempotence."
)
ENTRETIEN_SECONDES: Final = 120
journal = structlog.get_logger()


def type_de(identifiant: str) -> str:
    """L'adresse d'un type de problème : stable, et elle mène à sa page."""
    return PAGES + identifiant


def reponse_probleme(
    statut: int,
    identifiant: str,
    titre: str,
    detail: str,
    *,
    en_tetes: Mapping[str, str] | None = None,
    **supplement: object,
) -> Response:
    """Compose un document de problème."""
    corps = {"type": type_de(identifiant), "title": titre, "status": statut, "detail": detail}
    corps |= {nom: valeur for nom, valeur in supplement.items() if valeur is not None}
    return Response(orjson.dumps(corps), statut, dict(en_tetes or {}), TYPE_MEDIA)


def probleme_du_cadre(
    statut: int,
    detail: str | None = None,
    en_tetes: Mapping[str, str] | None = None,
    **plus: object,
) -> Response:
    """Un problème du cadre, par son statut."""
    identifiant, titre, explication = CADRE.get(statut, CADRE[500])
    return reponse_probleme(
        statut, identifiant, titre, detail or explication, en_tetes=en_tetes, **plus
    )


def traduire_imprevu(erreur: BaseException) -> Response:
    """Une panne donne 503 et Retry-After; une valeur que PostgreSQL ne peut tenir, 422; sinon 500.

    Une ligne que les politiques refusent donne 403 : réessayer n'y changerait rien. Elle est
    consignée comme le 500, car le produit n'aurait pas dû l'écrire; les deux restent muets.
    """
    if est_refus_de_politique(erreur):
        journal.error("http.refus_de_politique", exc_info=erreur)
        return probleme_du_cadre(403)
    if est_lecture_seule(erreur):
        return _en_entretien(fin_d_entretien(erreur))
    if est_panne(erreur):
        journal.warning("http.panne", erreur=type(erreur).__name__)
        return probleme_du_cadre(503, en_tetes={"Retry-After": "2"})
    if est_valeur_impossible(erreur):
        return probleme_du_cadre(422, "Une valeur reçue ne peut être gardée (caractère ou nombre).")
    journal.error("http.imprevu", exc_info=erreur)
    return probleme_du_cadre(500)


def _en_entretien(fin: datetime | None) -> Response:
    """Dit quand revenir : à la fin prévue si elle est à venir, sinon sous peu."""
    reste = None if fin is None else math.ceil((fin - horloge_systeme()).total_seconds())
    if fin is None or reste is None or reste <= 0:
        return probleme_du_cadre(503, ENTRETIEN, {"Retry-After": str(ENTRETIEN_SECONDES)})
    # Babel pèse des mégaoctets : ne les paie que l'API en entretien.
    from pages.ecriture import instant  # noqa: PLC0415

    dit = f"{ENTRETIEN} Fin prévue, à l'heure de Québec : {instant(fin)}."
    return probleme_du_cadre(503, dit, {"Retry-After": str(reste)})
