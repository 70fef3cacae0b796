"""La consommation dans sla, verdicts compris, contre `getmany` et COPY dans une table."""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from bench.faits import Enregistrement
from bench.relais import envoyer_en_rafale
from bench.resultats import But, Resultats
from bench.scene import Scene
from bench.tours import entrelacer
from contrats import Evenement
from contrats.catalogue import Borne, Condition, FichePubliee, Indicateur
from contrats.demandes import DemandeCreee, LivraisonAttendue, PosteLivre
from noyau import Comparaison, Predicat
from sla.main import service as service_sla
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.bus.enveloppe import Enveloppe, Message, en_tetes_binaires
from socle.bus.kafka import nouveau_consommateur, nouveau_producteur, preparer_sujets
from socle.exploitation.arret import Arret
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.reception.consommateur import LOT, Consommateur
from socle.reception.reception import Reception
from socle.roles import Roles
from socle.service import Service

TAILLES = (2_000, 6_000)
PATIENCE = 60.0
DEPART = datetime(2026, 9, 1, 13, 0, tzinfo=UTC)
TABLE = "CREATE TABLE bench_copie (cle text, position bigint, en_tetes text, charge bytea)"
PRODUCTEUR = "sbg.demandes.v1"
VIDER = "TRUNCATE histoires, sujets, mesures, fiches, socle_inbox, socle_audit, bench_copie"


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


def _fiche() -> Message:
    """La fiche de service, telle que le bus la porterait."""
    ((cle, charge, en_tetes),) = enregistrements("sbg.catalogue.v1", iter([(FICHE, DEPART, 1)]))
    textes = {nom: valeur.decode() for nom, valeur in en_tetes}
    return Message("sbg.catalogue.v1", 0, 0, cle.decode(), textes, charge)


class _Chronometree(Reception):
    """La réception du produit, qui dit quand le premier lot est arrivé et le dernier commis.

    Chaque taille a son sujet sur le bus; le produit n'en croit qu'un, celui du producteur.
    """

    debut = fin = 0.0

    async def traiter(self, messages: Sequence[Message]) -> None:
        self.debut = self.debut or time.perf_counter()
        await super().traiter([replace(message, sujet=PRODUCTEUR) for message in messages])
        self.fin = time.perf_counter()


class Banc:
    """Un sujet rempli une fois, et les deux façons de le lire, chacune dans un groupe neuf."""

    def __init__(self, scene: Scene, sujet: str, attendus: int) -> None:
        self.scene = scene
        self.sujet = sujet
        self.attendus = attendus

    async def remplir(self, messages: Sequence[Enregistrement]) -> None:
        await preparer_sujets(self.scene.bus, [self.sujet])
        producteur = nouveau_producteur(self.scene.bus, "remplir")
        await producteur.start()
        try:
            await envoyer_en_rafale(producteur, self.sujet, messages)
        finally:
            await producteur.stop()

    async def produit(self, acces: dict[str, str], service: Service[Any]) -> float:
        """La boucle du produit : décoder, réclamer, rejuger, auditer, commettre, avancer."""
        mesures, arret = Mesures("sla"), Arret()
        moteur = ouvrir_moteur(acces["interne"], DelaisBase())
        executeur = Roles(service, service.reglages()).executeur(moteur)
        # La fiche d'abord : arrivée au milieu, elle laisserait des rejeux à la tâche périodique.
        await Reception(executeur, service.ecoutes, "sla", Mesures("fiche")).traiter([_fiche()])
        reception = _Chronometree(executeur, service.ecoutes, "sla", mesures)
        boucle = Consommateur(
            reception, self.scene.bus, [self.sujet], f"p{uuid4().hex}", Sante(), mesures
        )
        tache = asyncio.create_task(boucle.tourner(arret))
        limite = time.monotonic() + PATIENCE
        while mesures.recus._value.get() < self.attendus:
            if tache.done() or time.monotonic() > limite:
                raise TimeoutError(f"sla n'a traité que {mesures.recus._value.get()} événements")
            await asyncio.sleep(0.01)
        arret.demander()
        await tache
        await moteur.fermer()
        return self.attendus / (reception.fin - reception.debut)

    async def copie(self, dsn: str) -> float:
        """`getmany`, COPY, position commise : rien n'est décodé."""
        client = nouveau_consommateur(self.scene.bus, [self.sujet], f"c{uuid4().hex}")
        connexion = await asyncpg.connect(dsn)
        await client.start()
        try:
            lus, debut = 0, 0.0
            while lus < self.attendus:
                lots = await client.getmany(timeout_ms=200, max_records=LOT)
                recus = [r for lot in lots.values() for r in lot]
                if not recus:
                    continue
                debut = debut or time.perf_counter()
                lignes = [(r.key.decode(), r.offset, str(r.headers), r.value) for r in recus]
                await connexion.copy_records_to_table("bench_copie", records=lignes)
                await client.commit({p: lot[-1].offset + 1 for p, lot in lots.items()})
                lus += len(recus)
            return lus / (time.perf_counter() - debut)
        finally:
            await client.stop()
            await connexion.close()


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:
    """Les événements consommés par seconde, à deux tailles."""
    service = service_sla()
    acces = await scene.modeles.copie(service)
    proprietaire = await asyncpg.connect(acces["migrer"])
    await proprietaire.execute(TABLE)
    for taille in TAILLES:
        sujet = f"sbg.bench{os.getpid()}t{taille}.v1"
        messages = enregistrements(PRODUCTEUR, vies(taille // 2))
        banc = Banc(scene, sujet, len(messages))
        await banc.remplir(messages)

        async def vers_sla(banc: Banc = banc) -> float:
            await proprietaire.execute(VIDER)
            debit = await banc.produit(acces, service)
            juges = "SELECT count(*) FROM mesures WHERE verdict IN ('conforme', 'manquee')"
            if await proprietaire.fetchval(juges) != banc.attendus // 2:
                raise AssertionError("chaque demande livrée devait être jugée")
            return debit

        async def vers_table(banc: Banc = banc) -> float:
            await proprietaire.execute(VIDER)
            return await banc.copie(acces["migrer"])

        m = await entrelacer({"sla": vers_sla, "table": vers_table}, tours)
        resultats.rapport(
            f"consommation dans sla, {taille} événements, verdicts compris, contre COPY",
            "événements/s",
            m["sla"],
            m["table"],
            But("≥", 0.3),
        )
    await proprietaire.close()
