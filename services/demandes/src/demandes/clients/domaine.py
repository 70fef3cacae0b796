"""Le fichier client (DEM-8) et le registre de ceux qui peuvent signer (DEM-3)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from noyau import ANNUAIRE, Acte, Acteur, Conflit, Fait, Interdit, Introuvable, jour_de_quebec

REGISSENT = frozenset({"actif", "assujetti_rcti", "taxable"})
"""Ce que le MCN constate d'un organisme, et que l'organisme ne s'accorde pas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interlocuteur:
    """La personne qui transige et reçoit la facture, à son adresse professionnelle."""

    nom: str
    courriel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inactivite:
    """Un temps où l'organisme n'est plus client, sur `[debut, fin)`; sans fin, il dure."""

    debut: datetime
    fin: datetime | None = None

    def comprend(self, le: datetime) -> bool:
        return self.debut <= le and (self.fin is None or le < self.fin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisme:
    """Un organisme public client (DEM-8). Le code ne change jamais."""

    code: str
    nom: str
    adresse: str = ""
    interlocuteur: Interlocuteur | None = None
    repondant: str | None = None
    assujetti_rcti: bool = True
    taxable: bool = False
    approbation_par_autrui: bool = False
    """Vrai : nul n'y approuve sa propre demande (DEM-14, hypothèse)."""
    inactivites: tuple[Inactivite, ...] = ()
    actif: bool = True
    version: int = 1

    def modifier(
        self, changements: Mapping[str, Any], acte: Acte
    ) -> "tuple[Organisme, OrganismeModifie]":
        """Change des champs; lève `Interdit` (DEM-8) si l'organisme touche à ce qui le régit."""
        regissent = sorted(REGISSENT & set(changements))
        if regissent and not acte.acteur.est_mcn:
            raise Interdit(f"Seul le MCN change : {', '.join(regissent)}.", regle="DEM-8")
        inactivites = self._inactivites(changements.get("actif", self.actif), acte.le)
        modifie = replace(self, **changements, inactivites=inactivites, version=self.version + 1)
        return modifie, OrganismeModifie(organisme=modifie, survenu_le=acte.le)

    def _inactivites(self, actif: object, le: datetime) -> tuple[Inactivite, ...]:
        if actif is self.actif:
            return self.inactivites
        if not actif:
            return (*self.inactivites, Inactivite(debut=le))
        return (*self.inactivites[:-1], replace(self.inactivites[-1], fin=le))

    def actif_le(self, le: datetime) -> bool:
        """Vrai si l'organisme était client à cet instant : un acte en retard n'y perd rien."""
        return not any(inactivite.comprend(le) for inactivite in self.inactivites)

    def exiger_actif(self, le: datetime) -> None:
        """Lève `Conflit` (DEM-14) si l'organisme n'était pas client à cet instant."""
        if not self.actif_le(le):
            raise Conflit(f"L'organisme {self.code} n'est plus actif.", regle="DEM-14")

    def exiger_autrui(self, acteur: Acteur, demandeur: str) -> None:
        """Lève `Interdit` (DEM-14) si la personne approuve pour elle-même et qu'on l'interdit."""
        if self.approbation_par_autrui and acteur.sujet == demandeur:
            raise Interdit(
                f"À l'organisme {self.code}, nul n'approuve sa propre demande.", regle="DEM-14"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganismeInscrit(Fait):
    """Un fichier client est ouvert; le fait porte son état entier."""

    organisme: Organisme


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganismeModifie(Fait):
    """Un fichier client a changé; le fait porte son état entier."""

    organisme: Organisme


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Qui a signé et, s'il substituait, au nom de qui (DEM-3)."""

    signataire_id: UUID
    au_nom_de_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signataire:
    """Une personne autorisée à signer sur `[debut, fin)`, dates de Québec."""

    id: UUID
    organisme: str
    nom: str
    sujet: str
    debut: date
    fin: date | None = None

    def __post_init__(self) -> None:
        _exiger_intervalle(self.debut, self.fin)

    def autorise(self, jour: date) -> bool:
        return self.debut <= jour and (self.fin is None or jour < self.fin)

    def chevauche(self, autre: "Signataire") -> bool:
        """Vrai si les deux mandats ont un jour en commun."""
        fins = [m.fin for m in (self, autre) if m.fin is not None]
        return max(self.debut, autre.debut) < min(fins, default=date.max)

    def finir(self, fin: date, acte: Acte) -> "Signataire":
        """Met fin au mandat; lève `Conflit` (DEM-3) si la fin est passée ou le mandat déjà clos."""
        aujourdhui = jour_de_quebec(acte.le)
        if fin < aujourdhui:
            raise Conflit("La fin d'un mandat ne peut être passée.", regle="DEM-3")
        if self.fin is not None and self.fin <= aujourdhui:
            raise Conflit(f"Ce mandat a pris fin le {self.fin}.", regle="DEM-3")
        return replace(self, fin=fin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """Une personne signe au nom d'un signataire sur `[debut, fin)`, dates de Québec."""

    id: UUID
    organisme: str
    remplace_id: UUID
    nom: str
    sujet: str
    debut: date
    fin: date

    def __post_init__(self) -> None:
        _exiger_intervalle(self.debut, self.fin)

    def autorise(self, jour: date) -> bool:
        return self.debut <= jour < self.fin


@dataclass(frozen=True, slots=True)
class Registre:
    """Les signataires et les substituts d'un organisme."""

    signataires: tuple[Signataire, ...]
    substitutions: tuple[Substitution, ...] = ()

    def signataire(self, signataire_id: UUID) -> Signataire:
        """Lève `Introuvable` s'il n'est pas au registre."""
        for signataire in self.signataires:
            if signataire.id == signataire_id:
                return signataire
        raise Introuvable("Ce signataire n'est pas au registre de l'organisme.")

    def exiger_seul(self, mandat: Signataire) -> None:
        """Lève `Conflit` (DEM-14) si la personne a un autre mandat sur une part de ces jours."""
        for autre in self.signataires:
            if autre.id != mandat.id and autre.sujet == mandat.sujet and autre.chevauche(mandat):
                raise Conflit(
                    f"Cette personne a un autre mandat, du {autre.debut} : ils se chevaucheraient.",
                    regle="DEM-14",
                )

    def signature(self, acteur: Acteur, jour: date) -> Signature:
        """La signature de l'acteur à cette date; lève `Interdit` (DEM-3) s'il n'en a pas.

        Le mandat propre l'emporte sur une substitution; un substitut ne peut rien si le mandat
        de la personne remplacée ne court pas ce jour-là.
        """
        if acteur.roles & ANNUAIRE.machines:
            raise Interdit("Une machine ne signe jamais.", regle="DEM-3")
        en_poste = {s.id: s for s in self.signataires if s.autorise(jour)}
        for signataire in en_poste.values():
            if signataire.sujet == acteur.sujet:
                return Signature(signataire_id=signataire.id)
        for substitution in self.substitutions:
            if (
                substitution.sujet == acteur.sujet
                and substitution.autorise(jour)
                and substitution.remplace_id in en_poste
            ):
                return Signature(
                    signataire_id=substitution.id, au_nom_de_id=substitution.remplace_id
                )
        raise Interdit(
            f"Cette personne n'est pas autorisée à signer pour l'organisme le {jour}.",
            regle="DEM-3",
        )


def _exiger_intervalle(debut: date, fin: date | None) -> None:
    if fin is not None and fin <= debut:
        raise Conflit("La fin doit suivre le début.", regle="DEM-3")
