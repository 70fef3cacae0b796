"""Ce qu'un organisme devrait, avant et après : le calcul même de la facture (FAC-11)."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain
from typing import TypeAlias

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.creances import Calcul, Creance, Nature
from facturation.creances.domaine.faits import Source
from facturation.factures.domaine.factures import Situation
from facturation.simulations.domaine.hypotheses import Hypothese, differents
from facturation.tarification.domaine.tarification import Tarification
from noyau import ZERO, Mois, Montant

Poste: TypeAlias = tuple[Mois, str]
"""Un mois et un tarif : la plus petite somme qu'une simulation montre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fenetre:
    """Les mois que l'on regarde, bornes comprises."""

    premier: Mois
    dernier: Mois

    @property
    def mois(self) -> tuple[Mois, ...]:
        """Chacun, dans l'ordre."""
        tous = [self.premier]
        while tous[-1] < self.dernier:
            tous.append(tous[-1].suivant)
        return tuple(tous)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatuQuoTenu:
    """L'organisme garde cette version d'une fiche supposée, sur `[debut, fin)` (CAT-6)."""

    fiche: str
    version: int
    debut: date
    fin: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sommes:
    """Déjà facturé, à venir tel que c'est publié, à venir sous l'hypothèse ($ avant taxes)."""

    facture: Montant = ZERO
    avant: Montant = ZERO
    apres: Montant = ZERO

    @property
    def ecart(self) -> Montant:
        """Ce que change l'hypothèse."""
        return self.apres - self.avant

    def __add__(self, autre: "Sommes") -> "Sommes":
        return Sommes(
            facture=self.facture + autre.facture,
            avant=self.avant + autre.avant,
            apres=self.apres + autre.apres,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilan:
    """Les cents d'un organisme par mois et tarif, avant taxes, et ce que l'hypothèse touche.

    `facture` : déjà émis. `avant`, `apres` : encore à venir, sans l'hypothèse et avec elle.
    `touches` : les abonnements dont un mois change, par tarif. `attentes` : ce qui n'a pas de
    montant, donc n'est pas compté, avant et après.
    """

    facture: Counter[Poste] = field(default_factory=Counter)
    avant: Counter[Poste] = field(default_factory=Counter)
    apres: Counter[Poste] = field(default_factory=Counter)
    touches: Counter[str] = field(default_factory=Counter)
    attentes: tuple[int, int] = (0, 0)
    statu_quos: tuple[StatuQuoTenu, ...] = ()

    @property
    def postes(self) -> dict[Poste, Sommes]:
        """Tous, dans l'ordre."""
        postes = sorted({*self.facture, *self.avant, *self.apres})
        return {poste: self._au(poste) for poste in postes}

    @property
    def totaux(self) -> Sommes:
        """De tous les postes."""
        return sum(self.postes.values(), Sommes())

    def _au(self, poste: Poste) -> Sommes:
        return Sommes(
            facture=Montant(self.facture[poste]),
            avant=Montant(self.avant[poste]),
            apres=Montant(self.apres[poste]),
        )


def reunir(bilans: Iterable[Bilan]) -> Bilan:
    """Le bilan d'un organisme, de ceux des lots de ses sources : une n'est que d'un lot."""
    tout, attentes = Bilan(), [0, 0]
    for bilan in bilans:
        for nom in ("facture", "avant", "apres", "touches"):
            getattr(tout, nom).update(getattr(bilan, nom))
        attentes = [a + b for a, b in zip(attentes, bilan.attentes, strict=True)]
    return Bilan(
        facture=tout.facture,
        avant=tout.avant,
        apres=tout.apres,
        touches=tout.touches,
        attentes=(attentes[0], attentes[1]),
    )


@dataclass(frozen=True)
class Comparaison:
    """Deux tarifications d'un même organisme, et l'hypothèse qui les sépare depuis un jour."""

    avant: Tarification
    apres: Tarification
    hypothese: Hypothese
    effet: date
    fenetre: Fenetre

    @classmethod
    def de(
        cls,
        organisme: str,
        tarification: Tarification,
        hypothese: Hypothese,
        effet: date,
        fenetre: Fenetre,
    ) -> "Comparaison":
        """Ce que lit cet organisme, ses statu quo compris, sans l'hypothèse et avec elle."""
        apres = hypothese.supposer(tarification)
        lues = (tarification.pour(organisme), apres.pour(organisme))
        return cls(*lues, hypothese, effet, fenetre)

    def comparer(self, sources: Sequence[Source]) -> Bilan:
        """Ce que ces sources doivent des mois de la fenêtre, de part et d'autre.

        Seules celles que l'hypothèse peut toucher se calculent deux fois : les autres doivent la
        même chose.
        """
        avant = self._calculer(sources, self.avant)
        touchees = self._touchees(sources, avant)
        siennes = _de(avant, touchees)
        apres = self._calculer((s for s in sources if s.nom in touchees), self.apres)
        restent = _sommes(avant.creances)
        restent.subtract(_sommes(siennes.creances))
        restent.update(_sommes(apres.creances))
        fin = self.fenetre.dernier.fin
        n, dont, puis = (len(c.signalees(fin)) for c in (avant, siennes, apres))
        return Bilan(
            avant=_sommes(avant.creances),
            apres=restent,
            touches=_abonnements_touches(siennes.creances, apres.creances),
            attentes=(n, n - dont + puis),
        )

    def _calculer(self, sources: Iterable[Source], t: Tarification) -> Calcul:
        return calculer(sources, t, self.fenetre.dernier, depuis=self.fenetre.premier.debut)

    def _touchees(self, sources: Sequence[Source], avant: Calcul) -> frozenset[str]:
        """Celles qui doivent un tarif changé, qui pourraient en devoir un, ou qu'un fait attend.

        Un fait d'avant l'effet ne se lit que dans la tarification de son jour, qui ne change pas.
        """
        identites = chain(
            (c.identite for c in avant.creances), (a.identite for a in avant.attentes)
        )
        doivent = {identite.source for identite in identites if identite.tarif in self._changes}
        return frozenset(doivent.union(s.nom for s in sources if any(self._annonce(s))))

    def _annonce(self, source: Source) -> Iterator[bool]:
        for fait in source.faits:
            yield fait.jour >= self.effet or fait.nomme in self._changes
            if fait.produit:
                produit = self.avant.produit(fait.produit, fait.survenu_le)
                yield fait.produit in self.hypothese.produits
                yield produit is not None and not self._changes.isdisjoint(produit.tarifs)

    @cached_property
    def _changes(self) -> frozenset[str]:
        """Les tarifs que l'hypothèse change pour lui."""
        return differents(self.avant, self.apres)


def _sommes(creances: Iterable[Creance]) -> Counter[Poste]:
    sommes: Counter[Poste] = Counter()
    for creance in creances:
        identite = creance.identite
        sommes[_mois(identite.debut), identite.tarif] += creance.montant.cents
    return sommes


@lru_cache(maxsize=1024)
def _mois(jour: date) -> Mois:
    """Quelques jours, pour des centaines de milliers de créances."""
    return Mois.de(jour)


def _de(calcul: Calcul, noms: Collection[str]) -> Calcul:
    """Ce que doivent ces sources-là."""
    return Calcul(
        tuple(c for c in calcul.creances if c.identite.source in noms),
        tuple(a for a in calcul.attentes if a.identite.source in noms),
    )


def _abonnements_touches(avant: Iterable[Creance], apres: Iterable[Creance]) -> Counter[str]:
    """Combien d'abonnements, par tarif, ne paient pas la même chose un mois au moins."""
    un, autre = _mensualites(avant), _mensualites(apres)
    changes = {
        (source, tarif)
        for source, tarif, mois in un.keys() | autre.keys()
        if un[source, tarif, mois] != autre[source, tarif, mois]
    }
    return Counter(tarif for _, tarif in changes)


def _mensualites(creances: Iterable[Creance]) -> Counter[tuple[str, str, Mois]]:
    sommes: Counter[tuple[str, str, Mois]] = Counter()
    for creance in creances:
        i = creance.identite
        if i.nature is Nature.ABONNEMENT:
            sommes[i.source, i.tarif, _mois(i.debut)] += creance.montant.cents
    return sommes


def a_venir(situation: Situation, ouverte: Mois, dernier: Mois) -> Bilan:
    """Ce que factureront les documents à venir, jusqu'à ce mois compris, chacun au sien.

    Ce qui est d'avant la première période ouverte ira au document de celle-ci (FAC-7). Ce qui court
    sans avoir changé n'a rien de facturé à en retrancher (FAC-14). Lève `Conflit` si ce dernier
    mois est déjà émis.
    """
    etendue, tarification = situation.etendue, situation.tarification
    touchees = replace(situation, etendue=replace(etendue, ouvertes=()))
    projet = touchees.projeter(dernier)
    neuf = calculer(etendue.ouvertes, tarification, dernier, depuis=etendue.arrete)
    sommes: Counter[Poste] = Counter()
    dues = [(ligne.identite, ligne.montant) for ligne in projet.lignes]
    dues += [(creance.identite, creance.montant) for creance in neuf.creances]
    for i, montant in dues:
        sommes[max(_mois(i.debut), ouverte), i.tarif] += montant.cents
    n = len(projet.attentes) + len(neuf.signalees(dernier.fin))
    return Bilan(avant=sommes, apres=Counter(sommes), attentes=(n, n))


def statu_quos_tenus(
    organisme: str, t: Tarification, hypothese: Hypothese, fenetre: Fenetre
) -> tuple[StatuQuoTenu, ...]:
    """Ceux qui, pendant la fenêtre, lui gardent une version d'une fiche supposée (CAT-6)."""
    debuts: Mapping[str, date] = {fiche.fiche: fiche.debut for fiche in hypothese.fiches}
    return tuple(
        StatuQuoTenu(fiche=s.fiche, version=s.version, debut=s.debut, fin=fin)
        for s, fin in t.statu_quos
        if s.organisme == organisme
        and s.fiche in debuts
        and s.debut < fenetre.dernier.fin
        and (fin is None or fin > max(debuts[s.fiche], s.debut))
    )
