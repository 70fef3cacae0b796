"""Qui peut quoi : l'accès est un type dans la signature d'une route."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from demandes.cas_usage.ports import Depots
from socle.bd.executeur import Executeur
from socle.noyau import Acteur, Introuvable
from socle.web import Appel, Probleme, acces

_ORGANISME = ("demandeur", "signataire", "gestionnaire")
_CSC = ("agent-csc", "technicien", "admin")
_MACHINES = ("portail", "itsm", "integration")

Lecture = Annotated[
    Appel[Depots], Depends(acces(*_ORGANISME, *_CSC, *_MACHINES, "facturation", "mesure"))
]
Demandeur = Annotated[
    Appel[Depots], Depends(acces(*_ORGANISME, "agent-csc", "admin", "portail", "integration"))
]
SignataireSeul = Annotated[Appel[Depots], Depends(acces("signataire"))]
Csc = Annotated[Appel[Depots], Depends(acces(*_CSC, "itsm"))]
Registraire = Annotated[
    Appel[Depots], Depends(acces("gestionnaire", "agent-csc", "admin", "integration"))
]
Inscription = Annotated[Appel[Depots], Depends(acces("agent-csc", "admin", "integration"))]
Declarant = Annotated[
    Appel[Depots], Depends(acces("demandeur", "gestionnaire", *_CSC, "portail", "itsm"))
]
Abonneur = Annotated[
    Appel[Depots], Depends(acces("gestionnaire", "admin", "agent-csc", "itsm", "integration"))
]


@dataclass(frozen=True, slots=True)
class AppelSigne:
    """Un appel sans jeton, que sa seule signature authentifie (DEM-10)."""

    identifiant: str
    corps: bytes
    executeur: Executeur[Depots]


async def _signe(requete: Request) -> AppelSigne:
    corps = await requete.body()
    identifiant = verifier(corps, requete.headers, requete.app.state.itsm_secrets)
    return AppelSigne(identifiant, corps, requete.app.state.executeur)


Signe = Annotated[AppelSigne, Depends(_signe)]


def verifier(corps: bytes, en_tetes: Mapping[str, str], secrets: Sequence[SecretStr]) -> str:
    """Le webhook-id d'un événement dont une de nos clés vérifie la signature.

    Lève `Probleme` 401 : signature absente, fausse, mal formée, ou à plus de 5 minutes de l'heure
    système. La bibliothèque lève `ValueError` et ses filles devant un en-tête illisible.
    """
    for secret in secrets:
        try:
            Webhook(secret.get_secret_value()).verify(corps, dict(en_tetes), json_parse=False)
        except (WebhookVerificationError, ValueError):
            continue
        identifiant = en_tetes["webhook-id"]
        if len(identifiant) > 200 or not identifiant.isprintable():
            raise Probleme(400, "L'en-tête webhook-id est mal formé (200 caractères au plus).")
        return identifiant
    raise Probleme(401, "La signature de l'événement est absente ou refusée.")


def organisme_vise(acteur: Acteur, nomme: str | None) -> str:
    """L'organisme dont parle un appel : celui du jeton, ou celui que nomme le MCN.

    Lève `Introuvable` si le jeton d'un organisme en nomme un autre, `Probleme` 422 si le MCN
    n'en nomme aucun.
    """
    if acteur.organisme is None:
        if nomme is None:
            raise Probleme(422, "Le champ « organisme » est requis pour un jeton du MCN.")
        return nomme
    if nomme not in (None, acteur.organisme):
        raise Introuvable("Organisme introuvable.")
    return acteur.organisme


def organisme_filtre(acteur: Acteur, nomme: str | None) -> str | None:
    """Le filtre d'une liste : un organisme ne demande que le sien; le MCN, tous par défaut."""
    return nomme if acteur.organisme is None else organisme_vise(acteur, nomme)
