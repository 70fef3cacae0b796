"""Le document d'une période : ce qui est dû moins ce qui est déjà facturé, figé, numéroté, taxé."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import Final
from uuid import UUID

from facturation.clients.domaine import Client
from facturation.creances.domaine.creances import Attente, Calcul, Creance, Identite, Nature
from facturation.creances.domaine.etendue import Etendue
from facturation.creances.domaine.faits import IMPUTATION, SITE, Source
from facturation.factures.domaine.ajustements import (
    AUCUNE,
    Ajustement,
    Facturee,
    LigneAjustee,
    Part,
    imputer,
)
from facturation.factures.domaine.emetteur import SANS_INSCRIPTION, Emetteur, Inscriptions
from facturation.factures.domaine.taxes import EXONERE, Bareme, Taxes, Totaux
from facturation.tarification.domaine.ecriture import en_dollars
from facturation.tarification.domaine.tarification import Tarification
from noyau import ZERO, Conflit, Fait, Mois, Montant, exercice_de, jour_de_quebec

_RANGS = {nature: rang for rang, nature in enumerate(Nature)}


class NatureDocument(StrEnum):
    """Ce qu'est un document, et la suite de numéros dont il relève (FAC-6, FAC-15)."""

    FACTURE = "facture"
    NOTE_DE_CREDIT = "note_de_credit"


