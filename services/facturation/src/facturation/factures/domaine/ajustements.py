"""Une décision sur une ligne facturée ajuste son dû, et en garde l'identité (FAC-13)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
class AjustementVoulu:
    """La ligne d'un document émis, ce que l'on retranche de son dû ou y rétablit, et pourquoi."""

    id: UUID
    numero: str
    rang: int
    montant: Montant
    motif: str


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
    fin: date | None = None
    """Exclue : le jour où finit ce que paie la ligne; absente, son mois, ou son acte."""
    note: str | None = None
    """La note de crédit qui le documente à l'instant; absente, le prochain document le porte."""


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
            fin=date.fromisoformat(fin) if (fin := self.donnees.get("fin")) else None,
        )


Racine: TypeAlias = tuple[str, str, str, str]
"""Ce qu'un dû reste quand sa date change."""

_SOLDES = frozenset({Nature.PERTE, Nature.ENGAGEMENT})


def racine(identite: Identite) -> Racine:
    """Son mois, s'il se compte au mois; sinon ce qui le réunit, quel que soit son jour (DEM-13)."""
    i = identite
    return (*_genre(i), str(i.periode) if i.nature is Nature.ABONNEMENT else i.cle)


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

    Ce que l'on retranche l'est d'abord de la ligne ajustée, puis de ce que son dû est devenu.
    Jamais plus que ce qui est dû, ni d'un autre dû : une autre vie, les jours d'une autre ligne.
    """
    par_ligne: defaultdict[Identite, list[Ajustement]] = defaultdict(list)
    for ajustement in ajustements:
        par_ligne[ajustement.identite].append(ajustement)
    par_genre: defaultdict[_Genre, list[Creance]] = defaultdict(list)
    for creance in sorted(creances, key=lambda c: c.identite):
        par_genre[_genre(creance.identite)].append(creance)
    restes = {ligne: -somme(siens) for ligne, siens in par_ligne.items()}
    parts: dict[Identite, Part] = {}
    # Chaque ligne ajustée d'abord : ce que l'une est devenue peut être ajusté aussi.
    for est in (_est_la_meme, _est_devenue):
        for ligne, siens in par_ligne.items():
            for creance in par_genre[_genre(ligne)] if restes[ligne] else ():
                deja = parts.get(creance.identite, AUCUNE)
                prise = min(restes[ligne], creance.montant + deja.montant)
                if prise and est(siens, creance):
                    restes[ligne] -= prise
                    toutes = (*deja.ajustements, *siens)
                    parts[creance.identite] = Part(deja.montant - prise, toutes)
    return parts


def _est_la_meme(ajustements: Sequence[Ajustement], creance: Creance) -> bool:
    return creance.identite == ajustements[0].identite


def _est_devenue(ajustements: Sequence[Ajustement], creance: Creance) -> bool:
    """Vrai si le dû de cette ligne est devenu celui-là : ses actes le rendent dû (DEM-13).

    De même racine, hors des mois, c'est le même dû, fût-il redit par un autre acte.
    """
    ligne, autre = ajustements[0].identite, creance.identite
    if autre == ligne:
        return False
    if autre.nature is not Nature.ABONNEMENT and racine(autre) == racine(ligne):
        return True
    return any(_suit(a, creance) for a in ajustements)


def _suit(a: Ajustement, creance: Creance) -> bool:
    """Les actes de cette décision rendent ce dû; au mois, il paie des jours de sa ligne d'alors.

    Un acte ouvre tous les mois d'une vie; et d'une décision à l'autre, la ligne a pu se couper.
    """
    if not set(a.actes).intersection(creance.evenements):
        return False
    if creance.identite.nature is not Nature.ABONNEMENT:
        return True
    debut, fin = a.identite.debut, a.fin or a.identite.periode.fin
    return creance.identite.debut < fin and (creance.fin is None or debut < creance.fin)


_Genre: TypeAlias = tuple[str, str, str]


def _genre(identite: Identite) -> _Genre:
    """D'une fin, une perte et un engagement sont le même dû : le plus élevé des deux (FAC-5)."""
    i = identite
    return i.source, i.tarif, "solde" if i.nature in _SOLDES else i.nature


def parents(
    ligne: Ajustement | LigneAjustee, anterieurs: Iterable[Ajustement]
) -> Iterator[Ajustement]:
    """Les décisions d'avant qui portent sur le même dû, ou sur ce qu'il était avant (DEM-13)."""
    identite = ligne.identite
    for autre in anterieurs:
        i = autre.identite
        au_mois = i.nature is Nature.ABONNEMENT
        meme = racine(i) == racine(identite)
        apparente = meme if au_mois else _genre(i) == _genre(identite)
        commun = set(autre.actes).intersection(ligne.actes)
        if i == identite or (meme and not au_mois) or (apparente and commun):
            yield autre


def exiger_permis(
    ajustement: Ajustement, facturees: Iterable[Facturee], anterieurs: Iterable[Ajustement]
) -> None:
    """Vérifie qu'un ajustement se permet, après ceux d'avant, sur ce qui est facturé.

    Lève `Conflit` (FAC-13) s'il ne change rien, s'il crédite plus que le facturé, ou s'il rend
    plus que ce que les précédents ont retranché; (FAC-8) s'il reprend ce qu'a rendu une
    contestation tranchée.
    """
    if not ajustement.montant:
        raise Conflit("Un ajustement d'un montant nul ne change rien.", regle="FAC-13")
    decidees = [*anterieurs]
    deja = somme(decidees)
    facture = facture_sans_ajustement(facturees)
    total = deja + ajustement.montant
    if facture + total < ZERO:
        raise Conflit(
            f"La ligne vaut {en_dollars(max(facture + deja, ZERO).decimal)}, ajustements compris :"
            " on ne crédite pas davantage.",
            regle="FAC-13",
        )
    rendu = somme(a for a in decidees if a.note is not None)
    if rendu and total > rendu and ajustement.montant > ZERO:
        raise Conflit(
            f"Une contestation tranchée a rendu {en_dollars(-rendu.decimal)} de la ligne : on ne le"
            " reprend pas d'office.",
            regle="FAC-8",
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
