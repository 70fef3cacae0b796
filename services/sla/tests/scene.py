"""Ce que voient les essais d'intégration : deux organismes, cinq demandes, et leurs mesures."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

import httpx
from sqlalchemy import select, update

from outils.essais.banc import Banc
from services.sla.tests.builders import (
    DEMANDE,
    ESPACE,
    Recit,
    calendrier,
    conditions,
    fiche,
    indicateur,
    sept,
    si,
)
from services.sla.tests.evenements import messages, messages_de_fiches
from sla.fiches.domaine import Fiches
from sla.histoires.domaine import Sujet
from sla.mesures.adaptateurs.tables import comptes, mesures, sujets
from sla.mesures.domaine.verdict import JUGES, rejouer

PT_3 = indicateur(
    "PT-3",
    libelle="Installation d'un logiciel normalisé",
    delai=4,
    couvre=si("sorte", "logiciel"),
    ferme=("logiciel.installé",),
    conditions=conditions("c"),
)
DEMANDES = {nom: uuid5(ESPACE, nom) for nom in ("a_temps", "tard", "multiple", "ouverte", "autre")}


def mesure_de(demande_id: UUID, code: str = "PT-1", de: str = "POSTES") -> UUID:
    """L'identifiant de la mesure d'une demande."""
    sujet = Sujet(DEMANDE.sorte, str(demande_id))
    versions = Fiches.de([fiche(replace(indicateur(), code=code), code=de)])
    (mesure,) = rejouer(Recit(sujet).creee(sept(1)).histoire, versions, calendrier())
    return mesure.id


MESURES = {nom: mesure_de(demande_id) for nom, demande_id in DEMANDES.items()}


async def semer(monte: Banc) -> Banc:
    """MTQ : une conforme, une manquée, une conforme mais exclue, une ouverte; SQ : une conforme."""
    monte.horloge.aller("2026-09-30T12:00-04:00")
    vies = {
        "a_temps": Recit().creee(sept(1)).livree(sept(8)),
        "tard": Recit().creee(sept(1)).livree(sept(17)),
        "multiple": Recit().creee(sept(1), acquisition_multiple=True).livree(sept(8)),
        "ouverte": Recit().creee(sept(21), gamme="inconnue").suspendue(sept(22)),
    }
    recus = messages_de_fiches(monte, [fiche(indicateur(), PT_3)])
    for nom, recit in vies.items():
        recus += messages(monte, recit, DEMANDES[nom], "MTQ")
    recus += messages(monte, Recit().creee(sept(1)).livree(sept(2)), DEMANDES["autre"], "SQ")
    await monte.recevoir_messages(recus)
    return monte


async def elements(client: httpx.AsyncClient, adresse: str, **filtres: object) -> list[Any]:
    reponse = await client.get(adresse, params={k: str(v) for k, v in filtres.items()})
    assert reponse.status_code == 200, reponse.text
    rendus: list[Any] = reponse.json()["elements"]
    return rendus


async def toutes(sla: Banc) -> list[dict[str, Any]]:
    async with sla.interne() as connexion:
        lignes = await connexion.lignes(select(mesures).order_by(mesures.c.id))
        return [ligne._asdict() for ligne in lignes]


async def mesures_de(sla: Banc, code: str = "PT-1") -> dict[UUID, dict[str, Any]]:
    """Les mesures de cet indicateur, par sujet."""
    return {UUID(m["sujet_id"]): m for m in await toutes(sla) if m["indicateur"] == code}


async def tout_marquer(sla: Banc) -> None:
    async with sla.interne() as connexion:
        await connexion.ecrire(update(sujets).values(a_rejouer=True))


_COMPTEES = ("indicateur", "exercice", "periode", "cible", "verdict", "exclue", "signalee")


def recomptees(lignes: Iterable[Mapping[str, Any]]) -> Counter[tuple[Any, ...]]:
    """Combien de mesures jugées, de chaque organisme et de tous (« ») : le compte naïf (SLA-4)."""
    return Counter(
        (organisme, *(ligne[nom] for nom in _COMPTEES), _excluent(ligne))
        for ligne in lignes
        if ligne["verdict"] in JUGES
        for organisme in (ligne["organisme"], "")
    )


def _excluent(ligne: Mapping[str, Any]) -> tuple[str, ...]:
    """Les conditions qui excluent la mesure, par code."""
    dites = (e["condition"] for e in ligne["examens"] if e["conclusion"] == "exclue")
    return tuple(sorted(dites)) if ligne["exclue"] else ()


async def comptees(sla: Banc) -> Counter[tuple[Any, ...]]:
    """Les mêmes, tenues par la base."""
    async with sla.interne() as connexion:
        lignes = await connexion.lignes(select(comptes).where(comptes.c.nombre != 0))
    cles = (
        (ligne.organisme, *(getattr(ligne, nom) for nom in _COMPTEES), tuple(ligne.conditions))
        for ligne in lignes
    )
    return Counter(dict(zip(cles, (ligne.nombre for ligne in lignes), strict=True)))
