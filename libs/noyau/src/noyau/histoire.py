"""L'histoire d'un agrégat : des actes et des rectifications que l'on ajoute (DEM-12, DEM-13)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from noyau.acte import Acte
from noyau.pli import Pli, Rectifiable, Rupture, a_la_seconde, ordre, rectifies
from noyau.refus import Conflit, Introuvable, Refus


class ActeContredit(Conflit):
    """L'acte contredit un acte inscrit, que le refus nomme (DEM-12)."""


class DitAutrement(Conflit):
    """La même identité, inscrite ou en attente, dit autre chose : rien n'y changera (DEM-12)."""


class ActeNul(Conflit):
    """L'acte annoncé de nouveau a été annulé par une rectification (DEM-13)."""


class ActeInscriptible(Rectifiable, Protocol):
    """Un acte qu'une histoire peut garder."""

    @property
    def nom(self) -> str:
        """Ce qu'est l'acte : « livraison », « perte »."""

    @property
    def dit(self) -> object:
        """Ce qu'il dit : une même identité ne dit qu'une chose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectification:
    """L'heure juste d'un acte, ou sa nullité, dite et motivée par le CSC (DEM-13)."""

    acte_id: UUID
    survenu_le: datetime | None
    """None : l'acte est nul."""
    rang: int
    """Croît d'une rectification d'un acte à la suivante : la dernière vaut."""
    motif: str
    acteur: str
    enregistre_le: datetime


E = TypeVar("E")
A = TypeVar("A", bound=ActeInscriptible)


