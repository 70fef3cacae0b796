"""Quel tarif vaut quel jour, ce qui le rend dû, à quel prix, et d'après quelle version.

Rien ne se lit hors de sa date : ni libellé, ni décompte, ni montant (CAT-5).
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Final, TypeAlias, TypeVar

from facturation.tarification.domaine.bornes import SANS_BORNE, Bornes
from facturation.tarification.domaine.ecriture import en_dollars
from facturation.tarification.domaine.tarifs import (
    AbonnementsOuverts,
    EtatProduit,
    Forme,
    Provenance,
    StatuQuo,
    Tarif,
    VersionFiche,
    VersionPrix,
    VersionRetiree,
)
from noyau import Chronologie, FaitNomme, Garde, Retrait, Version

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Definition:
    """Ce qu'une version de fiche dit d'un tarif, depuis son début."""

    tarif: Tarif
    fiche: str
    version: int
    depuis: date

    @property
    def code(self) -> str:
        return self.tarif.code


@dataclass(frozen=True, kw_only=True)
class Prix:
    """Le prix d'une unité ($), et de quoi l'expliquer (FAC-9)."""

    valeur: Decimal
    formule: str
    majoration: Decimal
    fiche: str
    version_fiche: int
    version_prix: int | None = None

    @cached_property
    def majore(self) -> tuple[int, int]:
        """Le prix et sa majoration, exacts : une fraction de dollars (FAC-3)."""
        exact = Fraction(self.valeur) * (1 + Fraction(self.majoration))
        return exact.as_integer_ratio()


@dataclass(frozen=True, slots=True)
class SansMontant:
    """Aucun montant applicable, et pourquoi : la ligne attend, rien ne s'invente."""

    motif: str


@dataclass(frozen=True, slots=True)
class Calcule:
    """Le montant ($) que donne le décompte lui-même, et le calcul qui y mène."""

    montant: Decimal
    formule: str


Segments: TypeAlias = list[tuple[date, date, Prix | SansMontant]]
"""Des jours `[de, a)` qui se suivent, et leur prix."""


_AUCUNE: Final[Chronologie[Definition | None]] = Chronologie()


@dataclass(frozen=True, slots=True)
class Cours:
    """Ce qui régit, jour après jour, un abonnement ouvert; `fin` : le catalogue l'arrête."""

    definitions: tuple[tuple[date, Definition], ...]
    fin: date | None

    def en_vigueur(self, le: date) -> Definition:
        """La dernière commencée ce jour-là; avant toutes, la première."""
        commencees = bisect_right(self.definitions, le, key=lambda d: d[0])
        return self.definitions[max(commencees - 1, 0)][1]


