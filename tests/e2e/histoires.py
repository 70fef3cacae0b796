"""Jouer des histoires tirées au sort contre le système : chacun agit à l'heure du tirage.

Les personnes agissent quand l'horloge conduite le marque; l'ITSM annonce plus tard, dans le
désordre, et se redit sous d'autres identifiants.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any, Final

import httpx

from demo.scenario.agenda import Acte, tours
from demo.systeme import Systeme
from tests.e2e.gestes import client, itsm, ok
from tests.oracle.naif import Dit
from tests.oracle.tirage import HUMAINS, Rectifie, Tirage

PRODUITS: Final = {
    "poste_physique": ("PORTABLE-14", "DIAGRAMMES"),
    "logiciel": ("LECTEUR-PDF",),
    "amenagement_utilisateur": (),
}
RETARDS: Final = [timedelta(hours=h) for h in (0, 0, 1, 30, 12 * 24, 60 * 24)]
"""Combien de temps après le fait l'ITSM l'annonce : aussitôt, ou des mois plus tard."""
DE_FRONT: Final = 8
"""Histoires jouées en même temps dans un tour."""


@dataclass(slots=True)
class Jouee:
    """Une histoire et la demande qui la vit."""

    tirage: Tirage
    organisme: str
    demande: dict[str, Any] = field(default_factory=dict)
    remise: list[Rectifie] = field(default_factory=list)
    """Les rectifications refusées au premier essai : un acte manquait encore."""

    @property
    def id(self) -> str:
        return str(self.demande["id"])

    def article(self, rang: int | None) -> str:
        return str(self.demande["articles"][rang or 0]["id"])

    @property
    def sources(self) -> dict[str, str]:
        """De la source d'une ligne de facture, article ou actif, au rang de son article."""
        return {
            str(source): str(rang)
            for rang, article in enumerate(self.demande["articles"])
            for source in (article["id"], article["actif_id"])
            if source is not None
        }


