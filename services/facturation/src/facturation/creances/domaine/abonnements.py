"""Ce qui se facture chaque mois (FAC-1) : une seule règle, pour le calcul et pour la liste."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from facturation.creances.domaine.faits import (
    FinActif,
    Livraison,
    Resiliation,
    Source,
    Souscription,
)
from facturation.tarification.domaine import Tarification, Unite


@dataclass(frozen=True, slots=True, kw_only=True)
class Abonnement:
    """Ce qu'une source doit chaque mois, à un tarif, sur `[debut, fin)`; sans fin, il court."""

    organisme: str
    source: str
    tarif: str
    produit: str | None
    quantite: int
    debut: date
    evenement: UUID
    fin: date | None
    evenement_de_fin: UUID | None


def fin_d_actif(source: Source) -> FinActif | None:
    """Un actif ne finit qu'une fois : le premier jour; ce jour-là, la perte l'emporte."""
    fins = source.des(FinActif)
    return min(fins, key=lambda f: (f.fait_le, not f.est_perte, f.evenement), default=None)


def abonnements(source: Source, t: Tarification) -> list[Abonnement]:
    """Les abonnements d'une source : un par tarif mensuel de l'actif livré, ou un sans actif.

    Un actif ne se livre qu'une fois : la première livraison vaut, aux tarifs du produit ce jour-là.
    Sans actif : de la première souscription à la première résiliation.
    """
    livraison, souscription = source.premier(Livraison), source.premier(Souscription)
    ouverts: list[Abonnement] = []
    if livraison and (produit := t.produit(livraison.produit, livraison.survenu_le)):
        fin = fin_d_actif(source)
        terme = (fin.fait_le, fin.evenement) if fin else None
        ouverts += (
            _ouvrir(livraison, code, livraison.jour, terme, produit.code)
            for code in produit.tarifs
            if t.unite(code) is Unite.MOIS
        )
    if souscription:
        terme = min(((r.fin, r.evenement) for r in source.des(Resiliation)), default=None)
        ouverts.append(_ouvrir(souscription, souscription.tarif, souscription.debut, terme))
    return ouverts


def _ouvrir(
    par: Livraison | Souscription,
    tarif: str,
    debut: date,
    terme: tuple[date, UUID] | None,
    produit: str | None = None,
) -> Abonnement:
    fin, evenement_de_fin = terme or (None, None)
    return Abonnement(
        organisme=par.organisme,
        source=par.source,
        tarif=tarif,
        produit=produit,
        quantite=par.quantite,
        debut=debut,
        evenement=par.evenement,
        fin=fin,
        evenement_de_fin=evenement_de_fin,
    )
