"""La consommation dans sla, verdicts compris, contre PostgreSQL seul sur les mêmes instructions."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import Process
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from bench.faits import Enregistrement
from bench.membre import PRODUCTEUR
from bench.nu_base import Notee, moteur_qui_note, refaire
from bench.relais import envoyer_en_rafale
from bench.resultats import But, Resultats
from bench.scene import RACINE, Scene
from bench.tours import Essai, entrelacer
from contrats import Evenement
from contrats.catalogue import Borne, Condition, FichePubliee, Indicateur
from contrats.demandes import DemandeCreee, LivraisonAttendue, PosteLivre
from noyau import Comparaison, Predicat
from sla.main import service as service_sla
from socle.bd.moteur import DelaisBase, Moteur, ouvrir_moteur
from socle.bus.enveloppe import Enveloppe, Message, en_tetes_binaires
from socle.bus.kafka import nouveau_producteur, preparer_sujets
from socle.exploitation.mesures import Mesures
from socle.reception.consommateur import LOT
from socle.reception.reception import Reception
from socle.roles import Roles
from socle.service import Service

TAILLES = (2_000, 6_000)
PATIENCE = 120.0
DEPART = datetime(2026, 9, 1, 13, 0, tzinfo=UTC)
VIDER = "TRUNCATE histoires, sujets, mesures, comptes, fiches, socle_inbox, socle_audit"
RECUS = "SELECT count(*) FROM socle_inbox"
JUGEES = "SELECT count(*) FROM mesures WHERE verdict IN ('conforme', 'manquee')"
NOS_PROCESSUS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"


def si(fait: str, *parmi: str, vaut: bool | None = None) -> Predicat:
    """Le fait est parmi ces codes, ou vaut ce booléen."""
    return Predicat(((Comparaison(fait=fait, parmi=parmi or None, egale=vaut),),))


FICHE = FichePubliee(
    code="POSTES",
    titre="Gestion des postes de travail",
    version=1,
    debut=date(2015, 1, 1),
    tarifs=(),
    indicateurs=(
        Indicateur(
            code="PT-1",
            libelle="Livraison d'un poste physique",
            sujet="demande",
            couvre=si("sorte", "poste_physique"),
            ouvre=(
                Borne(evenement="demande.créée", si=si("approbation_requise", vaut=False)),
                Borne(evenement="demande.approuvée"),
            ),
            suspend=("demande.suspendue",),
            reprend=("demande.reprise",),
            rouvre=("demande.rouverte",),
            ferme=("poste.livré",),
            retire=("demande.refusée", "demande.annulée", "demande.redirigée"),
            horloge="jours_ouvrables",
            delai=10,
            cible=Decimal("0.95"),
            conditions=(
                Condition(code="a", libelle="a", exclut=si("acquisition_multiple", vaut=True)),
                Condition(code="c", libelle="c", exclut=si("logiciel_payant", vaut=True)),
                Condition(code="e", libelle="e", exclut=si("gamme", "detachable")),
            ),
        ),
    ),
)


def vies(demandes: int) -> Iterator[tuple[Evenement, datetime, int]]:
    """Chaque demande créée et, plus loin dans le flot, son poste livré."""
    ids = [(uuid4(), uuid4()) for _ in range(demandes)]
    for rang, (demande, article) in enumerate(ids):
        yield creation(demande, article, rang), DEPART + timedelta(minutes=rang), 1
    for rang, (demande, article) in enumerate(ids):
        livre = PosteLivre(
            organisme="MTQ",
            demande_id=demande,
            article_id=article,
            actif_id=article,
            produit="PORTABLE-14",
        )
        yield livre, DEPART + timedelta(days=rang % 20, minutes=rang), 2


def creation(demande: UUID, article: UUID, rang: int) -> DemandeCreee:
    """La création d'une demande d'un poste."""
    return DemandeCreee(
        organisme="MTQ",
        demande_id=demande,
        numero=f"D-2026-{rang:06d}",
        sorte="poste_physique",
        approbation_requise=False,
        acquisition_multiple=False,
        configuration_normalisee=True,
        logiciel_payant=False,
        gamme="ordinaire",
        livraisons_attendues=(LivraisonAttendue(article_id=article, evenement="poste.livré"),),
    )


def enregistrements(
    sujet: str, faits: Iterator[tuple[Evenement, datetime, int]]
) -> list[Enregistrement]:
    """Les messages que le relais enverrait de ces faits."""
    messages: list[Enregistrement] = []
    for evenement, survenu_le, sequence in faits:
        enveloppe = Enveloppe(
            id=uuid4(),
            type=evenement.TYPE,
            version=evenement.VERSION,
            survenu_le=survenu_le,
            enregistre_le=survenu_le,
            sequence=sequence,
            sujet=sujet,
            cle=evenement.cle,
        )
        charge = evenement.model_dump_json().encode()
        messages.append((evenement.cle.encode(), charge, en_tetes_binaires(enveloppe, {})))
    return messages


def _fiche(fiche: FichePubliee) -> Message:
    """La fiche de service, telle que le bus la porterait."""
    ((cle, charge, en_tetes),) = enregistrements("sbg.catalogue.v1", iter([(fiche, DEPART, 1)]))
    textes = {nom: valeur.decode() for nom, valeur in en_tetes}
    return Message("sbg.catalogue.v1", 0, 0, cle.decode(), textes, charge)


class Banc:
    """Une base de sla, et les façons de lui donner les mêmes événements."""

    def __init__(
        self,
        scene: Scene,
        acces: dict[str, str],
        proprietaire: asyncpg.Connection,
        fiche: FichePubliee = FICHE,
    ) -> None:
        self.fiche = fiche
        self.scene = scene
        self.acces = acces
        self.proprietaire = proprietaire
        self.service: Service[Any] = service_sla()
        self.python: list[float] = []
        self.base: list[float] = []

    async def publier(self, messages: Sequence[Enregistrement]) -> str:
        """Un sujet neuf, rempli de ces messages."""
        sujet = f"sbg.bench{uuid4().hex[:12]}.v1"
        await preparer_sujets(self.scene.bus, [sujet])
        producteur = nouveau_producteur(self.scene.bus, "remplir")
        await producteur.start()
        try:
            await envoyer_en_rafale(producteur, sujet, messages)
        finally:
            await producteur.stop()
        return sujet

    async def vider(self) -> None:
        """Vide la base, et lui donne la fiche.

        Arrivée au milieu, elle laisserait des rejeux à la tâche périodique.
        """
        await self.proprietaire.execute(VIDER)
        moteur = ouvrir_moteur(self.acces["interne"], DelaisBase())
        await self.reception(moteur).traiter([_fiche(self.fiche)])
        await moteur.fermer()

    def reception(self, moteur: Moteur) -> Reception:
        executeur = Roles(self.service, self.service.reglages()).executeur(moteur)
        return Reception(executeur, self.service.ecoutes, "sla", Mesures("sla"))

    async def produit(self, messages: Sequence[Enregistrement], membres: int) -> float:
        """Les événements par seconde d'un groupe de tant de processus."""
        await self.vider()
        sujet = await self.publier(messages)
        groupe = f"p{uuid4().hex}"
        processus = [await self._lancer(sujet, groupe, membres) for _ in range(membres)]
        try:
            async with asyncio.timeout(PATIENCE):
                for membre in processus:
                    await _lire(membre)
                for membre in processus:
                    _dire(membre)
                while await self.proprietaire.fetchval(RECUS) <= len(messages):  # noqa: ASYNC110 -- on sonde la base
                    await asyncio.sleep(0.02)
                base = await self._processeur_de_la_base()
                for membre in processus:
                    _dire(membre)
                pris = [json.loads(await _lire(membre)) for membre in processus]
        finally:
            for membre in processus:
                if membre.returncode is None:
                    membre.kill()
                await membre.wait()
        await self._verifier(len(messages))
        if membres == 1:
            self.base.append(base / len(messages) * 1e6)
            self.python.append(pris[0][2] / len(messages) * 1e6)
        secondes: float = max(p[1] for p in pris) - min(p[0] for p in pris)
        return len(messages) / secondes

    async def _lancer(self, sujet: str, groupe: str, membres: int) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.membre", sujet, groupe, str(membres)),
            cwd=RACINE,
            env=os.environ
            | {
                "SBG_BENCH_DSN": self.acces["interne"],
                "SBG_BENCH_BUS": self.scene.bus.model_dump_json(),
            },
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )

    async def _processeur_de_la_base(self) -> float:
        """Les secondes de processeur de ce qui sert notre base, hors de cette connexion-ci."""
        pids = [ligne["pid"] for ligne in await self.proprietaire.fetch(NOS_PROCESSUS)]
        notre = self.proprietaire.get_server_pid()
        return sum(_processeur(pid) for pid in pids if pid != notre)

    async def noter(self, messages: Sequence[Enregistrement]) -> list[Notee]:
        """Les instructions du produit sur ces messages, par lots."""
        await self.vider()
        recus = [recu(rang, message) for rang, message in enumerate(messages)]
        notees: list[Notee] = []
        async with moteur_qui_note(self.acces["interne"], notees) as moteur:
            reception = self.reception(moteur)
            for debut in range(0, len(recus), LOT):
                await reception.traiter(recus[debut : debut + LOT])
            await asyncio.sleep(0)
        await self._verifier(len(messages))
        return notees

    async def nu(self, notees: Sequence[Notee], attendus: int) -> float:
        """Les événements par seconde de PostgreSQL seul."""
        await self.vider()
        secondes = await refaire(self.acces["interne"], notees)
        await self._verifier(attendus)
        return attendus / secondes

    async def _verifier(self, attendus: int) -> None:
        jugees = attendus // 2 * len(self.fiche.indicateurs)
        if await self.proprietaire.fetchval(JUGEES) != jugees:
            raise AssertionError("chaque demande livrée devait être jugée")


