"""Les faits que les autres services ont publiés, et les sources qu'ils font (DEM-12, DEM-13).

Un fait porte l'identifiant de son événement : le recevoir deux fois n'en fait pas deux. Hors d'ici,
on ne lit que des sources : leurs faits sont rectifiés, et dans l'ordre de survenue.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import Final, Self, TypeAlias
from uuid import UUID

from facturation.creances.domaine.creances import Nature
from noyau import (
    Acteur,
    Conflit,
    FaitNomme,
    exiger_une_personne,
    jour_de_quebec,
    rectifies,
)

JOUR: Final = "jour"
"""Le fait nommé que tout fait porte : la date de Québec où il prend effet."""
TARIF: Final = "tarif"
"""Le fait nommé par lequel un événement dit lui-même son tarif."""
PRODUIT: Final = "produit"
"""Le fait nommé par lequel ce qui commence dit le produit qu'il livre."""

DEMANDE: Final = "demande_id"
"""Le fait nommé par lequel un événement dit la demande qui l'a voulu."""
SITE: Final = "site"
"""Le fait nommé par lequel il dit où est ce qu'il nomme."""
IMPUTATION: Final = "imputation"
"""Le fait nommé par lequel il dit le code d'imputation de l'organisme (FAC-16)."""

EN_SERVICE_DEPUIS: Final = "en_service_depuis"
"""Le fait nommé par lequel un fait dit depuis quand court l'engagement qu'il apporte (FAC-5)."""


class Role(StrEnum):
    """Ce qu'un fait change à la vie de sa source."""

    COMMENCE = "commence"
    FINIT = "finit"
    ACTE = "acte"


_RANGS: Final = {Role.COMMENCE: 0, Role.ACTE: 1, Role.FINIT: 2}


@dataclass(frozen=True, kw_only=True)
class FaitRecu:
    """Ce que dit un événement de ce qui se facture (la source), par ses faits nommés (CAT-9).

    `effet` : le jour que l'événement dit lui-même; absent, celui où il survient. `perd` : la source
    est perdue, des mois peuvent en être dus (FAC-2). `tarife` : un tarif en est toujours dû.
    `reprend` : ce qui commence vient d'un autre organisme; `transmet` : ce qui finit passe son
    engagement, à un autre organisme ou à un autre actif (FAC-5). `unique` : de sa source, un seul
    fait vaut; celui qui le redit garde le même dû (FAC-13).
    """

    acte_id: UUID
    organisme: str
    source: str
    type: str
    survenu_le: datetime
    effet: date | None = None
    role: Role
    perd: bool
    tarife: bool = False
    reprend: bool = False
    transmet: bool = False
    unique: bool = False
    faits: Mapping[str, FaitNomme]

    @property
    def rang(self) -> int:
        """À la même seconde, ce qui commence vient d'abord, ce qui finit en dernier (DEM-12)."""
        return _RANGS[self.role]

    @cached_property
    def jour(self) -> date:
        """La date de Québec où le fait prend effet."""
        return self.effet or self.dit_le

    @cached_property
    def dit_le(self) -> date:
        """La date de Québec où il survient."""
        return jour_de_quebec(self.survenu_le)

    @property
    def produit(self) -> str | None:
        """Le produit que livre un fait qui commence."""
        produit = self.faits.get(PRODUIT) if self.role is Role.COMMENCE else None
        return produit if isinstance(produit, str) else None

    @property
    def en_service_depuis(self) -> date | None:
        """Depuis quand court l'engagement que le fait apporte; aucun : il n'en apporte pas."""
        jour = self.faits.get(EN_SERVICE_DEPUIS)
        return date.fromisoformat(jour) if isinstance(jour, str) else None

    @property
    def nomme(self) -> str | None:
        """Le tarif que le fait nomme lui-même."""
        tarif = self.faits.get(TARIF)
        return tarif if isinstance(tarif, str) else None

    @property
    def dits(self) -> Mapping[str, FaitNomme]:
        """Ses faits nommés, son jour compris."""
        return {**self.faits, JOUR: self.jour.isoformat()}

    def dit(self, nom: str) -> FaitNomme:
        """Un fait nommé, ou son jour."""
        return self.jour.isoformat() if nom == JOUR else self.faits.get(nom)

    def redate(self, survenu_le: datetime) -> Self:
        """Le même fait, à son heure juste (DEM-13).

        Ce qui commence prend effet ce jour-là; l'effet que dit tout autre fait ne bouge pas.
        """
        effet = self.effet
        if effet is not None and self.role is Role.COMMENCE:
            effet = jour_de_quebec(survenu_le)
        return replace(self, survenu_le=survenu_le, effet=effet)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandeNumerotee:
    """Le numéro lisible d'une demande : c'est par lui qu'un organisme reconnaît ce qu'il paie.

    `approbation_requise` : faux si rien n'y portait de tarif quand elle fut soumise (DEM-3).
    """

    organisme: str
    demande_id: UUID
    numero: str
    approbation_requise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectification:
    """L'heure juste d'un acte de l'organisme; sans elle, l'acte est nul (DEM-13).

    `rang` croît d'une rectification d'un acte à la suivante; la dernière vaut.
    """

    organisme: str
    acte_id: UUID
    rang: int
    survenu_le: datetime | None
    evenement: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Ecartement:
    """Ce qui attendait un montant, et que la facturation renonce à facturer.

    Sans `tarif`, on ne savait pas lequel serait dû : aucun ne l'est.
    """

    organisme: str
    source: str
    tarif: str
    nature: Nature
    cle: str

    def exiger_permis(self, acteur: Acteur) -> None:
        """Lève `Interdit` d'une machine, `Conflit` d'un abonnement, qui attend chaque mois."""
        exiger_une_personne(acteur, "FAC-13")
        if self.nature is Nature.ABONNEMENT:
            raise Conflit(
                "Un abonnement attend son prix mois après mois : il ne s'écarte pas.", regle="FAC-1"
            )

    def vise(self, tarif: str, nature: Nature, cle: str) -> bool:
        """Vrai d'une créance, ou d'une attente, qui n'est donc plus due."""
        return (self.nature, self.cle) == (nature, cle) and self.tarif in ("", tarif)


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneEcartee(Ecartement):
    """L'attente écartée : depuis quand et pourquoi elle attendait, pourquoi on y renonce."""

    depuis: date
    attente: str
    evenements: tuple[UUID, ...]
    motif: str
    ecartee_le: datetime
    ecartee_par: str


