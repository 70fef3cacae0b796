"""Un règlement : ce qu'un organisme paie, et de quels documents (FAC-17).

Rien ne s'y change : un crédit s'applique par des acquittements de plus, une faute se corrige par
une contre-écriture.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from facturation.comptes.domaine.soldes import Solde
from facturation.tarification.domaine.ecriture import en_dollars
from noyau import ZERO, Acte, Conflit, Fait, Introuvable, Montant, elider, jour_de_quebec

_REGLE = "FAC-17"


@dataclass(frozen=True, slots=True)
class Partie:
    """Ce que l'on veut payer d'un document; négatif, ce que l'on veut prendre à son crédit."""

    numero: str
    montant: Montant


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquittement:
    """Ce qu'un règlement paie d'un document; négatif, ce qu'il prend à son crédit.

    `le` : la date de Québec où cela compte, jamais d'avant l'émission du document.
    """

    rang: int
    numero: str
    montant: Montant
    le: date
    inscrit_le: datetime
    inscrit_par: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reglement:
    """Un règlement, ou la contre-écriture d'un autre; ce qui n'acquitte rien est un crédit."""

    id: UUID
    organisme: str
    le: date
    reference: str
    montant: Montant
    acquittements: tuple[Acquittement, ...]
    inscrit_le: datetime
    inscrit_par: str
    annule: UUID | None = None
    """Le règlement dont celui-ci est la contre-écriture."""
    motif: str | None = None
    annule_par: UUID | None = None

    @property
    def credit(self) -> Montant:
        """Ce qui n'acquitte encore aucun document."""
        return self.montant - sum((a.montant for a in self.acquittements), ZERO)

    def contrepasser(self, identifiant: UUID, motif: str, acte: Acte) -> "Reglement":
        """La contre-écriture, datée du jour où on la passe; lève `Conflit` (FAC-17)."""
        self.exiger_valable("se contrepasse")
        le = jour_de_quebec(acte.le)
        defaits = [(a.numero, -a.montant) for a in self.acquittements]
        return replace(
            self,
            id=identifiant,
            le=le,
            montant=-self.montant,
            acquittements=tuple(_acquitter(defaits, 0, le, acte)),
            inscrit_le=acte.le,
            inscrit_par=acte.acteur.sujet,
            annule=self.id,
            motif=motif,
        )

    def exiger_valable(self, verbe: str) -> None:
        """Lève `Conflit` (FAC-17) d'une contre-écriture, ou d'un règlement qui en a une."""
        if self.annule is not None:
            raise Conflit(f"Une contre-écriture ne {verbe} pas.", regle=_REGLE)
        if self.annule_par is not None:
            raise Conflit(
                f"Ce règlement est contrepassé : il ne {verbe} plus.",
                regle=_REGLE,
                details={"contre_ecriture": str(self.annule_par)},
            )