@dataclass(slots=True)
class Partie:
    """Toutes les histoires, jouées ensemble."""

    systeme: Systeme
    jouees: list[Jouee]
    hasard: Random
    comptes: Counter[str] = field(default_factory=Counter)
    """Ce que l'ITSM a annoncé : redites, différées; et les rectifications posées."""

    async def jouer(self, fin: datetime) -> None:
        """Du premier brouillon au dernier tour, `fin`; lève si le système refuse un acte."""
        await self._de_front([partial(self._creer, jouee) for jouee in self.jouees])
        actes = [acte for jouee in self.jouees for acte in self._actes(jouee)]
        dernier = Acte(annonce=fin, ponctuel=True, libelle="fin", faire=_rien)
        for tour in tours([*actes, dernier]):
            self.systeme.horloge.avancer(tour.instant)
            suites: dict[str, list[Acte]] = defaultdict(list)
            for acte in tour.actes:
                suites[acte.libelle].append(acte)
            await self._de_front([partial(_suivre, suite) for suite in suites.values()])
        await self._clore()

    async def _de_front(self, faire: list[Callable[[], Awaitable[None]]]) -> None:
        places = asyncio.Semaphore(DE_FRONT)

        async def un(quoi: Callable[[], Awaitable[None]]) -> None:
            async with places:
                await quoi()

        await asyncio.gather(*map(un, faire))

    async def _creer(self, jouee: Jouee) -> None:
        sorte = jouee.tirage.histoire.sorte
        demandeur = client(self.systeme, "demandes", "demandeur", jouee.organisme)
        articles = [{"produit": produit} for produit in PRODUITS[sorte]]
        jouee.demande = ok(
            await demandeur.post("demandes", {"sorte": sorte, "articles": articles}), 201
        )

    def _actes(self, jouee: Jouee) -> Iterator[Acte]:
        """Chaque acte de l'histoire, à l'instant où il arrive; puis ce qui le redit ou rectifie."""
        arrivent: list[datetime] = []
        for rang, dit in enumerate(jouee.tirage.histoire.dits):
            humain = dit.quoi in HUMAINS
            arrivent.append(dit.le if humain else dit.le + self.hasard.choice(RETARDS))
            poser = self._poser if humain else self._annoncer
            faire = partial(poser, jouee, dit, f"{jouee.id}-{rang}")
            yield Acte(annonce=arrivent[-1], ponctuel=humain, libelle=jouee.id, faire=faire)
            if not humain and self.hasard.random() < 0.3:
                le = arrivent[-1] + self.hasard.choice(RETARDS)
                redire = partial(self._redire, jouee, dit, f"{jouee.id}-{rang}-redit")
                yield Acte(annonce=le, ponctuel=False, libelle=jouee.id, faire=redire)
        for rectifie in jouee.tirage.rectifications:
            le = max(arrivent[rang] for rang, _ in rectifie.justes) + self.hasard.choice(RETARDS)
            faire = partial(self._rectifier, jouee, rectifie)
            yield Acte(annonce=le, ponctuel=False, libelle=jouee.id, faire=faire)

    async def _poser(self, jouee: Jouee, dit: Dit, _: str) -> None:
        """Une personne de l'organisme agit, à l'heure de l'horloge."""
        role = {"soumission": "demandeur", "approbation": "signataire"}[dit.quoi]
        qui = client(self.systeme, "demandes", role, jouee.organisme)
        ok(await qui.post(f"demandes/{jouee.id}/{dit.quoi}"))

    async def _annoncer(self, jouee: Jouee, dit: Dit, cle: str) -> None:
        donnees: dict[str, object] = {"demande_id": jouee.id}
        match dit.quoi:
            case "suspension" | "reprise":
                donnees["motif"] = "motif"
            case "livraison":
                donnees["article_id"] = jouee.article(dit.article)
            case "heures_travaillees":
                temps = {"tarif": dit.tarif, "minutes": dit.minutes, "reference": dit.reference}
                donnees["travaux"] = [temps]
            case _:
                assert dit.quoi == "prise_en_charge"
        reponse = await itsm(self.systeme, dit.quoi, dit.le, cle=cle, **donnees)
        # Redit une fois nul, un acte est refusé : c'est ce que dit sa rectification (DEM-13).
        nul = reponse.status_code == 409 and reponse.json()["regle"] == "DEM-13"
        admis = reponse.status_code in {200, 202} or nul
        assert admis, f"{jouee.tirage.graine}, {dit} : {reponse.text}"
        self.comptes["différées"] += reponse.status_code == 202

    async def _redire(self, jouee: Jouee, dit: Dit, cle: str) -> None:
        await self._annoncer(jouee, dit, cle)
        self.comptes["redites"] += 1

    async def _rectifier(self, jouee: Jouee, rectifie: Rectifie) -> None:
        """Le CSC rectifie; s'il est trop tôt, il y reviendra quand tout sera arrivé."""
        reponse = await self._poser_rectification(jouee, rectifie)
        if reponse is None or reponse.status_code == 409:
            jouee.remise.append(rectifie)
        else:
            ok(reponse)

    async def _clore(self) -> None:
        """Tout est arrivé : les rectifications remises se posent."""
        for jouee in self.jouees:
            for rectifie in jouee.remise:
                reponse = await self._poser_rectification(jouee, rectifie)
                assert reponse is not None, f"{jouee.tirage.graine} : un acte n'est pas inscrit"
                ok(reponse)
            self.comptes["rectifications"] += len(jouee.tirage.rectifications)

    async def _poser_rectification(self, jouee: Jouee, rectifie: Rectifie) -> httpx.Response | None:
        """La réponse à la rectification; rien si un des actes n'est pas inscrit."""
        csc = client(self.systeme, "demandes", "agent-csc")
        lignes = ok(await csc.get(f"demandes/{jouee.id}/chronologie"))["elements"]
        actes = []
        for rang, juste in rectifie.justes:
            dit = jouee.tirage.histoire.dits[rang]
            acte_id = next((li["acte_id"] for li in lignes if _est(li, dit, jouee)), None)
            if acte_id is None:
                return None
            actes.append({"acte_id": acte_id, "survenu_le": juste and juste.isoformat()})
        corps = {"actes": actes, "motif": "erreur"}
        return await csc.post(f"demandes/{jouee.id}/rectification", corps)


async def _rien() -> None: ...


async def _suivre(actes: list[Acte]) -> None:
    for acte in actes:
        await acte.faire()


def _est(ligne: dict[str, Any], dit: Dit, jouee: Jouee) -> bool:
    """Vrai si cette ligne de chronologie est cet acte."""
    if (ligne["geste"], datetime.fromisoformat(ligne["annonce_le"])) != (dit.quoi, dit.le):
        return False
    if dit.quoi == "livraison":
        return bool(ligne["article_id"] == jouee.article(dit.article))
    temps = {"tarif": dit.tarif, "minutes": dit.minutes, "reference": dit.reference}
    return dit.quoi != "heures_travaillees" or ligne["travail"] == temps


FERIES: Final = {date(2026, 9, 7), date(2026, 10, 12)}
"""De septembre à la mi-décembre 2026 : la fête du Travail, l'Action de grâces."""


def ouvrable(jour: date) -> bool:
    """Un jour ouvrable des mois que vivent ces histoires."""
    assert date(2026, 9, 1) <= jour < date(2026, 12, 24)
    return jour.weekday() < 5 and jour not in FERIES