_PREFIXES: Final = MappingProxyType(
    {NatureDocument.FACTURE: "", NatureDocument.NOTE_DE_CREDIT: "NC-"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repere:
    """À quoi un organisme reconnaît ce que paie une ligne (FAC-9, FAC-16).

    `demande` est son numéro lisible. `site` et `imputation` sont ceux du dernier jour de la ligne.
    """

    demande: str | None = None
    site: str | None = None
    imputation: str | None = None


SANS_REPERE: Final = Repere()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ligne:
    """Une ligne : une créance ajustée, moins ce qui en est déjà facturé (FAC-7, FAC-9, FAC-13).

    Sans `creance`, plus rien n'est dû de ce qui fut facturé : la ligne le rend. Ses taxes sont
    celles de ce qu'elle corrige (FAC-15).
    """

    identite: Identite
    libelle: str
    creance: Creance | None
    facturee: Facturee
    part: Part
    """Ce que des décisions changent à son dû."""
    evenements: tuple[UUID, ...]
    repere: Repere = SANS_REPERE
    corrigee: LigneAjustee | None = None
    """D'une note de crédit de décision, la ligne émise qu'elle crédite (FAC-13)."""

    @property
    def dernier_jour(self) -> date:
        """Le dernier jour payé; d'un acte, le sien."""
        fin = self.creance.fin if self.creance else None
        return fin - timedelta(days=1) if fin else self.identite.debut

    @property
    def montant(self) -> Montant:
        return _du(self.creance, self.part) - self.facturee.montant

    @property
    def taxes(self) -> Taxes:
        return self.facturee.taxes

    @property
    def ajustement(self) -> Montant:
        """La part des ajustements que cette ligne est la première à porter."""
        return self.part.montant - self.facturee.ajustement

    @property
    def calcul(self) -> str:
        """Le calcul en clair, ajustements et retenue de ce qui est déjà facturé compris."""
        if self.corrigee:
            credit, montant = -self.montant, self.corrigee.montant
            return (
                f"Crédit de {en_dollars(credit.decimal)} sur la ligne {self.corrigee.rang},"
                f" de {en_dollars(montant.decimal)}, du document {self.corrigee.numero}"
            )
        calcul = self.creance.calcul if self.creance else en_dollars(Decimal(0))
        deja, retranche = self.facturee.montant, -self.part.montant
        if retranche:
            calcul = f"{calcul} − ajustement {en_dollars(retranche.decimal)}"
        elif porte := -self.facturee.ajustement:
            calcul = f"{calcul}, sans l'ajustement de {en_dollars(porte.decimal)}"
        return f"{calcul} − déjà facturé {en_dollars(deja.decimal)}" if deja else calcul

    def regularise(self, periode: Mois) -> bool:
        """Vrai si la ligne, dans le document de cette période, en régularise une autre (FAC-7)."""
        return self.identite.periode < periode or bool(self.facturee.montant)

    def place(self, periode: Mois) -> tuple[bool, int, str, str, date, str, str]:
        """Où la ligne se lit : son groupe, puis tarif, produit, début, source, clé."""
        i = self.identite
        produit = self.creance.produit if self.creance else None
        groupe = (self.regularise(periode), _RANGS[i.nature])
        return (*groupe, i.tarif, produit.code if produit else "", i.debut, i.source, i.cle)


def _du(creance: Creance | None, part: Part) -> Montant:
    return (creance.montant if creance else ZERO) + part.montant


@dataclass(frozen=True, slots=True, kw_only=True)
class Projet:
    """Ce que l'émission d'une période dirait à un organisme : l'aperçu, tel quel (FAC-7)."""

    client: Client
    periode: Mois
    lignes: tuple[Ligne, ...]
    attentes: tuple[Attente, ...]
    totaux: Totaux
    a_suivre: frozenset[str] = frozenset()
    """Les sources qui restent à relire, une fois ce projet émis (FAC-14)."""
    piece: int = 0
    """Son rang dans la période : 0, le document du mois; ensuite, les notes de décisions."""
    corrige: str | None = None
    """D'une note de crédit de décision, le document qu'elle corrige."""

    @classmethod
    def de(
        cls,
        client: Client,
        periode: Mois,
        lignes: Iterable[Ligne],
        attentes: Iterable[Attente],
        a_suivre: frozenset[str],
    ) -> "Projet":
        """Le projet de ces lignes : dans l'ordre où elles se lisent, avec leurs totaux."""
        rangees = sorted(lignes, key=lambda ligne: ligne.place(periode))
        return cls(
            client=client,
            periode=periode,
            lignes=tuple(rangees),
            attentes=tuple(attentes),
            totaux=Totaux.de((ligne.taxes, ligne.montant) for ligne in rangees),
            a_suivre=a_suivre,
        )

    @property
    def nature(self) -> NatureDocument:
        """Total négatif, note de crédit; nul ou positif, facture (FAC-15)."""
        return NatureDocument.NOTE_DE_CREDIT if self.totaux.total < ZERO else NatureDocument.FACTURE

    def emettre(
        self,
        rang: int,
        le: datetime,
        emetteur: Emetteur,
        inscriptions: Inscriptions = SANS_INSCRIPTION,
    ) -> "tuple[Document, DocumentEmis]":
        """Fige le projet sous le numéro de ce rang, dans sa suite et l'exercice (FAC-6)."""
        document = Document(
            projet=self,
            numero=f"{_PREFIXES[self.nature]}{exercice_d_emission(le)}-{rang:06d}",
            emis_le=jour_de_quebec(le),
            emetteur=emetteur,
            inscriptions=inscriptions,
        )
        return document, DocumentEmis(document=document, survenu_le=le)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Une facture ou une note de crédit émise; elle ne change plus (FAC-7)."""

    projet: Projet
    numero: str
    emis_le: date
    emetteur: Emetteur
    inscriptions: Inscriptions

    @property
    def echeance(self) -> date | None:
        """Le dernier jour où payer à temps; rien n'est à payer d'un total nul ou négatif."""
        a_payer = self.projet.totaux.total > ZERO
        return self.emetteur.echeance(self.emis_le) if a_payer else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEmis(Fait):
    """Une facture, ou une note de crédit, est émise (FAC-6, FAC-15), sous son empreinte."""

    document: Document
    empreinte: str = ""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Tout ce qui fait le document d'un organisme, à un instant.

    `deja_facture`, `ajustements` : de ses sources touchées. `emises` : le numéro du document de
    chaque période déjà émise. `numeros` : celui de chaque demande connue de ses sources.
    """

    client: Client
    etendue: Etendue
    tarification: Tarification
    bareme: Bareme
    deja_facture: Mapping[Identite, Facturee]
    ajustements: tuple[Ajustement, ...]
    emises: Mapping[Mois, str]
    numeros: Mapping[UUID, str]

    def projeter(self, periode: Mois) -> Projet:
        """L'unique calcul de l'aperçu et de l'émission (FAC-7).

        Les lignes sont ce qui est dû jusqu'à la période moins ce qui en est déjà facturé : un fait
        en retard ou rectifié, un ajustement, une grille comblée n'y sont pas des cas particuliers.
        Lève `Conflit` si le document d'une période égale ou postérieure est déjà émis.
        """
        derniere = max(self.emises, default=periode.precedent)
        if derniere >= periode:
            raise Conflit(
                f"La période {periode} est fermée pour {self.client.organisme} :"
                f" le document {self.emises[derniere]} de {derniere} est émis.",
                regle="FAC-7",
            )
        calcul = self.etendue.calculer(self.tarification, periode)
        lignes = [self._expliquer(ligne, periode) for ligne in self._ecarts(calcul)]
        a_suivre = self.etendue.a_suivre(calcul, periode)
        attentes = calcul.signalees(periode.fin)
        return Projet.de(self.client, periode, lignes, attentes, a_suivre)

    def _ecarts(self, calcul: Calcul) -> Iterator[Ligne]:
        """Une ligne par identité dont le dû ajusté n'est pas exactement ce qui est déjà facturé.

        Une autre, même nulle, où un ajustement se porte ailleurs que là où on l'avait porté : ce
        qu'il absorbe se voit (FAC-13).
        """
        creances = {creance.identite: creance for creance in calcul.creances}
        parts = imputer(self.ajustements, self._ajustees(calcul)) if self.ajustements else {}
        for identite in {**self.deja_facture, **creances}:
            creance, facturee = creances.get(identite), self.deja_facture.get(identite)
            part = parts.get(identite, AUCUNE)
            deja, porte = (facturee.montant, facturee.ajustement) if facturee else (ZERO, ZERO)
            if (_du(creance, part), part.montant) != (deja, porte):
                yield Ligne(
                    identite=identite,
                    libelle=self._libelle(identite),
                    creance=creance,
                    facturee=facturee or Facturee(montant=ZERO, taxes=self._taxes(identite.debut)),
                    part=part,
                    evenements=creance.evenements if creance else (),
                )

    def _ajustees(self, calcul: Calcul) -> list[Creance]:
        sources = {ajustement.identite.source for ajustement in self.ajustements}
        return [c for c in calcul.creances if c.identite.source in sources]

    def _taxes(self, jour: date) -> Taxes:
        """Ce qui frappe un dû de ce jour : le profil de l'organisme et les taux d'alors."""
        return self.bareme.le(jour) if self.client.taxable(jour) else EXONERE

    def _libelle(self, identite: Identite) -> str:
        """Ce que paie la ligne, dans les mots de la fiche ce jour-là (CAT-5)."""
        sienne = self.tarification.pour(self.client.organisme)
        lire = sienne.libelle_des_frais if identite.nature is Nature.FRAIS else sienne.libelle
        return lire(identite.tarif, identite.debut)

    def _expliquer(self, ligne: Ligne, periode: Mois) -> Ligne:
        """Ce qui n'est plus dû, ou se régularise après rectification, nomme tous les actes (FAC-9).

        Une somme peut avoir changé d'un acte devenu nul : la créance ne le nomme plus.
        """
        source = self._connues.get(ligne.identite.source)
        if source is None:
            return ligne
        rectifiee = bool(source.rectifications) and ligne.regularise(periode)
        tous = rectifiee or not ligne.creance
        evenements = source.evenements if tous else ligne.evenements
        return replace(ligne, evenements=evenements, repere=self._repere(source, ligne))

    def _repere(self, source: Source, ligne: Ligne) -> Repere:
        return Repere(
            demande=self.numeros.get(source.demande) if source.demande else None,
            site=source.dernier_dit(SITE, ligne.dernier_jour),
            imputation=source.dernier_dit(IMPUTATION, ligne.dernier_jour),
        )

    @cached_property
    def _connues(self) -> Mapping[str, Source]:
        return {source.nom: source for source in self.etendue.sources}


def reunir(projets: Sequence[Projet]) -> Projet:
    """Le projet d'un organisme, de ceux des lots de ses sources, dont au moins un.

    Une source ne doit rien d'une autre : c'est celui qu'aurait donné leur calcul d'un seul coup.
    """
    un = projets[0]
    return Projet.de(
        un.client,
        un.periode,
        chain.from_iterable(projet.lignes for projet in projets),
        chain.from_iterable(projet.attentes for projet in projets),
        frozenset().union(*(projet.a_suivre for projet in projets)),
    )


def exercice_d_emission(le: datetime) -> str:
    """L'exercice financier de la date d'émission, dont relève le numéro (FAC-6)."""
    return exercice_de(jour_de_quebec(le))