@dataclass(frozen=True, slots=True)
class Inscrit:
    """Un règlement inscrit, et ce qu'il faut en dire à qui l'a inscrit."""

    reglement: Reglement
    avis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReglementConsigne(Fait):
    """Un règlement est inscrit, ou contrepassé."""

    reglement: Reglement


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditApplique(Fait):
    """Le crédit d'un règlement acquitte d'autres documents."""

    reglement: Reglement
    acquittements: tuple[Acquittement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AInscrire:
    """Un règlement tel qu'on le reçoit."""

    id: UUID
    organisme: str
    le: date
    reference: str
    montant: Montant
    parties: tuple[Partie, ...] = ()

    @property
    def empreinte(self) -> tuple[date, str, Montant]:
        """Ce qui, d'un même organisme, ne se consigne pas deux fois."""
        return self.le, self.reference.casefold(), self.montant


@dataclass(frozen=True, slots=True, kw_only=True)
class Compte:
    """Le compte d'un organisme, verrouillé : de quoi juger un règlement de plus.

    `deja` : l'empreinte de chaque règlement qui vaut encore, des jours en cause.
    """

    organisme: str
    soldes: Mapping[str, Solde]
    anciennete: timedelta
    """Un règlement plus ancien ne se consigne plus."""
    deja: frozenset[tuple[date, str, Montant]] = field(default_factory=frozenset)

    def regler(self, voulu: AInscrire, acte: Acte) -> Inscrit:
        """Le règlement, réparti; ce qui dépasse le dû reste à son crédit, et se dit.

        Lève `Conflit` (FAC-17) si la date est à venir ou trop ancienne, s'il est déjà consigné,
        s'il paie plus qu'il ne vaut ou s'il prend plus qu'un crédit; `Introuvable` d'un document
        qui n'est pas à l'organisme.
        """
        self._exiger_datable(voulu.le, jour_de_quebec(acte.le))
        if voulu.empreinte in self.deja:
            raise Conflit(
                f"Un règlement du {voulu.le}, de référence {voulu.reference} et de"
                f" {en_dollars(voulu.montant.decimal)}, est déjà consigné pour {self.organisme}.",
                regle=_REGLE,
            )
        if voulu.montant < ZERO:
            raise Conflit(
                "Un règlement n'est pas négatif : pour en défaire un, contrepassez-le.",
                regle=_REGLE,
            )
        if not voulu.montant and not voulu.parties:
            raise Conflit(
                "Un règlement nul ne fait que compenser des documents : nommez-les.", regle=_REGLE
            )
        retenues, avis = self._repartir(voulu.parties, voulu.montant)
        le = max([voulu.le, *(self._depuis(*retenue) for retenue in retenues)])
        reglement = Reglement(
            id=voulu.id,
            organisme=self.organisme,
            le=voulu.le,
            reference=voulu.reference,
            montant=voulu.montant,
            acquittements=tuple(_acquitter(retenues, 0, le, acte)),
            inscrit_le=acte.le,
            inscrit_par=acte.acteur.sujet,
        )
        return Inscrit(reglement, (*avis, *_dire_le_credit(reglement)))

    def appliquer(self, reglement: Reglement, parties: Sequence[Partie], acte: Acte) -> Inscrit:
        """Le règlement dont le crédit acquitte aussi ces documents, à partir d'aujourd'hui.

        Lève `Conflit` (FAC-17) s'il est contrepassé ou si son crédit n'y suffit pas; `Introuvable`
        de même que `regler`.
        """
        reglement.exiger_valable("s'applique")
        retenues, avis = self._repartir(parties, reglement.credit)
        deja = reglement.acquittements
        faits = _acquitter(retenues, len(deja), jour_de_quebec(acte.le), acte)
        applique = replace(reglement, acquittements=(*deja, *faits))
        return Inscrit(applique, (*avis, *_dire_le_credit(applique)))

    def avec(self, reglement: Reglement) -> "Compte":
        """Le compte, une fois ce règlement inscrit."""
        soldes = dict(self.soldes)
        for a in reglement.acquittements:
            soldes[a.numero] = soldes[a.numero].acquitter(a.montant)
        empreinte = (reglement.le, reglement.reference.casefold(), reglement.montant)
        return replace(self, soldes=soldes, deja=self.deja | {empreinte})

    def _exiger_datable(self, le: date, aujourdhui: date) -> None:
        if le > aujourdhui:
            raise Conflit("Un règlement ne se date pas de l'avenir.", regle=_REGLE)
        if le < aujourdhui - self.anciennete:
            raise Conflit(
                f"Le {le} remonte à plus de {self.anciennete.days} jours : un règlement si ancien"
                " ne se consigne plus à sa date.",
                regle=_REGLE,
            )

    def _repartir(
        self, parties: Sequence[Partie], disponible: Montant
    ) -> tuple[list[tuple[str, Montant]], list[str]]:
        """Ce qui se retient de chaque partie, et ce qui se dit de ce qu'on n'en retient pas."""
        self._exiger_permises(parties, disponible)
        retenues: list[tuple[str, Montant]] = []
        avis: list[str] = []
        for partie in parties:
            reste = self.soldes[partie.numero].reste
            retenu = partie.montant
            if retenu > ZERO:
                retenu = min(retenu, max(reste, ZERO))
            if retenu != partie.montant:
                avis.append(
                    f"Il ne restait que {en_dollars(max(reste, ZERO).decimal)} à payer du document"
                    f" {partie.numero}."
                )
            if retenu:
                retenues.append((partie.numero, retenu))
        return retenues, avis

    def _exiger_permises(self, parties: Sequence[Partie], disponible: Montant) -> None:
        numeros = [partie.numero for partie in parties]
        if len({*numeros}) < len(numeros):
            raise Conflit("Un même document est nommé deux fois.", regle=_REGLE)
        for partie in parties:
            self._exiger_permise(partie)
        total = sum((partie.montant for partie in parties), ZERO)
        if total > disponible:
            raise Conflit(
                f"Les documents nommés totalisent {en_dollars(total.decimal)}, et il n'y a que"
                f" {en_dollars(disponible.decimal)} à répartir.",
                regle=_REGLE,
            )

    def _exiger_permise(self, partie: Partie) -> None:
        solde = self.soldes.get(partie.numero)
        if solde is None:
            qui = elider("de", self.organisme)
            raise Introuvable(f"Aucun document {qui} ne porte le numéro {partie.numero}.")
        if solde.corrige:
            raise Conflit(
                f"La note {partie.numero} diminue déjà le document {solde.corrige}.", regle=_REGLE
            )
        if not partie.montant:
            raise Conflit(f"Rien ne se paie du document {partie.numero}.", regle=_REGLE)
        if partie.montant < min(solde.reste, ZERO):
            credit = en_dollars(-min(solde.reste, ZERO).decimal)
            raise Conflit(
                f"Le crédit du document {partie.numero} est de {credit} : on n'en prend pas"
                " davantage.",
                regle=_REGLE,
            )

    def _depuis(self, numero: str, montant: Montant) -> date:
        """Le jour où ce montant peut compter : le document existe, ou son crédit."""
        solde = self.soldes[numero]
        if montant < ZERO and solde.credite_le is not None:
            return max(solde.emise_le, solde.credite_le)
        return solde.emise_le


def _acquitter(
    parties: Sequence[tuple[str, Montant]], deja: int, le: date, acte: Acte
) -> Iterator[Acquittement]:
    """Toutes comptent du même jour : un crédit pris ne manque jamais à ce qu'il paie."""
    for rang, (numero, montant) in enumerate(parties, start=deja + 1):
        yield Acquittement(
            rang=rang,
            numero=numero,
            montant=montant,
            le=le,
            inscrit_le=acte.le,
            inscrit_par=acte.acteur.sujet,
        )


def _dire_le_credit(reglement: Reglement) -> Iterator[str]:
    if reglement.credit:
        credit = en_dollars(reglement.credit.decimal)
        yield f"{credit} restent au crédit {elider('de', reglement.organisme)}."
