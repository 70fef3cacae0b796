"""Le bilan d'un contrat : ce qui en est consommé, et ce qu'on en a déjà annoncé (CI-19).

Consommé = commandes engagées + factures sans commande; d'une commande, ce qui en est facturé
au-delà compte aussi.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from courtier.consommation.domaine.commandes import Commande, FactureFournisseur
from courtier.contrats.domaine.contrat import Contrat
from noyau import ZERO, Acte, Conflit, Fait, Montant


@dataclass(frozen=True, slots=True)
class Variation:
    """Ce qu'un acte change : commandé, facturé, consommé."""

    commande: Montant = ZERO
    facture: Montant = ZERO
    consomme: Montant = ZERO

    def __add__(self, autre: "Variation") -> "Variation":
        return Variation(
            self.commande + autre.commande,
            self.facture + autre.facture,
            self.consomme + autre.consomme,
        )

    @classmethod
    def de_commande(cls, avant: Commande | None, apres: Commande | None) -> "Variation":
        """D'une commande qui change; absente avant, elle naît."""
        return _commandee(apres) + _moins(_commandee(avant))

    @classmethod
    def de_facture(
        cls, avant: FactureFournisseur | None, apres: FactureFournisseur | None
    ) -> "Variation":
        """D'une facture; celle d'une commande ne consomme que par elle."""
        return _facturee(apres) + _moins(_facturee(avant))

    @classmethod
    def de_rattachement(cls, facture: Montant) -> "Variation":
        """De factures qui s'ajoutaient, quand leur commande paraît : elle les compte désormais."""
        return Variation(consomme=-facture)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilan:
    """Les sommes d'un contrat, avant taxes."""

    contrat_id: UUID
    organisme: str
    version: int = 0
    commande: Montant = ZERO
    facture: Montant = ZERO
    consomme: Montant = ZERO
    signales: tuple[Decimal, ...] = ()
    """Les parts du montant déjà annoncées."""
    montant: Montant = ZERO
    """Le montant du contrat la dernière fois : changé, ce qu'il n'atteint plus se réannonce."""
    depasse: bool = False
    """Vrai : le dépassement de ce montant est déjà annoncé, même revenu dessous depuis."""

    def varier(
        self, variation: Variation, contrat: Contrat, alertes: Sequence[Decimal], acte: Acte
    ) -> tuple["Bilan", tuple[Fait, ...]]:
        """Le bilan après un acte, et ce qu'il faut annoncer : chaque seuil, chaque dépassement.

        Une fois chacun pour un même montant du contrat, même revenu dessous entre-temps.
        """
        limite = contrat.courants.montant
        base = self._pour(limite)
        suivant = replace(
            base,
            version=self.version + 1,
            commande=self.commande + variation.commande,
            facture=self.facture + variation.facture,
            consomme=self.consomme + variation.consomme,
        )
        atteints = tuple(
            s for s in alertes if s not in base.signales and suivant.atteint(s, limite)
        )
        depasse = suivant.consomme > limite and not base.depasse
        suivant = replace(
            suivant, signales=base.signales + atteints, depasse=base.depasse or depasse
        )
        faits: list[Fait] = [
            SeuilAtteint(bilan=suivant, contrat=contrat, seuil=seuil, survenu_le=acte.le)
            for seuil in atteints
        ]
        if depasse:
            faits.append(MontantDepasse(bilan=suivant, contrat=contrat, survenu_le=acte.le))
        return suivant, tuple(faits)

    def exiger_place(
        self, variation: Variation, limite: Montant, rendu: Montant | None = None
    ) -> None:
        """Lève `Conflit` (CI-19) si des commandes de plus dépasseraient le montant du contrat.

        `rendu` : d'une correction, ce que consommait la commande corrigée, dont l'autre dispose.
        """
        if variation.consomme > ZERO and self.consomme + variation.consomme > limite:
            reste = limite - self.consomme + (rendu or ZERO)
            raise Conflit(
                f"La commande dépasserait le montant du contrat ({limite} $) :"
                f" {_dire(reste, corrige=rendu is not None)}.",
                regle="CI-19",
                details={
                    "montant": str(limite),
                    "consomme": str(self.consomme),
                    "reste": str(reste),
                    "commande": str(variation.consomme + (rendu or ZERO)),
                },
            )

    def atteint(self, seuil: Decimal, limite: Montant) -> bool:
        """Vrai si la consommation est à cette part du montant, ou au-delà."""
        return limite > ZERO and self.consomme.decimal >= seuil * limite.decimal

    def _pour(self, limite: Montant) -> "Bilan":
        """Réarmé pour un montant qui a changé depuis : un avenant l'a porté plus haut."""
        if limite == self.montant:
            return self
        encore = tuple(s for s in self.signales if self.atteint(s, limite))
        depasse = self.depasse and self.consomme > limite
        return replace(self, montant=limite, signales=encore, depasse=depasse)


def recompter(commandes: Iterable[Commande], factures: Iterable[FactureFournisseur]) -> Variation:
    """Les sommes refaites depuis le début : celles d'un bilan tenu à mesure."""
    total = Variation()
    for commande in commandes:
        total += Variation.de_commande(None, commande)
    for facture in factures:
        total += Variation.de_facture(None, facture)
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class SeuilAtteint(Fait):
    """La consommation atteint une part du montant du contrat."""

    bilan: Bilan
    contrat: Contrat
    seuil: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MontantDepasse(Fait):
    """Ce qui est facturé dépasse le montant du contrat."""

    bilan: Bilan
    contrat: Contrat


def _dire(reste: Montant, *, corrige: bool) -> str:
    """Ce qui reste du contrat, ou de combien il est dépassé."""
    if reste < ZERO:
        return f"il est déjà dépassé de {-reste} ${' sans celle corrigée' if corrige else ''}"
    return f"il en reste {reste} ${', celle corrigée rendue' if corrige else ''}"


def _commandee(commande: Commande | None) -> Variation:
    if commande is None:
        return Variation()
    return Variation(commande=commande.engage, consomme=commande.consomme)


def _facturee(facture: FactureFournisseur | None) -> Variation:
    if facture is None or facture.annulation:
        return Variation()
    seule = facture.montant if facture.commande_id is None else ZERO
    return Variation(facture=facture.montant, consomme=seule)


def _moins(variation: Variation) -> Variation:
    return Variation(-variation.commande, -variation.facture, -variation.consomme)