@dataclass(frozen=True)
class Tarification:
    """Toutes les versions connues; répond par date (CAT-2, CAT-5)."""

    fiches: tuple[VersionFiche, ...] = ()
    retraits: tuple[VersionRetiree, ...] = ()
    prix_ropn: tuple[VersionPrix, ...] = ()
    produits: tuple[EtatProduit, ...] = ()
    statu_quos: tuple[tuple[StatuQuo, date | None], ...] = ()
    """Chacun avec sa fin, s'il en a une."""
    organisme: str | None = None
    """Celui qui lit; ses statu quo changent pour lui la version en vigueur (CAT-6)."""
    bornes: Bornes = SANS_BORNE
    """Ce qu'une quantité peut valoir sans se vérifier."""

    def pour(self, organisme: str) -> "Tarification":
        """Ce que lit cet organisme : la même, s'il n'a aucun statu quo."""
        if organisme not in self._lues:
            siens = any(s.organisme == organisme for s, _ in self.statu_quos)
            self._lues[organisme] = replace(self, organisme=organisme) if siens else self
        return self._lues[organisme]

    def produit(self, code: str, le: datetime) -> EtatProduit | None:
        """L'état d'un produit à un instant; avant sa première inscription, cette inscription."""
        etats = self._etats.get(code)
        return None if etats is None else (etats.en_vigueur(le) or etats.versions[0]).valeur

    def tarif_au(self, code: str, jour: date) -> Definition | SansMontant:
        """Ce qui vaut d'un tarif un jour donné, ou pourquoi rien n'en vaut."""
        epoque = self.epoques.get(code, _AUCUNE).en_vigueur(jour)
        if epoque is None:
            return SansMontant(f"Aucune fiche ne publie le tarif {code} au jour du fait.")
        return epoque.valeur or SansMontant(f"Le tarif {code} a pris fin.")

    def borne(self, tarif: Tarif, jour: date) -> Decimal | None:
        """Au-delà, ce que compte ce tarif, ce jour-là, se vérifie avant d'être dû."""
        return self.bornes.de_tarif(tarif, jour)

    def a_venir(self, code: str, jour: date) -> Definition | None:
        """La première définition d'un tarif, si elle ne vaut pas encore ce jour-là."""
        epoques = self.epoques.get(code, _AUCUNE).versions
        return epoques[0].valeur if epoques and jour < epoques[0].debut else None

    def guettent(self, type_evenement: str, jour: date) -> Iterator[Definition]:
        """Les définitions en vigueur qu'un événement de ce type peut rendre dues, par code."""
        for code in self._par_evenement.get(type_evenement, ()):
            epoque = self.epoques[code].en_vigueur(jour)
            definition = epoque.valeur if epoque else None
            if definition and definition.tarif.du.evenement == type_evenement:
                yield definition

    def guette(self, code: str, type_evenement: str, jour: date) -> Definition | None:
        """Celle de ce tarif, s'il en est."""
        return next((d for d in self.guettent(type_evenement, jour) if d.code == code), None)

    def declenches(
        self, type_evenement: str, faits: Mapping[str, FaitNomme], jour: date
    ) -> Iterator[Definition]:
        """Celles que rendent dues ces faits nommés, ce jour-là."""
        return (d for d in self.guettent(type_evenement, jour) if d.tarif.du.repond(faits))

    def prix(
        self,
        definition: Definition,
        le: date,
        *,
        produit: str | None = None,
        calcule: Calcule | None = None,
    ) -> Prix | SansMontant:
        """Le prix d'une unité ce jour-là; `calcule` : celui que le décompte donne lui-même."""
        tarif, version_prix = definition.tarif, None
        if tarif.forme is None:
            return SansMontant(_inconnue("forme", tarif.quantite.forme, tarif.code))
        montant = calcule.montant if calcule else tarif.montant
        if tarif.source == Provenance.ROPN:
            ropn = self._ropn(produit).en_vigueur(le)
            if ropn is None:
                return SansMontant(f"Le ROPN ne donne aucun prix au produit {produit}.")
            montant, version_prix = ropn.valeur.prix, ropn.numero
        elif tarif.source != Provenance.FICHE:
            return SansMontant(_inconnue("source", tarif.source, tarif.code))
        if montant is None:
            return SansMontant(f"Le tarif {tarif.code} n'a pas de montant.")
        formule = calcule.formule if calcule else en_dollars(montant)
        return _prix(definition, montant, formule, tarif.majoration, version_prix)

    def prix_des_frais(self, definition: Definition) -> Prix | SansMontant | None:
        """Celui des frais uniques, jamais majorés; aucun si le tarif n'en a pas."""
        frais, code = definition.tarif.frais_uniques, definition.code
        if frais is None:
            return None
        if frais.montant is None:
            return SansMontant(f"Les frais uniques du tarif {code} n'ont pas de montant.")
        return _prix(definition, frais.montant, en_dollars(frais.montant), Decimal(0))

    def cours(self, code: str, ouvert_le: date) -> Cours:
        """Ce qui régit un abonnement ouvert ce jour-là à un tarif alors compté au mois.

        Le catalogue l'arrête quand le tarif prend fin, ou cesse de se compter au mois sans dire
        que les abonnements ouverts continuent; s'ils continuent, l'ancien prix vaut jusqu'au bout.
        """
        epoques = self.epoques[code].versions
        rang = max(bisect_right(epoques, ouvert_le, key=lambda v: v.debut) - 1, 0)
        if (code, rang) not in self._cours:
            self._cours[code, rang] = _suivre(epoques[rang:])
        return self._cours[code, rang]

    def segments(self, cours: Cours, produit: str | None, debut: date, fin: date) -> Segments:
        """Découpe `[debut, fin)` d'un abonnement là où le prix change.

        Deux voisins n'ont jamais le même prix.
        """
        cle = (id(cours), produit, debut, fin)
        if cle not in self._decoupes:
            self._decoupes[cle] = self._decouper(cours, produit, debut, fin)
        return self._decoupes[cle]

    def libelle(self, code: str, jour: date) -> str:
        """Le libellé d'un tarif ce jour-là, ou le dernier; sans définition, son code."""
        definition = self._connue(code, jour)
        return definition.tarif.libelle if definition else code

    def libelle_des_frais(self, code: str, jour: date) -> str:
        """Celui de ses frais uniques ce jour-là; s'ils ne sont plus dits, celui du tarif."""
        definition = self._connue(code, jour)
        frais = definition.tarif.frais_uniques if definition else None
        return frais.libelle if frais else self.libelle(code, jour)

    def _connue(self, code: str, jour: date) -> Definition | None:
        """La définition ce jour-là; une fois finie, la dernière; avant la première, celle-là."""
        epoques = self.epoques.get(code, _AUCUNE).versions
        valent = [e.valeur for e in epoques if e.valeur and e.debut <= jour]
        return valent[-1] if valent else epoques[0].valeur if epoques else None

    def _decouper(self, cours: Cours, produit: str | None, debut: date, fin: date) -> Segments:
        changements = {d for d, _ in cours.definitions}
        changements |= {v.debut for v in self._ropn(produit).versions}
        segments = [(debut, fin, self.prix(cours.en_vigueur(debut), debut, produit=produit))]
        for jour in sorted(j for j in changements if debut < j < fin):
            de, _, avant = segments[-1]
            apres = self.prix(cours.en_vigueur(jour), jour, produit=produit)
            if _montant(avant) != _montant(apres):
                segments[-1:] = [(de, jour, avant), (jour, fin, apres)]
        return segments

    def _ropn(self, produit: str | None) -> Chronologie[VersionPrix]:
        return self._prix_ropn.get(produit or "", Chronologie())

    @cached_property
    def _etats(self) -> dict[str, Chronologie[EtatProduit]]:
        etats = ((e.code, Version(e.sequence, e.depuis, e)) for e in self.produits)
        return _chronologies(etats, {})

    @cached_property
    def _prix_ropn(self) -> dict[str, Chronologie[VersionPrix]]:
        prix = ((v.produit, Version(v.version, v.debut, v)) for v in self.prix_ropn)
        return _chronologies(prix, {})

    @cached_property
    def epoques(self) -> dict[str, Chronologie[Definition | None]]:
        """De chaque tarif, ce qui en vaut depuis chaque version qui le change; None : fini.

        De plusieurs fiches qui le portent à la fois, la première par code.
        """
        retraits: dict[str, list[Retrait]] = defaultdict(list)
        for r in self.retraits:
            retraits[r.fiche].append(Retrait(r.debut, r.version))
        versions = [(v.fiche, Version(v.version, v.debut, v)) for v in self.fiches]
        porteuses: dict[str, list[Chronologie[dict[str, Definition]]]] = defaultdict(list)
        for nom, fiche in sorted(_chronologies(versions, retraits).items()):
            lue = fiche.gardant(self._gardes.get(nom, ()))
            parlante = Chronologie(tuple(_definir(version) for version in lue.versions))
            for code in {code for version in parlante.versions for code in version.valeur}:
                porteuses[code].append(parlante)
        toutes = {code: _epoques(code, fiches) for code, fiches in porteuses.items()}
        return {code: epoques for code, epoques in toutes.items() if epoques.versions}

    @cached_property
    def _par_evenement(self) -> dict[str, list[str]]:
        """De chaque type d'événement, les tarifs qu'il a pu rendre dus, un jour ou l'autre."""
        codes: dict[str, set[str]] = defaultdict(set)
        for code, epoques in self.epoques.items():
            for epoque in epoques.versions:
                if epoque.valeur and epoque.valeur.tarif.du.evenement:
                    codes[epoque.valeur.tarif.du.evenement].add(code)
        return {evenement: sorted(siens) for evenement, siens in codes.items()}

    @cached_property
    def _gardes(self) -> dict[str, list[Garde]]:
        """De chaque fiche, les versions que garde l'organisme qui lit."""
        gardes: dict[str, list[Garde]] = defaultdict(list)
        for s, fin in self.statu_quos:
            if s.organisme == self.organisme:
                gardes[s.fiche].append(Garde(s.version, s.debut, fin))
        return gardes

    @cached_property
    def _lues(self) -> dict[str, "Tarification"]:
        return {}

    @cached_property
    def _cours(self) -> dict[tuple[str, int], Cours]:
        return {}

    @cached_property
    def _decoupes(self) -> dict[tuple[int, str | None, date, date], Segments]:
        return {}


