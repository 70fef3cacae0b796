"""Ce qui se facture chaque mois (FAC-1) : une seule règle, pour le calcul et pour la liste."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from facturation.creances.domaine.faits import (
    FinActif,
    Livraison,
    Resiliation,
    Source,
    Souscription,
)
from facturation.tarification.domaine import EtatProduit, Tarification, Unite


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


@dataclass(frozen=True, slots=True)
class Vie:
    """Un actif en service sur `[livraison, fin)`; sans fin, il l'est encore."""

    livraison: Livraison
    fin: FinActif | None = None

    def produit(self, t: Tarification) -> EtatProduit | None:
        """Le produit, aux tarifs du moment où cette vie commence; absent s'il n'est pas connu."""
        return t.produit(self.livraison.produit, self.livraison.survenu_le)

    def abonnement(self, tarif: str, produit: EtatProduit) -> Abonnement:
        """Ce que cette vie doit chaque mois à un tarif mensuel (FAC-1)."""
        terme = (self.fin.jour, self.fin.acte_id) if self.fin else None
        return _ouvrir(self.livraison, tarif, self.livraison.jour, terme, produit.code)


def vies(source: Source) -> list[Vie]:
    """Les vies d'un actif, dans l'ordre; la dernière seule peut courir encore.

    Livré sans être en service, il commence une vie; fini en service, il la clôt. Livré de nouveau
    en service, ou fini sans l'être, rien ne change.
    """
    toutes: list[Vie] = []
    for fait in source.faits:
        en_service = bool(toutes) and toutes[-1].fin is None
        if isinstance(fait, Livraison) and not en_service:
            toutes.append(Vie(fait))
        elif isinstance(fait, FinActif) and en_service:
            toutes[-1] = replace(toutes[-1], fin=fait)
    return toutes


def souscrit(source: Source) -> Abonnement | None:
    """L'abonnement sans actif, de la première souscription à la première fin, s'il y en a un."""
    souscription = source.premier(Souscription)
    if souscription is None:
        return None
    terme = min(((r.fin, r.acte_id) for r in source.des(Resiliation)), default=None)
    return _ouvrir(souscription, souscription.tarif, souscription.debut, terme)


def abonnements(source: Source, t: Tarification) -> list[Abonnement]:
    """Les abonnements d'une source : un par vie et tarif mensuel, ou un sans actif.

    Celui qui finit avant d'avoir couru un jour n'en est pas un : deux d'un même tarif n'ont donc
    jamais le même début.
    """
    return [a for a in _tous(source, t) if a.fin is None or a.debut < a.fin]


def _tous(source: Source, t: Tarification) -> Iterator[Abonnement]:
    for vie in vies(source):
        if produit := vie.produit(t):
            mensuels = (code for code in produit.tarifs if t.unite(code) is Unite.MOIS)
            yield from (vie.abonnement(code, produit) for code in mensuels)
    if sans_actif := souscrit(source):
        yield sans_actif


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
        evenement=par.acte_id,
        fin=fin,
        evenement_de_fin=evenement_de_fin,
    )
