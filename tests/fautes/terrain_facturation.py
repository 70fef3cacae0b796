"""Où l'on tue la facturation : un état semé, ses copies, des processus qui s'y succèdent.

L'état se sème une fois : deux mois, des aperçus approuvés, des faits appris depuis, un organisme
sans fichier client, une contestation. Chaque épreuve en a une copie, sur un PostgreSQL réel.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_DNS, UUID, uuid5

import asyncpg

from facturation.base import metadonnees
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
from socle.bd.moteur import Moteur, ouvrir_moteur
from socle.exploitation.mesures import Mesures
from socle.roles import Roles
from socle.service import Contexte
from tests.fautes.fil import Fil, MoteurSuivi
from tests.fautes.pilote import Mort

MESURES: Final = Mesures("facturation")
CODES: Final = ("CNESST", "MESS", "MTQ", "RAMQ", "SAAQ")
APPROUVES: Final = ("CNESST", "MTQ")
SANS_FICHIER: Final = "TARDIF"
PERIODE: Final = "2026-10"
REPRISES: Final = 100
Faire = Callable[[Contexte], Awaitable[object]]


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


@dataclass(frozen=True, slots=True)
class Base:
    """Une base de facturation, et les processus qui s'y succèdent."""

    roles: Roles[Any]

    @asynccontextmanager
    async def moteur(self, fil: Fil | None = None) -> AsyncIterator[Moteur]:
        """La réserve d'un processus neuf; ses connexions tombent à la sortie."""
        ordinaire = ouvrir_moteur(self.roles.dsn("interne"), self.roles.reglages.base.delais)
        moteur = MoteurSuivi(ordinaire.acces, ordinaire.delais, fil or Fil())
        try:
            yield moteur
        finally:
            await moteur.fermer()

    @asynccontextmanager
    async def processus(self, fil: Fil | None = None) -> AsyncIterator[Contexte]:
        """Ce que reçoit une tâche d'un processus neuf, que suit ce fil."""
        async with self.moteur(fil) as moteur:
            yield Contexte(self.roles.executeur(moteur), MESURES)

    async def tuer(self, faire: Faire, fil: Fil) -> None:
        """Joue jusqu'à la mort que dit le fil, ou jusqu'au bout."""
        async with self.processus(fil) as contexte:
            with fil.nomme(), suppress(Mort):
                await faire(contexte)

    async def reprendre(self, faire: Faire) -> None:
        """Un autre processus finit l'ouvrage; ce qui est tenu par un mort se retente."""
        async with self.processus() as contexte:
            for reste in range(REPRISES, -1, -1):
                try:
                    await faire(contexte)
                except Exception:
                    if not reste:
                        raise
                    await asyncio.sleep(0.02)
                else:
                    return

    async def lire(self, requete: str) -> list[asyncpg.Record]:
        """Lit ce que montre la base."""
        connexion = await asyncpg.connect(self.roles.dsn("interne").get_secret_value())
        try:
            lues: list[asyncpg.Record] = await connexion.fetch(requete)
        finally:
            await connexion.close()
        return lues

    async def etat(self) -> dict[str, str]:
        """L'empreinte de chaque table : documents, faits publiés, ce qui reste à faire."""
        lues = [
            f"SELECT '{t}' AS nom, (to_jsonb(x) - '{{appris,id}}'::text[])::text AS ligne"
            f" FROM {t} AS x"
            for t in metadonnees.tables
        ]
        lues.append(
            "SELECT 'socle_outbox', concat_ws(' ', sujet, cle, sequence, type,"
            " convert_from(charge, 'UTF8')) FROM socle_outbox"
        )
        empreintes = await self.lire(
            "SELECT nom, md5(string_agg(ligne, ' ' ORDER BY ligne)) AS empreinte"
            f" FROM ({' UNION ALL '.join(lues)}) AS tout GROUP BY nom"
        )
        return {x["nom"]: x["empreinte"] for x in empreintes}

    async def documents(self) -> frozenset[tuple[Any, ...]]:
        """Ce que disent les documents, numéro et rang de leur suite mis à part."""
        lus = await self.lire(
            "SELECT f.organisme, f.periode, f.piece, f.total,"
            " md5(string_agg(l.donnees::text, ' ' ORDER BY l.rang))"
            " FROM factures AS f JOIN lignes AS l USING (organisme, periode, piece)"
            " GROUP BY f.organisme, f.periode, f.piece"
        )
        return frozenset(map(tuple, lus))

    async def ajoutees_par(self, faire: Faire) -> int:
        """Ce qu'un ouvrage déjà fini ajoute à toutes les tables, celles du socle comprises."""
        avant = await self._lignes_en_tout()
        await self.reprendre(faire)
        return await self._lignes_en_tout() - avant

    async def _lignes_en_tout(self) -> int:
        tables = await self.lire("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        sommes = "+".join(f"(SELECT count(*) FROM {t['tablename']})" for t in tables)
        ((nombre,),) = await self.lire(f"SELECT {sommes}")
        return int(nombre)


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
