"""Ce dont les recalculs ont besoin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from noyau import Mois
from sla.disponibilites.ports import Clienteles, Indisponibilites, Services
from sla.exclusions.ports import DecisionsPrises
from sla.fiches.ports import CalendriersConnus, FichesConnues
from sla.histoires.domaine import Sujet
from sla.histoires.ports import Histoires
from sla.mesures.ports import Mesures
from sla.recalculs.domaine import Candidat, Changements, Mouvement, Recalcul, TauxDeplace
from sla.taux.domaine.corrections import Jugement
from sla.taux.domaine.lus import Ecart
from sla.taux.ports import Corrections, Fermetures, TauxConnus


class Recalculs(Protocol):
    """Les rapports de recalcul, et ce que chacun a lu."""

    async def communs(self) -> str:
        """L'empreinte des fiches, des calendriers et des mois fermés."""

    async def durees(self) -> str:
        """Celle des services, de leurs clients et de leurs indisponibilités."""

    async def ajouter(self, recalcul: Recalcul, candidat: Candidat) -> None:
        """Garde le rapport à faire, et vise les sujets que le candidat peut régir."""

    async def charger(self, identifiant: UUID) -> Recalcul:
        """Le rapport, tenu; lève `Introuvable`."""

    async def noter(
        self, identifiant: UUID, sujets: Sequence[Sujet], bouges: Sequence[Mouvement], le: datetime
    ) -> None:
        """Ces sujets sont relus; voici ce qui en bougerait, et de combien de faits c'est tiré."""

    async def ecarter(self, identifiant: UUID, sujet: Sujet, raison: str, le: datetime) -> None:
        """Ce sujet n'a pu se rejouer."""

    async def enregistrer_mois(
        self, identifiant: UUID, mois: Mois, bouges: Sequence[Mouvement]
    ) -> None:
        """Les disponibilités de ce mois sont recomptées; voici ce qui en bougerait."""

    async def ecarter_mois(self, identifiant: UUID, mois: Mois, raison: str, le: datetime) -> None:
        """Les disponibilités de ce mois n'ont pu se recompter."""

    async def ecarts(self, identifiant: UUID) -> Mapping[tuple[str, Mois], Sequence[Ecart]]:
        """Ce qui bougerait, par indicateur et mois."""

    async def cibles(self, identifiant: UUID) -> Mapping[tuple[str, Mois], Mapping[Decimal, int]]:
        """De ce qui bougerait, combien de mesures chaque cible régit aujourd'hui."""

    async def ensembles(
        self, identifiant: UUID
    ) -> Mapping[tuple[str, Mois], tuple[Jugement | None, Jugement | None]]:
        """Les disponibilités de tous ensemble qui bougeraient, avant et après."""

    async def achever(
        self, recalcul: Recalcul, deplaces: Sequence[TauxDeplace], le: datetime
    ) -> None: ...

    async def changements(self, recalcul: Recalcul) -> Changements: ...

    async def accepter(self, recalcul: Recalcul) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Ce que touchent les verbes des recalculs; aucune mesure ne s'y enregistre."""

    fiches: FichesConnues
    calendriers: CalendriersConnus
    histoires: Histoires
    decisions: DecisionsPrises
    mesures: Mesures
    fermetures: Fermetures
    corrections: Corrections
    taux: TauxConnus
    services: Services
    clienteles: Clienteles
    indisponibilites: Indisponibilites
    recalculs: Recalculs
