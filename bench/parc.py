"""Des parcs d'actifs, vieillis en base sans être émis mois par mois, et ce que coûte d'émettre."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from bench.scene import Scene
from contrats import catalogue, demandes
from facturation.emissions.cas_usage import EmettreFacture, emettre_facture
from facturation.emissions.domaine.executions import PRODUCTEURS
from facturation.emissions.ports import Ports
from facturation.main import service
from facturation.simulations.cas_usage import (
    DemanderSimulation,
    Proposition,
    SimulerOrganisme,
    demander_simulation,
    simuler_organisme,
)
from facturation.simulations.ports import Ports as PortsSimulations
from noyau import Mois, sujet_de
from outils.essais.banc import Banc, HorlogeConduite, monter, reglages_d_essai

ACTIFS: Final = 10_000
PREMIER: Final = Mois(2026, 4)
FIN_DES_TEMPS: Final = datetime(2040, 1, 1, tzinfo=UTC)
SUPPOSE_LE: Final = date(2040, 2, 1)
LIVRES_LE: Final = datetime(2026, 4, 1, 16, tzinfo=UTC)
BATTEMENT: Final = 0.002
MEMOIRE: Final = Path("/proc/self")

# D'un actif reçu par le bus, les autres; d'un mois émis, ceux d'avant : la base en est la même.
_ACTIFS: Final = """
INSERT INTO faits
SELECT f.organisme, n.acte, n.source, f.type, f.produit,
       f.donnees || jsonb_build_object('acte_id', n.acte, 'source', n.source)
FROM faits AS f,
     (SELECT gen_random_uuid() AS acte, gen_random_uuid()::text AS source
      FROM generate_series(2, $2)) AS n
WHERE f.organisme = $1
"""
_ABONNEMENTS: Final = """
INSERT INTO abonnements
SELECT a.organisme, f.source, a.tarif, a.produit, a.quantite, a.debut, a.fin, f.acte_id, NULL
FROM abonnements AS a JOIN faits AS f USING (organisme)
WHERE a.organisme = $1 AND f.source <> a.source
"""
_TOUCHER: Final = """
INSERT INTO touchees (organisme, source) SELECT organisme, source FROM faits WHERE organisme = $1
"""
_MOIS: Final = """
FROM {table} AS modele, generate_series($3::date, $4::date, '1 month') AS mois
WHERE modele.organisme = $1 AND modele.periode = $2
"""
_FACTURES: Final = (
    "INSERT INTO factures SELECT organisme, to_char(mois, 'YYYY-MM'), nature,"
    " organisme || to_char(mois, 'YYYYMM'), emise_le, nombre_lignes, total_avant_taxes, tps, tvq,"
    " total, entete, empreinte" + _MOIS.format(table="factures")
)
_LIGNES: Final = (
    "INSERT INTO lignes SELECT organisme, to_char(mois, 'YYYY-MM'), rang, source, tarif, nature,"
    " mois, cle, montant, tps, tvq, ajustement, actes, '{}'" + _MOIS.format(table="lignes")
)
_REVOIR: Final = "DELETE FROM revues WHERE organisme = $1"
_ARRETER: Final = "UPDATE arretes SET avant = $2 WHERE organisme = $1"


def _catalogue() -> list[catalogue.FichePubliee | catalogue.ProduitInscrit]:
    tarif = catalogue.Tarif(
        code="POSTE-01",
        libelle="Poste",
        du=catalogue.Declencheur(livraison=True),
        quantite=catalogue.Quantite(forme="mois", fois="quantite"),
        montant=Decimal(147),
    )
    fiche = catalogue.FichePubliee(
        code="POSTES", titre="Postes", version=1, debut=date(2015, 1, 1), tarifs=(tarif,),
        indicateurs=(),
    )  # fmt: skip
    poste = catalogue.ProduitInscrit(
        code="POSTE", libelle="Poste", categorie="Postes", sorte="materiel", statut="actif",
        noyau=False, normalise=True, tarifs=("POSTE-01",),
    )  # fmt: skip
    return [fiche, poste]


@dataclass(slots=True)
class Cout:
    """Ce que prend une émission : des secondes, de la mémoire, et la boucle d'événements."""

    secondes: float = 0.0
    pointe: float = 0.0
    """Mio du processus, au plus fort."""
    retenue: float = 0.0
    """Le plus long temps de processeur (s) sans rendre la main à la boucle."""