def _processeur(pid: int) -> float:
    """Les secondes de processeur d'un processus, comptées par le noyau."""
    return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[0]) / 1e9


def _dire(membre: Process) -> None:
    assert membre.stdin is not None
    membre.stdin.write(b"\n")


async def _lire(membre: Process) -> bytes:
    assert membre.stdout is not None
    return await membre.stdout.readline()


def recu(rang: int, message: Enregistrement) -> Message:
    """Un fait de demandes tel que le consommateur le reçoit."""
    cle, charge, en_tetes = message
    textes = {nom: valeur.decode() for nom, valeur in en_tetes}
    return Message(PRODUCTEUR, 0, rang, cle.decode(), textes, charge)


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:
    """Les événements consommés par seconde, à deux tailles; à la plus grande, à deux processus."""
    acces = await scene.modeles.copie(service_sla())
    proprietaire = await asyncpg.connect(acces["migrer"])
    banc = Banc(scene, acces, proprietaire)
    m: dict[str, list[float]] = {}
    for taille in TAILLES:
        messages = enregistrements(PRODUCTEUR, vies(taille // 2))
        notees = await banc.noter(messages)
        essais: dict[str, Essai] = {
            "nu": partial(banc.nu, notees, taille),
            "un": partial(banc.produit, messages, 1),
        }
        if taille == TAILLES[-1]:
            essais["deux"] = partial(banc.produit, messages, 2)
        banc.python.clear()
        banc.base.clear()
        m = await entrelacer(essais, tours)
        resultats.rapport(
            f"consommation dans sla, {taille} événements, contre PostgreSQL seul",
            "événements/s",
            m["un"],
            m["nu"],
            But("≥", 0.45),
        )
    deux = "consommation dans sla, deux processus contre un"
    resultats.rapport(deux, "événements/s", m["deux"], m["un"], But("≥", 1.25))
    resultats.rapport(
        "processeur par événement dans sla, Python contre PostgreSQL",
        "µs",
        banc.python,
        banc.base,
        # Au-delà de 1 ÷ 0,45, même un recouvrement parfait manquerait le premier but.
        But("≤", 2.2),
    )
    await proprietaire.close()