@dataclass(frozen=True, kw_only=True)
class Histoire(Generic[E, A]):
    """Tout ce qu'on sait d'un agrégat; son état est le pli de ses actes, jamais leur arrivée."""

    pli: Pli[E, A]
    depart: E
    """L'agrégat avant tout acte."""
    actes: tuple[A, ...] = ()
    rectifications: tuple[Rectification, ...] = ()

    @cached_property
    def valant(self) -> tuple[A, ...]:
        """Les actes qui valent, à leur heure juste, par ordre de survenue."""
        return tuple(rectifies(self.actes, self.rectifications))

    @cached_property
    def etat(self) -> E:
        return self.pli.plier(self.depart, self.valant)

    def connu(self, acte_id: UUID | None) -> A | None:
        """L'acte inscrit sous cette identité, même nul."""
        return next((acte for acte in self.actes if acte.acte_id == acte_id), None)

    def neufs(self, voulus: Iterable[A], attente: Iterable[A] = ()) -> list[A]:
        """Ceux qui ne sont pas inscrits : déjà annoncé, un acte est le même fait (DEM-12).

        Lève `DitAutrement` si la même identité, inscrite, en attente ou voulue, dit autre chose,
        `ActeNul` si une rectification l'annule.
        """
        dits = {acte.acte_id: acte for acte in (*attente, *self.actes)}
        neufs: dict[UUID, A] = {}
        for voulu in voulus:
            autre = dits.setdefault(voulu.acte_id, voulu)
            if autre.dit != voulu.dit:
                raise nommer(
                    DitAutrement("Le même acte a déjà été annoncé autrement.", regle="DEM-12"),
                    autre,
                )
            if self.connu(voulu.acte_id) is None:
                neufs[voulu.acte_id] = voulu
            elif all(acte.acte_id != voulu.acte_id for acte in self.valant):
                raise nommer(
                    ActeNul("Une rectification annule cet acte; une autre le rétablit.",
                            regle="DEM-13"),
                    autre,
                )  # fmt: skip
        return list(neufs.values())

    def inserer(self, neufs: Sequence[A], attente: Collection[A] = ()) -> list[A]:
        """Les actes en attente qui s'insèrent avec ceux-ci, le plus possible.

        Lève `ActeContredit` si un acte inscrit ne se peut plus; sinon le refus de l'acte neuf qui
        ne se peut pas, l'acte contredit nommé.
        """
        fixes = [*self.valant, *neufs]
        choisis = self.pli.choisir(self.depart, fixes, attente)
        if choisis is None:
            raise self.contradiction(neufs)
        return choisis

    def avec(self, actes: Iterable[A]) -> "Histoire[E, A]":
        return replace(self, actes=(*self.actes, *actes))

    def attendrait(self, voulus: Sequence[A]) -> bool:
        """Vrai si des actes encore possibles rendraient ceux-ci possibles (DEM-12)."""
        neufs = [voulu for voulu in voulus if self.connu(voulu.acte_id) is None]
        return bool(neufs) and self.pli.est_possible(self.depart, self.valant, neufs)

    def rectifiee(
        self, justes: Mapping[UUID, datetime | None], motif: str, acte: Acte
    ) -> "tuple[Histoire[E, A], list[Rectification]]":
        """L'histoire rectifiée, et ce qui s'y ajoute : rien pour un acte qui valait déjà ainsi.

        Lève `Introuvable` si un acte n'est pas de cette histoire, `Conflit` (DEM-13) si l'heure
        juste est future. Que le reste se suive, `inserer` le dit.
        """
        ajouts = [
            Rectification(
                acte_id=acte_id,
                survenu_le=juste and a_la_seconde(juste),
                rang=1 + sum(r.acte_id == acte_id for r in self.rectifications),
                motif=motif,
                acteur=acte.acteur.sujet,
                enregistre_le=acte.le,
            )
            for acte_id, juste in justes.items()
            if self._change(acte_id, juste, acte)
        ]
        return replace(self, rectifications=(*self.rectifications, *ajouts)), ajouts

    def _change(self, acte_id: UUID, juste: datetime | None, acte: Acte) -> bool:
        if self.connu(acte_id) is None:
            raise Introuvable(f"L'acte {acte_id} n'est pas de cette histoire.")
        if juste is not None and juste > acte.le:
            raise Conflit("Un fait ne peut survenir dans le futur.", regle="DEM-13")
        valait = next((a.survenu_le for a in self.valant if a.acte_id == acte_id), None)
        return valait != (juste and a_la_seconde(juste))

    def contradiction(self, neufs: Sequence[A]) -> Refus:
        """Pourquoi ces actes n'entrent pas dans l'histoire, l'acte contredit nommé (DEM-12)."""
        pliee = sorted([*self.valant, *neufs], key=ordre)
        try:
            self.pli.plier(self.depart, pliee)
        except Rupture as rupture:
            rompu = next(rang for rang, acte in enumerate(pliee) if acte is rupture.acte)
            deplaces = {r.acte_id for r in self.rectifications}
            if pliee[rompu] in neufs or pliee[rompu].acte_id in deplaces:
                return nommer(rupture.refus, *self._opposes(pliee, rompu))
            voisins = [*neufs[:1], *pliee[max(rompu - 1, 0) : rompu], *pliee[rompu + 1 : rompu + 2]]
            quoi = _dire(voisins[0]) if voisins else "rien"
            refus = ActeContredit(f"Un acte inscrit ne suivrait plus {quoi}.", regle="DEM-12")
            return nommer(refus, pliee[rompu])
        raise ValueError("Ces actes se suivent.")

    def _opposes(self, pliee: Sequence[A], rompu: int) -> Sequence[A]:
        """Ce que contredit un acte : le dernier sans lequel il se pourrait.

        À défaut, celui d'avant, qui a mis l'agrégat où il est; ou celui d'après.
        """
        acte, avant = pliee[rompu], pliee[:rompu]
        for rang in reversed(range(rompu)):
            if self._se_suit([*avant[:rang], *avant[rang + 1 :], acte]):
                return avant[rang : rang + 1]
        return avant[-1:] or pliee[rompu + 1 : rompu + 2]

    def _se_suit(self, actes: Sequence[A]) -> bool:
        try:
            self.pli.plier(self.depart, actes)
        except Rupture:
            return False
        return True


def nommer(refus: Refus, *contredits: ActeInscriptible) -> Refus:
    """Le refus, l'acte qu'il contredit nommé; un acte déjà nommé le reste."""
    for contredit in contredits:
        if "acte_contredit" not in refus.details:
            refus.message = f"{refus.message} Acte contredit : {_dire(contredit)}."
            quoi = {
                "id": str(contredit.acte_id),
                "acte": contredit.nom,
                "survenu_le": contredit.survenu_le.isoformat(),
            }
            refus.details = {**refus.details, "acte_contredit": quoi}
    return refus


def _dire(acte: ActeInscriptible) -> str:
    return f"« {acte.nom} » du {acte.survenu_le:%Y-%m-%d à %H:%M:%S} UTC ({acte.acte_id})"
