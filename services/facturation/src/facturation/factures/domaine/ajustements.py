"""Une décision sur une ligne facturée ajuste son dû, et en garde l'identité (FAC-13)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from facturation.creances.domaine.creances import Creance, Identite, Nature
from facturation.factures.domaine.taxes import Taxes
from facturation.tarification.domaine.ecriture import en_dollars
from noyau import ZERO, Acte, Conflit, Montant


@dataclass(frozen=True, slots=True, kw_only=True)
class Facturee:
    """Ce qu'on a facturé d'une créance, tous documents compris, et les taux qui l'ont frappée.

    `ajustement` : la part de ses ajustements déjà portée par un document.
    """

    montant: Montant
    taxes: Taxes
    ajustement: Montant = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Ajustement:
    """Ce qu'une décision retranche du dû d'une ligne; positif, ce qu'elle en rétablit."""

    id: UUID
    organisme: str
    numero: str
    """Le document dont la ligne est ajustée."""
    rang: int
    identite: Identite
    actes: tuple[UUID, ...]
    """Ce qui rendait la ligne due : redatés, ils emportent la décision."""
    montant: Montant
    motif: str
    decide_le: datetime
    decide_par: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneAjustee:
    """Une ligne émise, telle qu'une décision la trouve.

    `actes` : ce qui la rendait due; `donnees` : la ligne telle que le document la porte.
    """

    organisme: str
    numero: str
    rang: int
    identite: Identite
    actes: tuple[UUID, ...]
    montant: Montant
    taxes: Taxes
    donnees: Mapping[str, Any]

    def ajuster(self, id_: UUID, montant: Montant, motif: str, acte: Acte) -> Ajustement:
        """La décision de cet acte : ce montant retranché du dû de la ligne, ou rétabli."""
        return Ajustement(
            id=id_,
            organisme=self.organisme,
            numero=self.numero,
            rang=self.rang,
            identite=self.identite,
            actes=self.actes,
            montant=montant,
            motif=motif,
            decide_le=acte.le,
            decide_par=acte.acteur.sujet,
        )


Racine: TypeAlias = tuple[str, str, str, str]
"""Ce qu'un dû reste quand sa date change."""

_SOLDES = frozenset({Nature.PERTE, Nature.ENGAGEMENT})


def racine(identite: Identite) -> Racine:
    """Son mois, s'il se compte au mois; sinon ce qui le réunit, quel que soit son jour (DEM-13).

    D'une fin, une perte et un engagement sont le même dû : le plus élevé des deux (FAC-5).
    """
    i = identite
    if i.nature is Nature.ABONNEMENT:
        return i.source, i.tarif, i.nature, str(i.periode)
    return i.source, i.tarif, "solde" if i.nature in _SOLDES else i.nature, i.cle


@dataclass(frozen=True, slots=True)
class Part:
    """Ce que des décisions changent au dû d'une créance."""

    montant: Montant
    ajustements: tuple[Ajustement, ...]


AUCUNE = Part(ZERO, ())


def imputer(
    ajustements: Iterable[Ajustement], creances: Collection[Creance]
) -> Mapping[Identite, Part]:
    """La part de chaque créance, de toutes les décisions de leurs sources.

    Ce que l'on retranche l'est d'abord de la ligne ajustée, puis de ce que son dû est devenu :
    d'autres jours du même mois, ou les créances de ses actes. Jamais plus que ce qui est dû.
    """
    par_racine: defaultdict[Racine, list[Ajustement]] = defaultdict(list)
    for ajustement in ajustements:
        par_racine[racine(ajustement.identite)].append(ajustement)
    parts: dict[Identite, Part] = {}
    for siens in par_racine.values():
        reste = -somme(siens)
        for creance in _devenues(siens, creances):
            deja = parts.get(creance.identite, AUCUNE)
            prise = min(reste, creance.montant + deja.montant)
            reste -= prise
            parts[creance.identite] = Part(deja.montant - prise, (*deja.ajustements, *siens))
    return parts


def _devenues(
    ajustements: Sequence[Ajustement], creances: Collection[Creance]
) -> Iterator[Creance]:
    """Ce qu'est devenu le dû de ces décisions : les lignes mêmes, puis leur racine, leurs actes."""
    lignes = {a.identite for a in ajustements}
    sienne, actes = racine(ajustements[0].identite), {e for a in ajustements for e in a.actes}
    ranges = sorted(creances, key=lambda c: (c.identite not in lignes, c.identite))
    for creance in ranges:
        if racine(creance.identite) == sienne:
            yield creance
    for creance in ranges:
        autre = racine(creance.identite)
        parente = autre != sienne and autre[:3] == sienne[:3] and sienne[2] != Nature.ABONNEMENT
        if parente and actes.intersection(creance.evenements):
            yield creance


def exiger_permis(
    ajustement: Ajustement, facturees: Iterable[Facturee], anterieurs: Iterable[Ajustement]
) -> None:
    """Vérifie qu'un ajustement se permet, après ceux d'avant, sur tout le facturé de sa racine.

    Lève `Conflit` (FAC-13) s'il ne change rien, s'il crédite plus que le facturé, ou s'il rend
    plus que ce que les précédents ont retranché.
    """
    if not ajustement.montant:
        raise Conflit("Un ajustement d'un montant nul ne change rien.", regle="FAC-13")
    deja = somme(anterieurs)
    facture = facture_sans_ajustement(facturees)
    total = deja + ajustement.montant
    if facture + total < ZERO:
        raise Conflit(
            f"La ligne vaut {en_dollars((facture + deja).decimal)}, ajustements compris : on ne"
            " crédite pas davantage.",
            regle="FAC-13",
        )
    if total > ZERO:
        raise Conflit(
            f"Les ajustements ont retranché {en_dollars(-deja.decimal)} de la ligne : on n'en"
            " rétablit pas davantage.",
            regle="FAC-13",
        )


def facture_sans_ajustement(facturees: Iterable[Facturee]) -> Montant:
    """Ce qu'on a facturé, avant toute décision ($)."""
    return sum((f.montant - f.ajustement for f in facturees), ZERO)


def somme(ajustements: Iterable[Ajustement]) -> Montant:
    """Ce que ces ajustements changent au dû ($)."""
    return sum((a.montant for a in ajustements), ZERO)
