"""Le fichier client (DEM-8) et le registre de ceux qui peuvent signer (DEM-3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from noyau import (
    ANNUAIRE,
    Acte,
    Acteur,
    Chronologie,
    Conflit,
    Fait,
    Interdit,
    Introuvable,
    Mois,
    Version,
    jour_de_quebec,
)

REGISSENT = frozenset({"actif", "assujetti_rcti", "taxable"})
"""Ce que le MCN constate d'un organisme, et que l'organisme ne s'accorde pas."""

MANDATS_MAX: Final = 2_000
SUBSTITUTIONS_MAX: Final = 5_000
"""Combien de mandats, et de substitutions, le registre d'un organisme garde, finis compris."""
PROFILS_MAX: Final = 200
"""Combien de profils de taxes se disent d'un organisme : le fichier client reste borné."""


class Famille(StrEnum):
    """Ce qu'un mandat permet de signer (DEM-8); une de plus est une ligne."""

    DEMANDES_DE_SERVICE = "demandes_de_service"
    EXPERTISE_CONSEIL = "expertise_conseil"
    CONTRAT_SPECIFIQUE = "contrat_specifique"


@dataclass(frozen=True, slots=True, kw_only=True)
class Personne:
    """Quelqu'un, à son adresse professionnelle : l'interlocuteur, ou qui reçoit la facture."""

    nom: str
    courriel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilTaxes:
    """Si l'organisme paie la TPS et la TVQ, à partir d'une date de Québec (FAC-15)."""

    debut: date
    taxable: bool


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
    interlocuteur: Personne | None = None
    repondant: str | None = None
    assujetti_rcti: bool = True
    profils_taxes: tuple[ProfilTaxes, ...] = ()
    """Tels qu'on les a dits, l'un après l'autre : on en ajoute, on n'en change aucun (FAC-15)."""
    approbation_par_autrui: bool = False
    """Vrai : nul n'y approuve sa propre demande (DEM-14, hypothèse)."""
    inactivites: tuple[Inactivite, ...] = ()
    actif: bool = True
    destinataire: Personne | None = None
    """À qui va la facture, tel qu'on l'a dit la dernière fois (FAC-15)."""
    annonce_le: date | None = None
    """La date de Québec de cette fois; absente : on n'en a encore rien dit."""
    version: int = 1

    def modifier(
        self, changements: Mapping[str, Any], registre: "Registre", acte: Acte
    ) -> "tuple[Organisme, OrganismeModifie | None]":
        """Change des champs; « taxable » vaut depuis « taxable_depuis » (absent : aujourd'hui).

        Si rien ne change : l'organisme même, sans fait. Lève `Interdit` (DEM-8) si l'organisme
        touche à ce qui le régit, `Conflit` (FAC-15) si le profil commence dans un mois fini.
        """
        regissent = sorted(REGISSENT & set(changements))
        if regissent and not acte.acteur.est_mcn:
            raise Interdit(f"Seul le MCN change : {', '.join(regissent)}.", regle="DEM-8")
        simples = dict(changements)
        depuis, taxable = simples.pop("taxable_depuis", None), simples.pop("taxable", None)
        profile = self if taxable is None else self.taxe(taxable, depuis, acte)
        inactivites = self._inactivites(simples.get("actif", self.actif), acte.le)
        change = replace(profile, **simples, inactivites=inactivites)
        if change == self:
            return self, None
        modifie = replace(change, version=self.version + 1).suivi(registre, acte)
        return modifie, OrganismeModifie(organisme=modifie, survenu_le=acte.le)

    def taxe(self, taxable: bool, depuis: date | None, acte: Acte) -> "Organisme":
        """L'organisme, son profil de taxes dit depuis cette date (absente : aujourd'hui).

        Au plus tôt le premier du mois : un mois fini se facture au profil qu'on y connaissait, et
        une correction garde celui de sa ligne. Lève `Conflit` (FAC-15) sinon.
        """
        aujourdhui = jour_de_quebec(acte.le)
        debut, au_plus_tot = depuis or aujourdhui, Mois.de(aujourdhui).debut
        if debut < au_plus_tot:
            raise Conflit(
                f"Un profil de taxes ne commence pas avant le {au_plus_tot} : les mois finis sont"
                " arrêtés.",
                regle="FAC-15",
            )
        dit = ProfilTaxes(debut=debut, taxable=taxable)
        if dit in self.profils_en_vigueur:
            return self
        if len(self.profils_taxes) >= PROFILS_MAX:
            raise Conflit(f"Un organisme a au plus {PROFILS_MAX} profils de taxes.", regle="FAC-15")
        return replace(self, profils_taxes=(*self.profils_taxes, dit))

    @property
    def profils_en_vigueur(self) -> tuple[ProfilTaxes, ...]:
        """Les profils qui valent, par début : d'une même date, le dernier dit (FAC-15)."""
        par_debut = {profil.debut: profil for profil in self.profils_taxes}
        return tuple(par_debut[debut] for debut in sorted(par_debut))

    def taxable_le(self, jour: date) -> bool:
        """Vrai si l'organisme paie les taxes ce jour-là; avant le premier profil, exonéré."""
        dits = enumerate(self.profils_taxes)
        chronologie = Chronologie.de(Version(rang, p.debut, p.taxable) for rang, p in dits)
        version = chronologie.en_vigueur(jour)
        return version is not None and version.valeur

    def suivi(self, registre: "Registre", acte: Acte) -> "Organisme":
        """L'organisme, et à qui va sa facture ce jour-là (FAC-15).

        L'interlocuteur; sinon le signataire que nomme le registre; sinon personne.
        """
        jour = jour_de_quebec(acte.le)
        destinataire = self.interlocuteur or registre.destinataire(jour)
        return replace(self, destinataire=destinataire, annonce_le=jour)

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

    def exiger_autrui(self, acteur: Acteur, auteurs: frozenset[str]) -> None:
        """Lève `Interdit` (DEM-14) si la personne approuve pour elle-même et qu'on l'interdit."""
        if self.approbation_par_autrui and acteur.sujet in auteurs:
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
    """Le mandat d'une personne autorisée à signer sur `[debut, fin)`, dates de Québec."""

    id: UUID
    organisme: str
    nom: str
    sujet: str
    courriel: str | None = None
    """Son adresse professionnelle, s'il l'a donnée."""
    familles: tuple[str, ...] = (Famille.DEMANDES_DE_SERVICE,)
    plafond: Decimal | None = None
    """En dollars, au-delà duquel il ne signe pas; absent : sans plafond."""
    debut: date
    fin: date | None = None
    """Exclue; le jour du début : le mandat, retiré avant de valoir, n'autorise aucun jour."""
    publie: bool = False
    """Vrai si les autres services connaissent ce mandat."""

    def __post_init__(self) -> None:
        if self.fin != self.debut:
            _exiger_intervalle(self.debut, self.fin)

    def exiger_recevable(self) -> None:
        """Lève `Conflit` si le mandat n'a aucun jour (DEM-3), ou un plafond sans objet (DEM-8)."""
        _exiger_intervalle(self.debut, self.fin)
        if self.plafond is not None and Famille.CONTRAT_SPECIFIQUE not in self.familles:
            raise Conflit(
                "Un plafond ne borne que les contrats spécifiques : ce mandat n'en permet pas.",
                regle="DEM-8",
            )

    def autorise(self, jour: date) -> bool:
        return self.debut <= jour and (self.fin is None or jour < self.fin)

    def chevauche(self, autre: "Signataire") -> bool:
        """Vrai si les deux mandats ont un jour et une famille en commun."""
        if not set(self.familles) & set(autre.familles):
            return False
        fins = [m.fin for m in (self, autre) if m.fin is not None]
        return max(self.debut, autre.debut) < min(fins, default=date.max)

    def finir(self, fin: date, acte: Acte) -> "Signataire":
        """Met fin au mandat; d'une fin qui ne suit pas son début, il n'aura valu aucun jour.

        Lève `Conflit` (DEM-3) si la fin est passée ou le mandat déjà clos.
        """
        aujourdhui = jour_de_quebec(acte.le)
        if fin < aujourdhui:
            raise Conflit("La fin d'un mandat ne peut être passée.", regle="DEM-3")
        if self.fin is not None and self.fin <= aujourdhui:
            raise Conflit(f"Ce mandat a pris fin le {self.fin}.", regle="DEM-3")
        return replace(self, fin=max(fin, self.debut))


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
    publie: bool = False
    """Vrai si les autres services connaissent cette substitution."""

    def __post_init__(self) -> None:
        _exiger_intervalle(self.debut, self.fin)

    def autorise(self, jour: date) -> bool:
        return self.debut <= jour < self.fin