Appris: TypeAlias = FaitRecu | Rectification
"""Ce que dit un événement."""


@dataclass(frozen=True, slots=True)
class Source:
    """Un actif, un incident, un contrat… : ses faits qui valent, dans l'ordre de survenue.

    `rectifications` : les événements qui ont rectifié chacun de ses actes, même devenu nul.
    `demande` : celle qui l'a voulue, qui ne change pas, ses actes fussent-ils tous nuls; `libre` :
    vrai si nul signataire n'avait à l'approuver (DEM-3). `ecartements` : ce qu'on renonce à en
    facturer.
    """

    organisme: str
    nom: str
    faits: tuple[FaitRecu, ...]
    rectifications: Mapping[UUID, tuple[UUID, ...]]
    demande: UUID | None = None
    libre: bool = False
    ecartements: tuple[Ecartement, ...] = ()

    def dernier_dit(self, nom: str, le: date) -> str | None:
        """Ce que vaut un fait nommé ce jour-là : le dernier qui l'a dit, compris."""
        fait = self.dernier_fait(nom, le)
        return str(fait.faits[nom]) if fait else None

    def dernier_fait(self, nom: str, le: date) -> FaitRecu | None:
        """Le dernier, à ce jour, à dire un fait nommé en texte."""
        dits = (f for f in reversed(self.faits) if f.jour <= le)
        return next((f for f in dits if isinstance(d := f.faits.get(nom), str) and d), None)

    def ecarte(self, tarif: str, nature: Nature, cle: str) -> bool:
        """Vrai si l'on renonce à en facturer cette créance."""
        return any(e.vise(tarif, nature, cle) for e in self.ecartements)

    @property
    def evenements(self) -> tuple[UUID, ...]:
        """Tout ce que l'on en a appris, ce qui est devenu nul compris (FAC-9)."""
        valent = (fait.acte_id for fait in self.faits)
        return self.expliquer(dict.fromkeys((*valent, *sorted(self.rectifications))))

    def expliquer(self, actes: Iterable[UUID]) -> tuple[UUID, ...]:
        """Les événements de ces actes, chacun suivi de ceux qui le rectifient (FAC-9)."""
        return tuple(e for acte in actes for e in (acte, *self.rectifications.get(acte, ())))


def sources(
    appris: Iterable[Appris],
    *,
    libres: Collection[tuple[str, UUID]] = (),
    ecartements: Iterable[Ecartement] = (),
) -> list[Source]:
    """Les sources des faits appris, triées, même celles dont tout acte est nul.

    `libres` : les demandes que nul signataire n'avait à approuver, chacune avec son organisme.

    L'ordre d'arrivée et les répétitions ne comptent pas; une rectification ne touche qu'un acte de
    son organisme, et l'attend s'il n'est pas encore connu (DEM-12, DEM-13).
    """
    faits: dict[tuple[str, str], list[FaitRecu]] = defaultdict(list)
    rectifications: dict[tuple[str, UUID], dict[int, Rectification]] = defaultdict(dict)
    for un in appris:
        if isinstance(un, Rectification):
            rectifications[un.organisme, un.acte_id][un.rang] = un
        else:
            faits[un.organisme, un.source].append(un)
    lues = [_source(*cle, faits[cle], rectifications) for cle in sorted(faits)]
    lues = [replace(s, libre=True) if (s.organisme, s.demande) in libres else s for s in lues]
    ecartes: dict[tuple[str, str], list[Ecartement]] = defaultdict(list)
    for ecartement in ecartements:
        ecartes[ecartement.organisme, ecartement.source].append(ecartement)
    return [
        replace(s, ecartements=tuple(siens)) if (siens := ecartes.get((s.organisme, s.nom))) else s
        for s in lues
    ]


def _source(
    organisme: str,
    nom: str,
    faits: list[FaitRecu],
    rectifications: Mapping[tuple[str, UUID], Mapping[int, Rectification]],
) -> Source:
    siennes = {
        fait.acte_id: [par_rang[rang] for rang in sorted(par_rang)]
        for fait in faits
        if (par_rang := rectifications.get((organisme, fait.acte_id)))
    }
    valent = rectifies(faits, chain.from_iterable(siennes.values()))
    evenements = {acte: tuple(r.evenement for r in toutes) for acte, toutes in siennes.items()}
    demandes = {d for fait in faits if isinstance(d := fait.faits.get(DEMANDE), str)}
    demande = UUID(min(demandes)) if demandes else None
    return Source(organisme, nom, tuple(valent), evenements, demande)


def produits_livres(connues: Iterable[Source]) -> set[str]:
    """Les produits dont il faut connaître les tarifs pour dire ce que doivent ces sources."""
    return {fait.produit for source in connues for fait in source.faits if fait.produit}
