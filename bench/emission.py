"""Émettre le mois 1, 12, 60 d'un même parc : ce qui court, contre le recalcul entier (FAC-14)."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from bench.resultats import But, Resultats
from bench.scene import Scene
from contrats import catalogue, demandes
from facturation.creances.domaine.etendue import Etendue
from facturation.creances.domaine.faits import produits_livres
from facturation.factures.cas_usage import EmettreFacture, emettre_facture
from facturation.factures.domaine.executions import PRODUCTEURS
from facturation.factures.domaine.factures import Situation
from facturation.factures.ports import Ports
from facturation.main import service
from noyau import Mois, sujet_de
from outils.essais.banc import Banc, HorlogeConduite, monter, reglages_d_essai

ACTIFS: Final = 2_000
PREMIER: Final = Mois(2026, 4)
MESURES: Final = (1, 12, 60)
LOT: Final = 200
FIN_DES_TEMPS: Final = datetime(2040, 1, 1, tzinfo=UTC)
LIVRES_LE: Final = datetime(2026, 4, 1, 16, tzinfo=UTC)


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


@dataclass(frozen=True)
class Parc:
    """Un organisme et ses actifs, tous livrés le premier jour."""

    banc: Banc
    code: str

    async def livrer(self, nombre: int) -> None:
        inscrit = demandes.OrganismeInscrit(
            organisme=self.code, nom="Banc", adresse="", assujetti_rcti=True
        )
        await self.banc.recevoir(inscrit)
        for _ in range(nombre // LOT):
            lot = [
                demandes.PosteLivre(
                    organisme=self.code, demande_id=uuid4(), article_id=uuid4(), actif_id=uuid4(),
                    produit="POSTE",
                )
                for _ in range(LOT)
            ]  # fmt: skip
            await self.banc.recevoir(*lot, survenu_le=LIVRES_LE)

    async def emettre(self, periode: Mois) -> float:
        """Les secondes d'une émission, document écrit et publié compris."""
        commande = EmettreFacture(execution_id=UUID(int=0), organisme=self.code, periode=periode)
        debut = time.perf_counter()
        await self.banc.contexte.executer(
            "emettre_facture", Ports, emettre_facture, commande, cle=f"{self.code}:{periode}",
            organisme=self.code,
        )  # fmt: skip
        return time.perf_counter() - debut

    async def recalculer(self, periode: Mois) -> float:
        """Les secondes du recalcul entier du même document, sans rien écrire : l'ancien calcul."""

        async def entier(ports: Ports) -> int:
            sources = tuple(await ports.faits.de_l_organisme(self.code))
            noms = [source.nom for source in sources]
            situation = Situation(
                client=await ports.clients.charger(self.code),
                etendue=Etendue(sources),
                tarification=await ports.tarifications.charger(produits_livres(sources)),
                bareme=ports.bareme,
                deja_facture=await ports.factures.deja_facture(self.code, noms),
                ajustements=await ports.ajustements.des_sources(self.code, noms),
                emises=await ports.factures.numeros(self.code),
                numeros=await ports.demandes.numeros(
                    self.code, {source.demande for source in sources if source.demande}
                ),
            )
            return len(situation.projeter(periode).lignes)

        debut = time.perf_counter()
        lignes = await self.banc.contexte.consulter(Ports, entier)
        if lignes != ACTIFS:
            raise AssertionError(f"{lignes} lignes recalculées, {ACTIFS} attendues")
        return time.perf_counter() - debut


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:
    """Le coût d'un mois, à trois âges du parc; autant de parcs que de tours."""
    banc = await _monter(scene)
    try:
        await banc.recevoir(*_catalogue())
        banc.horloge.instant = FIN_DES_TEMPS
        await banc.recevoir_jalons(FIN_DES_TEMPS, *map(sujet_de, PRODUCTEURS))
        couts = [await _vieillir(Parc(banc, f"BANC-{tour}")) for tour in range(min(tours, 3))]
    finally:
        await banc.fermer()
    _dire(couts, resultats)


def _dire(couts: Sequence[dict[int, tuple[float, float]]], resultats: Resultats) -> None:
    premier, *suivants = MESURES
    for age in suivants:
        resultats.rapport(
            f"émettre le mois {age} d'un parc de {ACTIFS} actifs, contre le mois {premier}",
            "ms",
            [1000 * c[age][0] for c in couts],
            [1000 * c[premier][0] for c in couts],
            But("≤", 1.5),
        )
    for age, borne in zip(MESURES, (4, 1, 0.3), strict=True):
        resultats.rapport(
            f"émettre le mois {age}, document écrit, contre le seul recalcul entier",
            "ms",
            [1000 * c[age][0] for c in couts],
            [1000 * c[age][1] for c in couts],
            But("≤", borne),
        )


async def _vieillir(parc: Parc) -> dict[int, tuple[float, float]]:
    """Émet les soixante mois; aux âges mesurés, recalcule d'abord tout le même mois."""
    await parc.livrer(ACTIFS)
    couts: dict[int, tuple[float, float]] = {}
    periode = PREMIER
    for age in range(1, max(MESURES) + 1):
        entier = await parc.recalculer(periode) if age in MESURES else 0.0
        couts[age] = await parc.emettre(periode), entier
        periode = periode.suivant
    return couts


async def _monter(scene: Scene) -> Banc:
    """Le service de facturation, dans ce processus, sur une base neuve."""
    declaration = service()
    acces = await scene.modeles.copie(declaration)
    jwks = str(scene.dossier / "jwks.json")
    reglages = reglages_d_essai(declaration.reglages, acces, jwks)
    return monter(declaration, reglages, scene.emetteur, HorlogeConduite())