@dataclass(slots=True)
class Parc:
    """Un organisme et ses actifs, tous livrés le premier jour, vieilli jusqu'à un âge."""

    banc: Banc
    age: int = 2
    nom: str = "BANC"
    actifs: int = ACTIFS
    couts: list[Cout] = field(default_factory=list)
    simules: list[Cout] = field(default_factory=list)

    @property
    def code(self) -> str:
        return f"{self.nom}-{self.age}"

    async def semer(self) -> None:
        """Livre les actifs, émet le premier mois, et fait comme si les autres l'étaient."""
        inscrit = demandes.OrganismeInscrit(
            organisme=self.code, nom="Banc", adresse="", assujetti_rcti=True
        )
        livre = demandes.PosteLivre(
            organisme=self.code, demande_id=uuid4(), article_id=uuid4(), actif_id=uuid4(),
            produit="POSTE",
        )  # fmt: skip
        await self.banc.recevoir(inscrit, livre, survenu_le=LIVRES_LE)
        await self._executer(_ACTIFS, self.actifs)
        await self._executer(_ABONNEMENTS)
        await self._executer(_TOUCHER)
        await self._executer(_REVOIR)
        await self.emettre(PREMIER)
        if self.age > 2:
            modele, de, au = str(PREMIER), PREMIER.suivant, mois_de(self.age - 1)
            await self._executer(_FACTURES, modele, de.debut, au.debut)
            await self._executer(_LIGNES, modele, de.debut, au.debut)
            await self._executer(_ARRETER, au.fin)

    async def _executer(self, ordre: str, *valeurs: object) -> None:
        async with self.banc.interne() as connexion:
            await connexion.pilote.execute(
                "SET LOCAL statement_timeout = 0; SET LOCAL transaction_timeout = 0"
            )
            await connexion.pilote.execute(ordre, self.code, *valeurs)

    async def mesurer(self, tour: int) -> float:
        """Émet le mois de son âge, puis les suivants, tour après tour; rend les secondes."""
        async with mesure() as cout:
            await self.emettre(mois_de(self.age + tour))
        self.couts.append(cout)
        return cout.secondes

    async def simuler(self) -> None:
        """Suppose un autre montant un mois, et le calcule de tout le parc, avant et après."""
        propose = Proposition(
            effet=SUPPOSE_LE, mois=1, montants={"POSTE-01": Decimal(160)}, prix={}
        )  # fmt: skip
        demande = DemanderSimulation(id=uuid4(), organisme=self.code, proposition=propose)
        cle = str(demande.id)
        executer = self.banc.contexte.executer
        await executer("demander", PortsSimulations, demander_simulation, demande, cle=cle)
        vise = SimulerOrganisme(simulation_id=demande.id, vise=self.code)
        async with mesure() as cout:
            await executer("simuler", PortsSimulations, simuler_organisme, vise, cle=cle)
        self.simules.append(cout)

    async def emettre(self, periode: Mois) -> None:
        """Une émission, document écrit et publié compris."""
        commande = EmettreFacture(execution_id=UUID(int=0), organisme=self.code, periode=periode)
        emise = await self.banc.contexte.executer(
            "emettre_facture", Ports, emettre_facture, commande, cle=f"{self.code}:{periode}",
            organisme=self.code,
        )  # fmt: skip
        if emise is None or str(emise.total) != f"{147 * self.actifs}.00":
            raise AssertionError(f"{self.code}, {periode} : {emise}")


def mois_de(rang: int) -> Mois:
    """Le mois de ce rang : le premier est 1."""
    annees, mois = divmod(PREMIER.mois - 1 + rang - 1, 12)
    return Mois(PREMIER.annee + annees, mois + 1)


@asynccontextmanager
async def mesure() -> AsyncIterator[Cout]:
    """Ce que coûte ce qui suit; la boucle y bat, pour dire quand on la retient."""
    cout = Cout()
    coeur = asyncio.create_task(_battre(cout))
    (MEMOIRE / "clear_refs").write_text("5")  # la pointe repart d'ici
    debut = time.perf_counter()
    try:
        yield cout
    finally:
        cout.secondes = time.perf_counter() - debut
        cout.pointe = memoire("VmHWM")
        coeur.cancel()
        with suppress(asyncio.CancelledError):
            await coeur


async def _battre(cout: Cout) -> None:
    while True:
        debut = time.thread_time()
        await asyncio.sleep(BATTEMENT)
        cout.retenue = max(cout.retenue, time.thread_time() - debut)


def memoire(nom: str) -> float:
    """Une ligne de l'état du processus, en Mio."""
    lignes = (MEMOIRE / "status").read_text().splitlines()
    return next(int(ligne.split()[1]) for ligne in lignes if ligne.startswith(nom)) / 1024


@asynccontextmanager
async def ouvrir(scene: Scene) -> AsyncIterator[Banc]:
    """La facturation, dans ce processus, sur une base neuve; toute période y est reçue."""
    declaration = service()
    acces = await scene.modeles.copie(declaration)
    jwks = str(scene.dossier / "jwks.json")
    reglages = reglages_d_essai(declaration.reglages, acces, jwks)
    banc = monter(declaration, reglages, scene.emetteur, HorlogeConduite())
    try:
        await banc.recevoir(*_catalogue())
        banc.horloge.instant = FIN_DES_TEMPS
        await banc.recevoir_jalons(FIN_DES_TEMPS, *map(sujet_de, PRODUCTEURS))
        yield banc
    finally:
        await banc.fermer()
