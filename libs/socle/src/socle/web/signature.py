"""L'appel signé : une machine que sa seule signature Standard Webhooks authentifie.

C'est un appel comme un autre : la même réclamation, sous l'identifiant du message, la même réponse
gardée, le même audit.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from fastapi import Request
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from noyau import Acteur
from socle.bd.transaction import Portee
from socle.exploitation.securite import APPELANT, Appelant
from socle.web.appel import Appel, adresse_de, etat_de
from socle.web.corps import est_utf8, exiger_lisible
from socle.web.problemes import Probleme

P = TypeVar("P")
_SIGNATURE: Final = re.compile(r"(?:^| )v1,[A-Za-z0-9+/]{43}=(?: |$)")


@dataclass(frozen=True, slots=True, eq=False)
class AccesSigne(Generic[P]):
    """Une dépendance : vérifie la signature par une des clés, et tient l'appel pour `acteur`.

    `corps` est le type de ce qu'on reçoit, que la route lit elle-même; l'OpenAPI le décrit.
    """

    ports: type[P]
    acteur: Acteur
    secrets: Sequence[SecretStr]
    corps: Any

    async def __call__(self, requete: Request) -> Appel[P]:
        etiquette = Portee.de(self.acteur).etiquette
        requete.scope[APPELANT] = Appelant(self.acteur.sujet, etiquette, signature=True)
        etat, corps = etat_de(requete), await requete.body()
        try:
            identifiant = verifier(corps, requete.headers, self.secrets)
        except Probleme as refus:
            if refus.statut == 401:
                etat.debits.compter_refus(adresse_de(requete))
                _dire_illisible(requete.headers, corps)
            raise
        # Qui signe ne dit pas toujours le type de son corps; la signature en tient lieu.
        exiger_lisible(requete.headers, corps, type_requis=False)
        appelant = f"{etiquette}/{self.acteur.sujet}"
        etat.debits.compter(appelant)
        etat.parametres.exiger(requete)
        return Appel(
            acteur=self.acteur,
            ports=self.ports,
            executeur=etat.executeur,
            requete=requete,
            appelant=appelant,
            cle=identifiant,
            en_tete_cle="webhook-id",
        )


def _dire_illisible(en_tetes: Mapping[str, str], corps: bytes) -> None:
    """Lève `Probleme` 415 : nulle signature d'un corps qui n'est pas de l'UTF-8 ne se vérifie."""
    if not est_utf8(corps) and _SIGNATURE.search(en_tetes.get("webhook-signature", "")):
        exiger_lisible(en_tetes, corps, type_requis=False)


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
