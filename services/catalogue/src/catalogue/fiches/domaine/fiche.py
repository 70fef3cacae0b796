"""La fiche de service exécutable (CAT-5) : ses versions, ce que publier ou retirer y change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from catalogue.fiches.domaine.annuaire import AnnuaireFaits
from catalogue.fiches.domaine.chronologie import (
    Parutions,
    PublicationRefusee,
    refuser_mauvaise_fin,
    refuser_passe,
)
from catalogue.fiches.domaine.coherence import (
    cumuls,
    exces,
    refuser_montants_perdus,
    sans_finis_passes,
    silences,
    silences_de_la_suivante,
    tarifs_ailleurs,
    verifier,
)
from catalogue.fiches.domaine.contenu import Changement, ContenuFiche, changements
from catalogue.fiches.domaine.erreurs import Erreur, FicheRefusee
from noyau import (
    Acte,
    Chronologie,
    Conflit,
    Fait,
    Introuvable,
    Version,
    jour_de_quebec,
)

Autres = Mapping[str, Chronologie[ContenuFiche]]
"""Les versions effectives des autres fiches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FichePubliee(Fait):
    """Une version de la fiche vaut de `debut` au début de la suivante."""

    code: str
    version: int
    debut: date
    contenu: ContenuFiche


@dataclass(frozen=True, slots=True, kw_only=True)
class FicheRetiree(Fait):
    """Une version à venir ne vaudra pas, ni celles de même début qu'elle remplaçait."""

    code: str
    version: int
    debut: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Ce que l'on veut publier; `fin`, si elle est dite, est le début de la version suivante.

    `mise_en_route` : la première version d'une fiche peut valoir dès une date passée.
    """

    debut: date
    fin: date | None = None
    contenu: ContenuFiche
    relue: int | None = None
    """Le numéro de la version d'où l'on part, si on le dit."""
    mise_en_route: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prevision:
    """Ce que publier donne : la version, ce qu'elle change; inchangée, celle qui vaut déjà."""

    code: str
    version: Version[ContenuFiche]
    fin: date | None
    changements: tuple[Changement, ...] = ()
    inchangee: bool = False

    def fait(self, acte: Acte) -> FichePubliee:
        """La version, publiée."""
        return FichePubliee(
            code=self.code,
            version=self.version.numero,
            debut=self.version.debut,
            contenu=self.version.valeur,
            survenu_le=acte.le,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fiche:
    """Une fiche de service et ses versions."""

    code: str
    parutions: Parutions[ContenuFiche] = field(default_factory=Parutions)

    def publier(
        self, publication: Publication, autres: Autres, annuaire: AnnuaireFaits, aujourdhui: date
    ) -> tuple["Fiche", Prevision]:
        """Publie une version (CAT-5), à venir; ou passée, si elle ne fait que donner un montant.

        Lève `PublicationRefusee` (CAT-2), `FicheRefusee` (CAT-9) avec toutes ses fautes, ou, si la
        version relue ne vaut pas, `Conflit` (CAT-2) ou `Introuvable`.
        """
        debut, parutions = publication.debut, self.parutions
        suivante = parutions.effectives.suivante(debut)
        refuser_mauvaise_fin(debut, publication.fin, suivante)
        touchee, avant = parutions.effectives.en_vigueur(debut), self._avant(debut)
        contenu = sans_finis_passes(publication.contenu, avant, self._anciens(debut))
        fin = parutions.fin(debut)
        if touchee and touchee.debut == debut and touchee.valeur == contenu:
            return self, Prevision(code=self.code, version=touchee, fin=fin, inchangee=True)
        nee = publication.mise_en_route and not parutions.dernier
        if not nee and not (touchee and touchee.valeur.se_comble_par(contenu)):
            refuser_passe(debut, touchee, aujourdhui)
        if publication.relue is not None:
            self._effective(publication.relue)
        _exiger_aucune(self._fautes(debut, contenu, autres, annuaire))
        apres, version = parutions.avec(debut, contenu)
        if avant:
            refuser_montants_perdus(avant, version)
        if suivante:
            refuser_montants_perdus(contenu, suivante)
        change = changements(touchee.valeur if touchee else None, contenu)
        prevue = Prevision(code=self.code, version=version, fin=fin, changements=change)
        return replace(self, parutions=apres), prevue

    def retirer(self, numero: int, autres: Autres, acte: Acte) -> tuple["Fiche", FicheRetiree]:
        """Retire une version à venir (CAT-2) : la précédente se prolonge.

        Lève `Introuvable`, `PublicationRefusee` si elle a commencé, `FicheRefusee` (CAT-9) si la
        précédente, prolongée, contredirait ce qui la suit.
        """
        version, aujourdhui = self._effective(numero), jour_de_quebec(acte.le)
        if version.debut <= aujourdhui:
            raise PublicationRefusee(
                "passe",
                f"La version {numero} vaut depuis le {version.debut} : elle ne se retire plus.",
                debut=version.debut,
                aujourdhui=aujourdhui,
            )
        apres, prolongee = self.parutions.sans(version), self._avant(version.debut)
        suivante = apres.effectives.suivante(version.debut)
        if prolongee:
            fin = suivante.debut if suivante else None
            ailleurs = tarifs_ailleurs(autres, version.debut, fin)
            muettes = silences_de_la_suivante(prolongee, suivante) if suivante else ()
            _exiger_aucune((*cumuls(prolongee.tarifs, ailleurs), *muettes))
            if suivante:
                refuser_montants_perdus(prolongee, suivante)
        fait = FicheRetiree(code=self.code, version=numero, debut=version.debut, survenu_le=acte.le)
        return replace(self, parutions=apres), fait

    def _effective(self, numero: int) -> Version[ContenuFiche]:
        for version in self.parutions.effectives.versions:
            if version.numero == numero:
                return version
        if 1 <= numero <= self.parutions.dernier:
            raise Conflit(
                f"La version {numero} ne vaut plus : une autre la remplace, ou elle est retirée.",
                regle="CAT-2",
                details={"version": numero},
            )
        raise Introuvable(f"La fiche {self.code} n'a pas de version {numero}.")

    def _avant(self, debut: date) -> ContenuFiche | None:
        version = self.parutions.avant(debut)
        return version.valeur if version else None

    def _anciens(self, debut: date) -> frozenset[str]:
        """Les codes qu'une version d'avant a portés."""
        versions = self.parutions.effectives.versions
        return frozenset(c for v in versions if v.debut < debut for c in v.valeur.codes)

    def _fautes(
        self, debut: date, contenu: ContenuFiche, autres: Autres, annuaire: AnnuaireFaits
    ) -> Iterator[Erreur]:
        avant, suivante = self._avant(debut), self.parutions.effectives.suivante(debut)
        yield from verifier(contenu, annuaire)
        ailleurs = tarifs_ailleurs(autres, debut, suivante.debut if suivante else None)
        yield from cumuls(contenu.tarifs, ailleurs)
        if avant:
            yield from silences(avant, contenu)
        yield from exces(avant, contenu)
        if suivante:
            yield from silences_de_la_suivante(contenu, suivante)


def _exiger_aucune(fautes: Iterator[Erreur] | tuple[Erreur, ...]) -> None:
    toutes = tuple(fautes)
    if toutes:
        raise FicheRefusee(toutes)