@dataclass(frozen=True, slots=True, kw_only=True)
class SignataireInscrit(Fait):
    """Un mandat est au registre; le fait porte son état entier."""

    signataire: Signataire


@dataclass(frozen=True, slots=True, kw_only=True)
class SignataireRetire(Fait):
    """Un mandat que l'on connaissait reçoit sa fin; la dernière dite vaut."""

    signataire: Signataire
    fin: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstitutionInscrite(Fait):
    """Une substitution est au registre."""

    substitution: Substitution


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

    def avec(self, mandat: Signataire) -> "Registre":
        """Le registre, ce mandat ajouté, ou à la place de celui qu'il était."""
        autres = (s for s in self.signataires if s.id != mandat.id)
        return replace(self, signataires=(*autres, mandat))

    @property
    def inedits(self) -> "Registre":
        """Ce que les autres services ne connaissent pas encore."""
        return Registre(
            tuple(s for s in self.signataires if not s.publie),
            tuple(s for s in self.substitutions if not s.publie),
        )

    def exiger_place(self) -> None:
        """Lève `Conflit` (DEM-8) si le registre est plein."""
        if len(self.signataires) >= MANDATS_MAX or len(self.substitutions) >= SUBSTITUTIONS_MAX:
            raise Conflit("Le registre est plein : mandats ou substitutions.", regle="DEM-8")

    def finir(self, signataire_id: UUID, fin: date, acte: Acte) -> "tuple[Signataire, ...]":
        """Le mandat fini, puis ceux qui le doublaient : ils laisseraient signer (DEM-14).

        Lève `Introuvable`, ou ce que lèvent `Signataire.finir` et, prolongé, `exiger_seul`.
        """
        mandat = self.signataire(signataire_id)
        fini = mandat.finir(fin, acte)
        if mandat.fin is not None and fin > mandat.fin:
            self.exiger_seul(fini)
        doubles = (m for m in self._doubles(mandat) if m.fin is None or m.fin > fin)
        return (fini, *(double.finir(fin, acte) for double in doubles))

    def _doubles(self, mandat: Signataire) -> Iterator[Signataire]:
        """Les autres mandats de la même personne, d'une même famille, sur les mêmes jours."""
        for autre in self.signataires:
            if autre.id != mandat.id and autre.sujet == mandat.sujet and autre.chevauche(mandat):
                yield autre

    def destinataire(self, jour: date) -> Personne | None:
        """Le signataire du plus ancien mandat ouvert ce jour-là, qu'il ait une adresse ou non.

        De deux mandats du même jour, le premier inscrit (FAC-15).
        """
        ouverts = [s for s in self.signataires if s.autorise(jour)]
        doyen = min(ouverts, key=lambda s: (s.debut, s.id), default=None)
        return None if doyen is None else Personne(nom=doyen.nom, courriel=doyen.courriel)

    def exiger_seul(self, mandat: Signataire) -> None:
        """Lève `Conflit` (DEM-14) si la personne en a un autre de même famille sur ces jours."""
        for autre in self._doubles(mandat):
            raise Conflit(
                f"Cette personne a un autre mandat de cette famille, du {autre.debut} : ils se"
                " chevaucheraient.",
                regle="DEM-14",
            )

    def signature(self, acteur: Acteur, famille: str, jour: date) -> Signature:
        """La signature de l'acteur, dans cette famille, à cette date.

        Le mandat propre l'emporte sur une substitution; un substitut ne peut rien si le mandat
        de la personne remplacée ne court pas ce jour-là, ou n'est pas de la famille. Lève
        `Interdit` (DEM-3) s'il n'en a pas.
        """
        if acteur.roles & ANNUAIRE.machines:
            raise Interdit("Une machine ne signe jamais.", regle="DEM-3")
        valent = (s for s in self.signataires if famille in s.familles and s.autorise(jour))
        en_poste = {s.id: s for s in valent}
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
