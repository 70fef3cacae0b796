"""Une commande au fournisseur, et une facture qu'il envoie; avant taxes (CI-19)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from unicodedata import normalize
from uuid import UUID

from calendrier import date_longue
from courtier.catalogue.domaine import Periodicite
from courtier.contrats.domaine.contrat import Contrat
from courtier.contrats.domaine.termes import Termes
from courtier.dossiers.domaine.elements import ComposanteRetenue, Element, QuantitePeriode
from courtier.pieces.domaine import Visa
from noyau import ZERO, Acte, Conflit, Montant, jour_de_quebec

_TIRETS: Final = re.compile("[\u058a\u05be\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]")


def cle_de(numero: str) -> str:
    """Ce qui fait d'un numéro de bon ou de facture le même.

    Ni la casse, ni les blancs, ni la pleine chasse, ni la forme du tiret n'en font un autre.
    """
    replie = _TIRETS.sub("-", normalize("NFKC", numero))
    return "".join(replie.split()).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneVoulue:
    """Ce qu'on commande d'une composante : tant d'unités pendant tant de mois, ou un montant."""

    offre_id: UUID
    composante: str
    quantite: int | None = None
    mois: int = 1
    """Depuis celui de la commande; d'une composante unique, un seul."""
    montant: Montant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneCommandee:
    """Une ligne chiffrée au prix du contrat, ou du montant dit."""

    offre_id: UUID
    composante: str
    quantite: int | None
    mois: int
    montant: Montant


@dataclass(frozen=True, slots=True)
class Annulation:
    """Pourquoi une commande ou une facture ne compte plus."""

    motif: str
    visa: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class Commande:
    """Ce que l'organisme engage du contrat, sous son numéro de bon."""

    id: UUID
    organisme: str
    contrat_id: UUID
    bon: str
    datee_le: date
    lignes: tuple[LigneCommandee, ...]
    inscrite: Visa
    corrige: UUID | None = None
    """Celle qu'elle remplace."""
    annulation: Annulation | None = None
    facture: Montant = ZERO
    """Ce que le fournisseur en a facturé."""

    @property
    def montant(self) -> Montant:
        return sum((ligne.montant for ligne in self.lignes), ZERO)

    @property
    def engage(self) -> Montant:
        """Ce qu'elle engage; rien, annulée."""
        return ZERO if self.annulation else self.montant

    @property
    def consomme(self) -> Montant:
        """Ce qu'elle consomme du contrat; facturé au-delà, ce qui l'est."""
        return max(self.engage, self.facture)

    @property
    def ecart(self) -> Montant:
        """Facturé moins engagé : négatif, il en reste à facturer."""
        return self.facture - self.engage

    def annuler(self, motif: str, acte: Acte) -> "Commande":
        """Elle n'engage plus rien; ce qui en fut facturé demeure. Lève `Conflit` (CI-19)."""
        if self.annulation:
            raise Conflit("Cette commande est déjà annulée.", regle="CI-19")
        return replace(self, annulation=Annulation(motif, Visa.de(acte)))

    def facturer(self, montant: Montant) -> "Commande":
        """Facturée d'autant de plus; négatif, de moins."""
        return replace(self, facture=self.facture + montant)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactureFournisseur:
    """Ce que le fournisseur facture : un fait, qui ne se refuse ni pour son montant, ni son bon."""

    id: UUID
    organisme: str
    contrat_id: UUID
    numero: str
    datee_le: date
    montant: Montant
    """Avant taxes."""
    commande_id: UUID | None
    inscrite: Visa
    bon: str | None = None
    """Le bon qu'elle dit, qu'une commande le porte ou non."""
    corrige: UUID | None = None
    reduit: UUID | None = None
    """La facture que réduit une note de crédit, de montant négatif."""
    annulation: Annulation | None = None

    @property
    def bon_inconnu(self) -> bool:
        """Vrai si nulle commande ne porte le bon qu'elle dit : elle s'ajoute, en attendant."""
        return self.bon is not None and self.commande_id is None

    def exiger_reductible(self, note: Montant, datee_le: date, deja: Montant) -> None:
        """Lève `Conflit` (CI-19) d'une note de crédit de plus que ce qui en reste, ou d'avant elle.

        `note` et `deja`, ce que d'autres notes en ont réduit, sont négatifs.
        """
        if self.reduit is not None:
            raise Conflit(
                "Une note de crédit réduit une facture, non une autre note.", regle="CI-19"
            )
        if datee_le < self.datee_le:
            raise Conflit(
                "Une note de crédit ne précède pas la facture qu'elle réduit.", regle="CI-19"
            )
        reste = self.montant + deja
        if reste + note < ZERO:
            raise Conflit(
                f"La note de crédit dépasse ce qui reste de la facture ({reste} $).",
                regle="CI-19",
                details={"reste": str(reste)},
            )

    def annuler(self, motif: str, acte: Acte, deja: Montant = ZERO) -> "FactureFournisseur":
        """Elle ne compte plus.

        Lève `Conflit` (CI-19) si elle l'est déjà, ou si des notes de crédit la réduisent (`deja`).
        """
        if deja < ZERO:
            raise Conflit(
                "Des notes de crédit réduisent cette facture : annulez-les d'abord.", regle="CI-19"
            )
        if self.annulation:
            raise Conflit("Cette facture est déjà annulée.", regle="CI-19")
        return replace(self, annulation=Annulation(motif, Visa.de(acte)))


