"""Où l'on tue la facturation : un état semé, ses copies, des processus qui s'y succèdent.

L'état se sème une fois : deux mois, des aperçus approuvés, des faits appris depuis, un organisme
sans fichier client, une contestation. Chaque épreuve en a une copie, sur un PostgreSQL réel.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_DNS, UUID, uuid5

from facturation.contestations.cas_usage import Trancher, trancher
from facturation.contestations.domaine.contestations import Decision, Geste
from facturation.contestations.ports import Ports as PortsContestations
from facturation.emissions.entrees.taches import emettre
from facturation.main import service
from facturation.saisies.cas_usage import SaisirLignes, saisir_lignes
from facturation.saisies.domaine.decisions import NatureDecision
from facturation.saisies.domaine.saisies import LigneVoulue
from facturation.saisies.ports import Ports as PortsSaisies
from noyau import Montant
from outils.essais.banc import Banc, HorlogeConduite, monter, reglages_d_essai
from outils.essais.greffon import Modeles
from services.facturation.tests import livrees, scene
from services.facturation.tests.builders import a
from services.facturation.tests.saisies import publiee
from socle.exploitation.mesures import Mesures
from socle.roles import Roles
from socle.service import Contexte
from tests.fautes import processus
from tests.fautes.processus import Faire

MESURES: Final = Mesures("facturation")
CODES: Final = ("CNESST", "MESS", "MTQ", "RAMQ", "SAAQ")
APPROUVES: Final = ("CNESST", "MTQ")
SANS_FICHIER: Final = "TARDIF"
PERIODE: Final = "2026-10"


def _actif(code: str, rang: int) -> UUID:
    return uuid5(NAMESPACE_DNS, f"{code} {rang}")


async def _semer(b: Banc) -> UUID:
    """Septembre émis, octobre demandé; rend la contestation à trancher."""
    await scene.planter(b, *CODES)
    await b.recevoir(publiee(livrees.fiche_de("DEDOMMAGEMENT")))
    await b.recevoir(scene.organisme("CNESST", taxable=True))
    for code in CODES[:-1]:
        lot = [scene.livraison(_actif(code, n), code=code) for n in range(3)]
        await b.recevoir(*lot, survenu_le=a(scene.jour(1)))
    await scene.fermer_septembre(b)
    await scene.executer(b)
    ajustement = {"montant": "-12.34", "motif": "Essai."}
    await b.client("facturation").post(
        "/v1/factures/2026-2027-000002/lignes/1/ajustements", json=ajustement
    )
    contestation = await _contester(b, "CNESST", "2026-2027-000001")
    b.horloge.aller("2026-11-02T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *scene.SUJETS)
    await b.recevoir(_rendu("RAMQ"), survenu_le=a(scene.jour(12)))
    vus = [await scene.apercu(b, code, PERIODE) for code in APPROUVES]
    await scene.approuver(b, *vus, periode=PERIODE)
    # Appris depuis l'horizon : une fin, un prix; et un organisme dont on ne sait pas le nom.
    await b.recevoir(_rendu("MTQ"), survenu_le=a(scene.jour(20)))
    await b.recevoir(scene.fiche(2, scene.jour(16), POSTE_01="150"))
    orphelin = scene.livraison(_actif(SANS_FICHIER, 0), code=SANS_FICHIER)
    await b.recevoir(orphelin, survenu_le=a(scene.jour(2, 10)))
    await b.client("facturation").post("/v1/executions", json={"periode": PERIODE})
    return contestation


def _rendu(code: str) -> Any:  # noqa: ANN401 -- un événement
    return scene.recuperation(_actif(code, 0), scene.jour(12 if code == "RAMQ" else 20), code=code)


async def _contester(b: Banc, code: str, numero: str) -> UUID:
    corps = {"motif": "Hors d'usage.", "lignes": [{"rang": 1}, {"rang": 2}]}
    client = b.client("gestionnaire", organisme=code, sujet="gestionnaire-1")
    ouverte = await client.post(f"/v1/factures/{numero}/contestations", json=corps)
    contestation = UUID(ouverte.json()["id"])
    examen = f"/v1/contestations/{contestation}/examen"
    await b.client("facturation").post(examen, json={})
    return contestation


class Base(processus.Base):
    """Une base de facturation, et les processus qui s'y succèdent."""

    __slots__ = ()

    async def documents(self) -> frozenset[tuple[Any, ...]]:
        """Ce que disent les documents, numéro et rang de leur suite mis à part."""
        lus = await self.lire(
            "SELECT f.organisme, f.periode, f.piece, f.total,"
            " md5(string_agg(l.donnees::text, ' ' ORDER BY l.rang))"
            " FROM factures AS f JOIN lignes AS l USING (organisme, periode, piece)"
            " GROUP BY f.organisme, f.periode, f.piece"
        )
        return frozenset(map(tuple, lus))


@dataclass(frozen=True, slots=True)
class Semis:
    """L'état semé, dont chaque épreuve a sa copie."""

    modeles: Modeles
    acces: Mapping[str, str]
    horloge: HorlogeConduite
    contestation: UUID

    @classmethod
    async def faire(cls, modeles: Modeles) -> "Semis":
        """Sème une base, et la ferme : elle sert de modèle."""
        declaration, horloge = service(), HorlogeConduite()
        acces = await modeles.copie(declaration)
        reglages = reglages_d_essai(declaration.reglages, acces, str(modeles.jwks))
        banc = monter(declaration, reglages, modeles.emetteur, horloge)
        try:
            contestation = await _semer(banc)
        finally:
            await banc.fermer()
        return cls(modeles, acces, horloge, contestation)

    @asynccontextmanager
    async def copie(self) -> AsyncIterator[Base]:
        """Une base dans l'état semé, le temps d'un bloc."""
        declaration = service()
        async with self.modeles.double(declaration, self.acces) as acces:
            reglages = reglages_d_essai(declaration.reglages, acces, str(self.modeles.jwks))
            reglages.base.delais.verrou = 10_000
            roles: Roles[Any] = Roles(declaration, reglages)
            roles.horloge = self.horloge
            yield Base(roles)

    async def trancher(self, contexte: Contexte) -> object:
        """La décision qui émet une note de crédit."""
        commande = Trancher(
            id=self.contestation,
            decision_id=uuid5(NAMESPACE_DNS, "décision"),
            decision=Decision(geste=Geste.ACCEPTER, motif="En panne tout le mois."),
        )
        return await contexte.executer(
            "trancher", PortsContestations, trancher, commande, cle="décision"
        )

    async def saisir(self, contexte: Contexte) -> object:
        """Un montant saisi, dû aussitôt."""
        ligne = LigneVoulue(
            organisme="MESS",
            tarif="DEDOMMAGEMENT",
            montant=Montant.de("312.40"),
            fait_le=scene.jour(20, 10),
            motif="Écran fendu.",
        )
        commande = SaisirLignes(
            decision_id=uuid5(NAMESPACE_DNS, "saisie"),
            nature=NatureDecision.SAISIE,
            lignes=[(uuid5(NAMESPACE_DNS, "ligne"), ligne)],
        )
        return await contexte.executer(
            "saisir_lignes", PortsSaisies, saisir_lignes, commande, cle="saisie"
        )

    @property
    def ouvrages(self) -> Mapping[str, Faire]:
        """Ce que l'on tue : l'émission d'un mois, une décision et sa note de crédit, une saisie."""
        return {"émission": emettre, "note de crédit": self.trancher, "saisie": self.saisir}