def _chronologies(
    versions: Iterable[tuple[str, Version[T]]],
    retraits: Mapping[str, Iterable[Retrait]],
) -> dict[str, Chronologie[T]]:
    par_code: dict[str, list[Version[T]]] = defaultdict(list)
    for code, version in versions:
        par_code[code].append(version)
    return {code: Chronologie.de(v, retraits.get(code, ())) for code, v in par_code.items()}


def _definir(version: Version[VersionFiche]) -> Version[dict[str, Definition]]:
    """Une version de fiche, tarif par tarif."""
    v = version.valeur
    siennes = {t.code: Definition(t, v.fiche, v.version, version.debut) for t in v.tarifs}
    return Version(version.numero, version.debut, siennes, version.fin)


def _epoques(
    code: str, porteuses: list[Chronologie[dict[str, Definition]]]
) -> Chronologie[Definition | None]:
    """Ce qui vaut d'un tarif depuis chaque début, et chaque fin, du premier qui le porte."""
    epoques: list[Version[Definition | None]] = []
    versions = [v for fiche in porteuses for v in fiche.versions]
    for debut in sorted({v.debut for v in versions} | {v.fin for v in versions if v.fin}):
        valent = (v.valeur.get(code) for fiche in porteuses if (v := fiche.en_vigueur(debut)))
        definition = next((d for d in valent if d), None)
        if definition or epoques:
            epoques.append(Version(0, debut, definition))
    return Chronologie(tuple(epoques))


