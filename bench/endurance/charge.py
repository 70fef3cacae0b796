"""La charge : des demandes entières, à cadence fixe, et ce qu'un portail lit autour d'elles."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from bench.quinze import Quinze

PRODUITS = (("PORTABLE-14", 1), ("MONITEUR-24P", 2))
LECTURES = (
    ("demandes", "demandes?limite=50"),
    ("demandes", "actifs?limite=50"),
    ("sla", "mesures?limite=50"),
    ("sla", "taux?limite=50"),
    ("facturation", "factures?limite=50"),
    ("catalogue", "produits?limite=50"),
)
EN_COURS = 64
"""Demandes en cours au plus : au-delà, c'est la cadence qui cède, et elle se dit."""


@dataclass(slots=True)
class Charge:
    """Des demandes de tous les organismes, tour à tour."""

    quinze: Quinze
    organismes: int
    par_seconde: float
    gestes: int
    lectures_par_geste: float
    faites: int = 0
    refusees: int = 0
    """Les appels répétés après un 503 : une base débordée."""
    _rangs: "count[int]" = field(default_factory=count)
    _lues: "count[int]" = field(default_factory=count)
    _jetons: dict[tuple[str, ...], str] = field(default_factory=dict)

    async def preparer(self) -> None:
        """Inscrit les organismes et leur signataire; attend que demandes sache le catalogue."""
        for rang in range(self.organismes):
            code = _code(rang)
            corps = {"code": code, "nom": f"Organisme {rang}", "assujetti_rcti": True}
            await self._ecrire("organismes", corps, "agent-csc")
            mandat = {"nom": "Signataire", "sujet": f"s-{code}", "debut": "2026-04-01"}
            await self._ecrire(f"organismes/{code}/signataires", mandat, "agent-csc")
        async with asyncio.timeout(60):
            while not await self._demandable():  # noqa: ASYNC110 -- on sonde une API
                await asyncio.sleep(0.5)

    async def tourner(self, secondes: float) -> float:
        """Joue la cadence pendant ce temps; rend les demandes livrées par seconde."""
        places, debut = asyncio.Semaphore(EN_COURS), time.monotonic()
        async with asyncio.TaskGroup() as groupe:
            for rang in range(max(1, int(secondes * self.par_seconde))):
                await asyncio.sleep(max(0.0, debut + rang / self.par_seconde - time.monotonic()))
                await places.acquire()
                groupe.create_task(self._une(places.release))
        return self.faites / (time.monotonic() - debut)

    async def _une(self, rendre: Callable[[], None]) -> None:
        try:
            rang = next(self._rangs)
            await self._vivre(_code(rang % self.organismes), rang)
            self.faites += 1
        finally:
            rendre()

    async def _vivre(self, code: str, rang: int) -> None:
        demande = await self._ecrire("demandes", _corps(rang), "demandeur", code)
        chemin = f"demandes/{demande['id']}"
        await self._lire_autour(code, chemin)
        await self._ecrire(f"{chemin}/approbation", None, "signataire", code, sujet=f"s-{code}")
        await self._lire_autour(code, chemin)
        await self._ecrire(f"{chemin}/prise-en-charge", None, "agent-csc")
        for article in demande["articles"]:
            await self._lire_autour(code, chemin)
            corps = {"article_id": article["id"]}
            demande = await self._ecrire(f"{chemin}/livraison", corps, "agent-csc")
        await self._lire_autour(code, chemin)
        if demande["etat"] != "completee":
            raise AssertionError(demande["etat"])

    async def _lire_autour(self, code: str, chemin: str) -> None:
        """Ce qu'un portail lit après un geste, la demande même une fois sur deux."""
        for _ in range(round(self.lectures_par_geste)):
            rang = next(self._lues)
            service, lu = LECTURES[rang // 2 % len(LECTURES)] if rang % 2 else ("demandes", chemin)
            jeton = self._jeton(
                "demandeur" if service == "demandes" else "gestionnaire", code, None
            )
            await self._appeler(
                lambda service=service, lu=lu, jeton=jeton: self.quinze.client.get(  # type: ignore[misc]
                    f"{self.quinze.adresse(service)}/v1/{lu}",
                    headers={"Authorization": f"Bearer {jeton}"},
                )
            )

    async def _demandable(self) -> bool:
        """Vrai quand demandes connaît ce que la charge demande."""
        adresse = f"{self.quinze.adresse('demandes')}/v1/demandes"
        en_tetes = self.quinze.en_tetes(self._jeton("demandeur", _code(0), None))
        reponse = await self.quinze.client.post(adresse, json=_corps(0), headers=en_tetes)
        return reponse.is_success

    async def _ecrire(
        self,
        chemin: str,
        corps: dict[str, Any] | None,
        role: str,
        code: str | None = None,
        *,
        sujet: str | None = None,
    ) -> dict[str, Any]:
        adresse = f"{self.quinze.adresse('demandes')}/v1/{chemin}"
        en_tetes = self.quinze.en_tetes(self._jeton(role, code, sujet), uuid4().hex)
        reponse = await self._appeler(
            lambda: self.quinze.client.post(adresse, json=corps, headers=en_tetes)
        )
        rendu: dict[str, Any] = reponse.json()
        return rendu

    async def _appeler(self, appel: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
        reponse = await appel()
        while reponse.status_code == 503:
            self.refusees += 1
            await asyncio.sleep(0.1)
            reponse = await appel()
        reponse.raise_for_status()
        return reponse

    def _jeton(self, role: str, code: str | None, sujet: str | None) -> str:
        cle = (role, code or "", sujet or "")
        if cle not in self._jetons:
            self._jetons[cle] = self.quinze.scene.emetteur.jeton(
                [role], organisme=code, sujet=sujet or f"{role}-endurance"
            )
        return self._jetons[cle]


def _code(rang: int) -> str:
    return f"E{rang:03d}"


def _corps(rang: int) -> dict[str, Any]:
    return {
        "sorte": "poste_physique",
        "articles": [{"produit": code, "quantite": nombre} for code, nombre in PRODUITS],
        "utilisateur_id": f"u-{rang}",
        "site": "QC-700RL",
        "imputation": "2100-447",
        "soumettre": True,
    }