def exiger_commandable(contrat: Contrat, datee_le: date, acte: Acte) -> None:
    """Lève `Conflit` (CI-19) d'une commande à venir, ou hors de la durée du contrat conclu."""
    if datee_le > jour_de_quebec(acte.le):
        raise Conflit("Une commande ne porte pas une date à venir.", regle="CI-19")
    entree = contrat.entree_permise_le
    if entree is None or not entree <= datee_le < contrat.fin:
        duree = (
            "n'est pas conclu"
            if entree is None
            else f"court du {date_longue(entree)} au {date_longue(contrat.fin)}, exclu"
        )
        raise Conflit(f"La commande est hors de la durée du contrat : il {duree}.", regle="CI-19")


def exiger_facturable(contrat: Contrat, datee_le: date, acte: Acte) -> None:
    """Lève `Conflit` (CI-19) d'une facture à venir, ou d'avant la conclusion du contrat."""
    if datee_le > jour_de_quebec(acte.le):
        raise Conflit("Une facture ne porte pas une date à venir.", regle="CI-19")
    conclu = contrat.signature_fournisseur
    if conclu is None or datee_le < jour_de_quebec(conclu.le):
        raise Conflit("Une facture ne précède pas la conclusion du contrat.", regle="CI-19")


def chiffrer(
    voulues: Sequence[LigneVoulue], contrat: Contrat, datee_le: date
) -> tuple[LigneCommandee, ...]:
    """Les lignes au prix du contrat, indexé au mois de la commande; un arrondi par ligne.

    Lève `Conflit` (CI-19) d'une offre ou d'une composante hors du contrat ce mois-là, ou de mois
    au-delà de sa fin, résiliation comprise : le mois qu'elle entame compte encore.
    """
    termes = contrat.courants
    mois, fini = termes.mois_de(datee_le), termes.mois_de(contrat.fin - timedelta(days=1))
    return tuple(_chiffrer(voulue, termes, mois, fini) for voulue in voulues)


def _chiffrer(voulue: LigneVoulue, termes: Termes, mois: int, fini: int) -> LigneCommandee:
    element, composante = _retenue(voulue, termes, mois)
    if composante.periodicite is Periodicite.UNIQUE and voulue.mois != 1:
        raise _hors(voulue, "ne se paie qu'une fois")
    dernier = mois + voulue.mois - 1
    if dernier > fini:
        raise _hors(voulue, f"va au-delà du mois {fini}, le dernier du contrat")
    return LigneCommandee(
        offre_id=voulue.offre_id,
        composante=voulue.composante,
        quantite=voulue.quantite,
        mois=voulue.mois,
        montant=voulue.montant or _prix(voulue, element, composante, mois, dernier),
    )


def _retenue(voulue: LigneVoulue, termes: Termes, mois: int) -> tuple[Element, ComposanteRetenue]:
    for element in termes.elements:
        if element.offre_id == voulue.offre_id and element.du_mois <= mois:
            for composante in element.composantes:
                if composante.code == voulue.composante:
                    return element, composante
    raise _hors(voulue, "n'est pas de celles du contrat à cette date")


def _prix(
    voulue: LigneVoulue, element: Element, composante: ComposanteRetenue, mois: int, dernier: int
) -> Montant:
    periode = QuantitePeriode(mois, dernier, voulue.quantite or 0)
    commandee = replace(composante, quantites=(periode,))
    cout = commandee.cout(element.modalites.indexation, element.du_mois)
    return Montant.de(cout)


def _hors(voulue: LigneVoulue, raison: str) -> Conflit:
    return Conflit(
        f"La composante « {voulue.composante} » {raison}.",
        regle="CI-19",
        details={"offre_id": str(voulue.offre_id), "composante": voulue.composante},
    )