def _suivre(epoques: Iterable[Version[Definition | None]]) -> Cours:
    """Le cours d'un abonnement ouvert à la première de ces époques."""
    definitions: list[tuple[date, Definition]] = []
    continue_ = False
    for epoque in epoques:
        definition = epoque.valeur
        if definition is None:
            return Cours(tuple(definitions), epoque.debut)
        # Une forme inconnue d'ici reste peut-être un décompte au mois : ses lignes attendent.
        if definition.tarif.forme not in {Forme.MOIS, None}:
            continue_ |= definition.tarif.abonnements_ouverts == AbonnementsOuverts.CONTINUENT
            if not continue_:
                return Cours(tuple(definitions), epoque.debut)
        elif not continue_:
            definitions.append((epoque.debut, definition))
    return Cours(tuple(definitions), None)


def _prix(
    definition: Definition,
    valeur: Decimal,
    formule: str,
    majoration: Decimal,
    version_prix: int | None = None,
) -> Prix:
    return Prix(
        valeur=valeur,
        formule=formule,
        majoration=majoration,
        fiche=definition.fiche,
        version_fiche=definition.version,
        version_prix=version_prix,
    )


def _montant(prix: Prix | SansMontant) -> tuple[Decimal, Decimal] | None:
    """Ce qui fait deux lignes s'il change; une nouvelle version au même prix n'en fait qu'une."""
    return (prix.valeur, prix.majoration) if isinstance(prix, Prix) else None


def _inconnue(quoi: str, valeur: str, code: str) -> str:
    return f"La {quoi} « {valeur} » du tarif {code} n'est pas connue d'ici."
