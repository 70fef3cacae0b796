"""La facture : ce qui est dû moins ce qui est déjà facturé, figé, numéroté, taxé une fois."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from facturation.clients.domaine import Client
from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.creances import Attente, Creance, Identite, Nature
from facturation.creances.domaine.faits import Source
from facturation.tarification.domaine.ecriture import en_dollars
from facturation.tarification.domaine.tarification import Tarification
from noyau import ZERO, Conflit, Fait, Mois, Montant, exercice_de, jour_de_quebec

TPS = Decimal("0.05")
TVQ = Decimal("0.09975")
_RANGS = {nature: rang for rang, nature in enumerate(Nature)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ligne:
    """Une ligne de facture : une créance, moins ce qui en est déjà facturé (FAC-7, FAC-9).

    Sans `creance`, plus rien n'est dû de ce qui fut facturé : la ligne le rend.
    """

    identite: Identite
    libelle: str
    creance: Creance | None
    deja_facture: Montant
    evenements: tuple[UUID, ...]

    @property
    def montant(self) -> Montant:
        return (self.creance.montant if self.creance else ZERO) - self.deja_facture

    @property
    def calcul(self) -> str:
        """Le calcul en clair, retenue de ce qui est déjà facturé comprise."""
        calcul = self.creance.calcul if self.creance else en_dollars(Decimal(0))
        if not self.deja_facture:
            return calcul
        return f"{calcul} − déjà facturé {en_dollars(self.deja_facture.decimal)}"

    def regularise(self, periode: Mois) -> bool:
        """Vrai si la ligne, dans la facture de cette période, en régularise une autre (FAC-7)."""
        return self.identite.periode < periode or bool(self.deja_facture)

    def place(self, periode: Mois) -> tuple[bool, int, str, str, date, str, str]:
        """Où la ligne se lit : son groupe, puis tarif, produit, début, source, clé."""
        i = self.identite
        produit = self.creance.produit if self.creance else None
        groupe = (self.regularise(periode), _RANGS[i.nature])
        return (*groupe, i.tarif, produit.code if produit else "", i.debut, i.source, i.cle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totaux:
    """Les totaux d'une facture; les taxes portent une fois sur la somme (FAC-1, FAC-10)."""

    avant_taxes: Montant
    tps: Montant
    tvq: Montant

    @property
    def total(self) -> Montant:
        return self.avant_taxes + self.tps + self.tvq

    @classmethod
    def de(cls, lignes: Iterable[Ligne], *, taxable: bool) -> "Totaux":
        somme = sum((ligne.montant for ligne in lignes), ZERO)
        tps, tvq = (Montant.de(somme.decimal * taux) if taxable else ZERO for taux in (TPS, TVQ))
        return cls(avant_taxes=somme, tps=tps, tvq=tvq)


@dataclass(frozen=True, slots=True, kw_only=True)
class Projet:
    """Ce que l'émission d'une période facturerait à un organisme : l'aperçu, tel quel (FAC-7)."""

    client: Client
    periode: Mois
    lignes: tuple[Ligne, ...]
    attentes: tuple[Attente, ...]
    totaux: Totaux

    def emettre(self, rang: int, le: datetime) -> "tuple[Facture, FactureEmise]":
        """Fige le projet sous le numéro de ce rang dans l'exercice de l'émission (FAC-6)."""
        numero = f"{exercice_d_emission(le)}-{rang:06d}"
        facture = Facture(projet=self, numero=numero, emise_le=jour_de_quebec(le))
        return facture, FactureEmise(facture=facture, survenu_le=le)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facture:
    """Une facture émise; elle ne change plus (FAC-7)."""

    projet: Projet
    numero: str
    emise_le: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FactureEmise(Fait):
    """Une facture est émise (FAC-6)."""

    facture: Facture


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Tout ce qui fait la facture d'un organisme, à un instant.

    `emises` : le numéro de la facture de chaque période déjà facturée.
    """

    client: Client
    sources: tuple[Source, ...]
    tarification: Tarification
    deja_facture: Mapping[Identite, Montant]
    emises: Mapping[Mois, str]

    def projeter(self, periode: Mois) -> Projet:
        """L'unique calcul de l'aperçu et de l'émission (FAC-7).

        Les lignes sont ce qui est dû jusqu'à la période moins ce qui en est déjà facturé : un fait
        en retard ou rectifié, une grille comblée n'y sont pas des cas particuliers (DEM-13).
        Lève `Conflit` si la facture d'une période égale ou postérieure est déjà émise.
        """
        derniere = max(self.emises, default=periode.precedent)
        if derniere >= periode:
            raise Conflit(
                f"La période {periode} est fermée pour {self.client.organisme} :"
                f" la facture {self.emises[derniere]} de {derniere} est émise.",
                regle="FAC-7",
            )
        calcul = calculer(self.sources, self.tarification, periode)
        ecarts = self._ecarts({creance.identite: creance for creance in calcul.creances})
        lignes = [self._expliquer(ligne, periode) for ligne in ecarts]
        lignes.sort(key=lambda ligne: ligne.place(periode))
        return Projet(
            client=self.client,
            periode=periode,
            lignes=tuple(lignes),
            attentes=calcul.attentes,
            totaux=Totaux.de(lignes, taxable=self.client.taxable),
        )

    def _ecarts(self, creances: Mapping[Identite, Creance]) -> Iterator[Ligne]:
        """Une ligne par identité dont la créance n'est pas exactement ce qui est déjà facturé."""
        nuls = dict.fromkeys(self.deja_facture, ZERO)
        montants = nuls | {identite: c.montant for identite, c in creances.items()}
        for identite, montant in montants.items():
            deja = self.deja_facture.get(identite, ZERO)
            if montant != deja:
                creance = creances.get(identite)
                yield Ligne(
                    identite=identite,
                    libelle=self._libelle(identite),
                    creance=creance,
                    deja_facture=deja,
                    evenements=creance.evenements if creance else (),
                )

    def _libelle(self, identite: Identite) -> str:
        """Ce que paie la ligne, dans les mots de la fiche ce jour-là (CAT-5)."""
        lire = self.tarification.libelle
        if identite.nature is Nature.FRAIS:
            lire = self.tarification.libelle_des_frais
        return lire(identite.tarif, identite.debut)

    def _expliquer(self, ligne: Ligne, periode: Mois) -> Ligne:
        """Ce qui n'est plus dû, ou se régularise après rectification, nomme tous les actes (FAC-9).

        Une somme peut avoir changé d'un acte devenu nul : la créance ne le nomme plus.
        """
        source = self._connues.get(ligne.identite.source)
        if source is None:
            return ligne
        rectifiee = bool(source.rectifications) and ligne.regularise(periode)
        if ligne.creance and not rectifiee:
            return ligne
        return replace(ligne, evenements=source.evenements)

    @cached_property
    def _connues(self) -> Mapping[str, Source]:
        return {source.nom: source for source in self.sources}


def exercice_d_emission(le: datetime) -> str:
    """L'exercice financier de la date d'émission, dont relève le numéro (FAC-6)."""
    return exercice_de(jour_de_quebec(le))
