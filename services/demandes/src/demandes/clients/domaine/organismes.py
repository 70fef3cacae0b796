"""Le fichier client d'un organisme (DEM-8), et le profil de taxes qu'on y date (FAC-15)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from demandes.clients.domaine.registre import Personne, Registre
from noyau import (
    Acte,
    Chronologie,
    Conflit,
    Fait,
    Interdit,
    Mois,
    Version,
    jour_de_quebec,
)

REGISSENT = frozenset({"actif", "assujetti_rcti", "neq", "taxable"})
"""Ce que le MCN constate d'un organisme, et que l'organisme ne s'accorde pas."""

PROFILS_MAX: Final = 200
"""Combien de profils de taxes se disent d'un organisme : le fichier client reste borné."""


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
    neq: str | None = None
    """Son numéro d'entreprise du Québec, dix chiffres; absent : le MCN ne l'a pas encore dit."""
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
        self, changements: Mapping[str, Any], registre: Registre, acte: Acte
    ) -> "tuple[Organisme, OrganismeModifie | None]":
        """Change des champs; « taxable » vaut depuis « taxable_depuis » (absent : aujourd'hui).

        Si rien ne change : l'organisme même, sans fait. Lève `Interdit` si l'organisme touche à ce
        qui le régit (DEM-8), ou lève l'interdiction d'approuver sa propre demande (DEM-14);
        `Conflit` (FAC-15) si le profil commence dans un mois fini.
        """
        regissent = sorted(REGISSENT & set(changements))
        if regissent and not acte.acteur.est_mcn:
            raise Interdit(f"Seul le MCN change : {', '.join(regissent)}.", regle="DEM-8")
        leve = self.approbation_par_autrui and changements.get("approbation_par_autrui") is False
        if leve and not acte.acteur.est_mcn:
            raise Interdit(
                "Seul le MCN permet de nouveau d'approuver sa propre demande.", regle="DEM-14"
            )
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

    def suivi(self, registre: Registre, acte: Acte) -> "Organisme":
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

    def exiger_autrui(self, signataires: frozenset[str], auteurs: frozenset[str]) -> None:
        """Lève `Interdit` (DEM-14) si la personne approuve pour elle-même et qu'on l'interdit.

        `signataires` : qui signe, et au nom de qui.
        """
        if self.approbation_par_autrui and signataires & auteurs:
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
