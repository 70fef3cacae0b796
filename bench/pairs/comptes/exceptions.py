"""Les refus, en documents de problème (RFC 9457)."""

from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

TITRES = {
    400: ("requete-invalide", "Requête invalide"),
    401: ("non-authentifie", "Authentification requise"),
    403: ("interdit", "Acte interdit"),
    404: ("introuvable", "Introuvable"),
    405: ("methode-refusee", "Méthode refusée"),
    409: ("conflit", "Acte impossible"),
    415: ("format-refuse", "Format refusé"),
    422: ("donnees-invalides", "Données invalides"),
}
INVALIDES = "Les données reçues ne sont pas conformes."


class Conflit(APIException):
    """L'acte contredit l'état présent; `regle` le refuse."""

    status_code = 409

    def __init__(self, detail: str, regle: str | None = None) -> None:
        super().__init__(detail)
        self.regle = regle


class CleReutilisee(APIException):
    """La clé d'idempotence a servi à un autre appel."""

    status_code = 422
    default_detail = "Cette clé (en-tête Idempotency-Key) a déjà servi à un autre appel."
    genre = ("cle-reutilisee", "Clé d'idempotence réutilisée")


def en_probleme(erreur: Exception, contexte: dict[str, object]) -> Response | None:
    """La réponse d'une erreur de l'API; rien pour une erreur imprévue, que Django rend en 500."""
    reponse = exception_handler(erreur, contexte)
    if reponse is None:
        return None
    fautes = erreur.detail if isinstance(erreur, ValidationError) else None
    if fautes is not None:
        reponse.status_code = 422
    statut = reponse.status_code
    identifiant, titre = getattr(erreur, "genre", TITRES[statut])
    corps = {"type": f"/problemes/{identifiant}", "title": titre, "status": statut}
    corps["detail"] = reponse.data["detail"] if fautes is None else INVALIDES
    if regle := getattr(erreur, "regle", None):
        corps["regle"] = regle
    if fautes is not None:
        corps["fautes"] = [
            {"champ": champ, "faute": faute} for champ, dites in fautes.items() for faute in dites
        ]
    reponse.data = corps
    reponse.content_type = "application/problem+json"
    return reponse
