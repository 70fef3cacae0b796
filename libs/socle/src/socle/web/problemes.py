"""Les problèmes (RFC 9457), en français : une table pour les refus, une autre pour le cadre."""

from collections.abc import Mapping
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from noyau import Conflit, Detruit, Interdit, Introuvable, Refus, VersionPerimee
from socle.bd.curseurs import CurseurIllisible
from socle.execution.idempotence import ActeEnCours, CleReutilisee
from socle.serveur.problemes import CADRE, probleme_du_cadre, reponse_probleme
from socle.validation import fautes_en_francais
from socle.web.motifs import exemples_de

STATUTS: Final[Mapping[type[Refus], tuple[int, str, str]]] = {
    Introuvable: (404, "introuvable", "Introuvable"),
    Detruit: (410, "detruit", "Détruit"),
    Interdit: (403, "interdit", "Acte interdit"),
    VersionPerimee: (412, "version-perimee", "Version périmée"),
    Conflit: (409, "conflit", "Acte impossible"),
}
"""Refus du domaine → statut, identifiant stable, titre."""

CLE_REUTILISEE: Final = (422, "cle-reutilisee", "Clé d'idempotence réutilisée")


class Probleme(Exception):
    """Un problème HTTP levé par le socle lui-même (jeton, clé, condition)."""

    def __init__(self, statut: int, detail: str | None = None, **en_tetes: str) -> None:
        super().__init__(detail or CADRE[statut][2])
        self.statut = statut
        self.detail = detail
        self.en_tetes = {nom.replace("_", "-"): valeur for nom, valeur in en_tetes.items()}


def installer_problemes(application: FastAPI) -> None:
    """Branche les traductions; une erreur imprévue ne dit rien d'elle-même à l'appelant."""
    du_socle = (Probleme, CleReutilisee, CurseurIllisible)
    for classe in (Refus, *du_socle, RequestValidationError, HTTPException):
        application.add_exception_handler(classe, _traduire)


async def _traduire(requete: Request, erreur: Exception) -> Response:
    match erreur:
        case Refus():
            return _refus(erreur)
        case Probleme():
            return probleme_du_cadre(erreur.statut, erreur.detail, erreur.en_tetes)
        case CleReutilisee():
            detail = f"Cette clé (en-tête {erreur.en_tete}) a déjà servi à un autre appel."
            return reponse_probleme(*CLE_REUTILISEE, detail)
        case CurseurIllisible():
            return probleme_du_cadre(400, "Le curseur est illisible; reprenez à la première page.")
        case RequestValidationError():
            fautes = erreur.errors()
            return probleme_du_cadre(
                422, fautes=fautes_en_francais(fautes, exemples_de(requete.app, fautes))
            )
        case HTTPException(status_code=statut):
            refusee = _methode_refusee(requete) if statut == 405 else None
            return refusee or probleme_du_cadre(statut, en_tetes=erreur.headers)
        case _:
            raise TypeError


def _methode_refusee(requete: Request) -> Response:
    """Dit toutes les méthodes de l'adresse; à OPTIONS, c'est toute la réponse."""
    methodes = {"OPTIONS"}
    for route in iter_route_contexts(requete.app.routes):
        if route.matches(requete.scope)[0] is not Match.NONE:
            methodes |= route.methods or set()
    if "GET" in methodes:
        methodes.add("HEAD")
    en_tetes = {"Allow": ", ".join(sorted(methodes))}
    if requete.method == "OPTIONS":
        return Response(status_code=204, headers=en_tetes)
    return probleme_du_cadre(405, en_tetes=en_tetes)


def _refus(refus: Refus) -> Response:
    entree = next(entree for classe, entree in STATUTS.items() if isinstance(refus, classe))
    details = dict(refus.details) or None
    rendue = reponse_probleme(*entree, refus.message, regle=refus.regle, details=details)
    if isinstance(refus, ActeEnCours):
        # Le seul 409 qui passe de lui-même.
        rendue.headers["Retry-After"] = "1"
    return rendue
