"""Le registre des signataires d'un organisme : mandats et substitutions datés (DEM-3, DEM-14)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from noyau import (
    ANNUAIRE,
    Acte,
    Acteur,
    Conflit,
    Fait,
    Interdit,
    Introuvable,
    jour_de_quebec,
)

MANDATS_MAX: Final = 2_000
SUBSTITUTIONS_MAX: Final = 5_000
"""Combien de mandats, et de substitutions, le registre d'un organisme garde, finis compris."""


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

    def exiger_utile(self, substitution: Substitution, jour: date) -> None:
        """Lève `Conflit` (DEM-3) si la substitution ne laisserait signer personne de plus.

        Un substitut est un autre que la personne remplacée, sur des jours à venir de son mandat, et
        ne l'est pas déjà. Lève `Introuvable` si le mandat n'est pas au registre.
        """
        mandat, soi = self.signataire(substitution.remplace_id), substitution
        if mandat.sujet == soi.sujet:
            raise Conflit("Nul ne se substitue à lui-même.", regle="DEM-3")
        premier, dernier = max(soi.debut, mandat.debut, jour), min(soi.fin, mandat.fin or date.max)
        if premier >= dernier:
            raise Conflit("Cette substitution n'autoriserait aucun jour à venir.", regle="DEM-3")
        for autre in self.substitutions:
            meme = (autre.sujet, autre.remplace_id) == (soi.sujet, soi.remplace_id)
            if meme and max(autre.debut, soi.debut) < min(autre.fin, soi.fin):
                raise Conflit(
                    f"Cette personne est déjà substitut, du {autre.debut} au {autre.fin}.",
                    regle="DEM-3",
                )

    def au_nom_de(self, signature: Signature | None) -> frozenset[str]:
        """Le sujet de la personne remplacée, si la signature est d'un substitut."""
        remplace = None if signature is None else signature.au_nom_de_id
        return frozenset(s.sujet for s in self.signataires if s.id == remplace)

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
