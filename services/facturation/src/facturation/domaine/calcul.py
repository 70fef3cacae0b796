"""Le calcul : des faits et des tarifs datés, ce qui est dû jusqu'à une période (FAC-1 à FAC-4).

Fonction pure : l'ordre des faits ne compte pas, un fait répété non plus.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TypeAlias, TypeVar
from uuid import UUID

from facturation.domaine.dus import Attente, Calcul, Du, Identite, Nature, chiffrer
from facturation.domaine.faits import (
    Amenagement,
    FaitRecu,
    FinActif,
    Intervention,
    Livraison,
    Resiliation,
    SignatureContrat,
    Souscription,
)
from facturation.domaine.quantites import Duree, MoisEntiers, PartDeMois, Unites
from facturation.domaine.tarifs import EtatProduit, Prix, Tarification, Unite
from socle.noyau import Mois

SOUTIEN_APPEL = "SOUTIEN-APPEL"
SOUTIEN_HEURE = "SOUTIEN-HEURE"
SOUTIEN_DEPLACEMENT = "SOUTIEN-DEPLACEMENT"
COURTIER_FRAIS = "COURTIER-FRAIS"
PRODUIT_INCONNU = "PRODUIT"
"""Le tarif au nom duquel attend une livraison dont le produit n'est pas encore connu."""

Resultat: TypeAlias = Du | Attente
F = TypeVar("F", bound=FaitRecu)


def calculer(faits: Iterable[FaitRecu], tarification: Tarification, jusqua: Mois) -> Calcul:
    """Tout ce que doit l'organisme de ces faits, périodes d'origine `jusqua` comprise.

    Une attente se dit une fois par source et tarif, à sa première période.
    """
    par_source: dict[str, list[FaitRecu]] = defaultdict(list)
    for fait in {f.evenement: f for f in faits}.values():
        par_source[fait.source].append(fait)
    fin = jusqua.fin
    dus: list[Du] = []
    attentes: dict[tuple[str, str, Nature], Attente] = {}
    for source in sorted(par_source):
        for resultat in _source(par_source[source], tarification, jusqua):
            if resultat.identite.debut >= fin:
                continue
            if isinstance(resultat, Du):
                dus.append(resultat)
            else:
                i = resultat.identite
                attentes.setdefault((i.source, i.tarif, i.nature), resultat)
    return Calcul(tuple(dus), tuple(attentes.values()))


def _source(faits: list[FaitRecu], t: Tarification, jusqua: Mois) -> Iterator[Resultat]:
    """Les dus d'une source : un actif, un incident, un abonnement, un contrat, un aménagement."""
    faits.sort(key=lambda f: (f.survenu_le, f.evenement))
    yield from _actif(_des(faits, Livraison), _des(faits, FinActif), t, jusqua)
    yield from _abonnement(_des(faits, Souscription), _des(faits, Resiliation), t, jusqua)
    yield from _incident(_des(faits, Intervention), t)
    yield from _amenagement(_des(faits, Amenagement), t)
    for contrat in _des(faits, SignatureContrat)[:1]:
        yield from _contrat(contrat, t)


def _des(faits: Iterable[FaitRecu], genre: type[F]) -> list[F]:
    return [fait for fait in faits if isinstance(fait, genre)]


def _actif(
    livraisons: list[Livraison], fins: list[FinActif], t: Tarification, jusqua: Mois
) -> Iterator[Resultat]:
    """Un actif ne se livre qu'une fois et ne finit qu'une fois : le premier fait de chacun vaut."""
    fin = min(fins, key=lambda f: (f.fait_le, not f.est_perte, f.evenement), default=None)
    if not livraisons:
        if fin is not None and fin.est_perte:
            identite = Identite(fin.source, PRODUIT_INCONNU, Nature.PERTE, fin.fait_le)
            motif = "L'actif est perdu, mais sa livraison n'est pas connue."
            yield Attente(identite=identite, evenements=(fin.evenement,), motif=motif)
        return
    livraison = livraisons[0]
    produit = t.produit(livraison.produit, livraison.survenu_le)
    if produit is None:
        identite = Identite(livraison.source, PRODUIT_INCONNU, Nature.ACTE, livraison.jour)
        motif = f"Le produit {livraison.produit} n'est pas au ROPN."
        yield Attente(identite=identite, evenements=(livraison.evenement,), motif=motif)
        return
    terme = None if fin is None else (fin.fait_le, fin.evenement)
    for code in produit.tarifs:
        if t.unite(code) is Unite.MOIS:
            origine = Identite(livraison.source, code, Nature.ABONNEMENT, livraison.jour)
            yield from _mensualites(origine, livraison, terme, t, jusqua, produit)
            if fin is not None and fin.est_perte:
                yield from _perte(livraison, fin, code, produit, t)
        else:
            identite = Identite(livraison.source, code, Nature.ACTE, livraison.jour)
            yield _acte(identite, (livraison.evenement,), livraison.quantite, t, produit)


def _abonnement(
    souscriptions: list[Souscription], fins: list[Resiliation], t: Tarification, jusqua: Mois
) -> Iterator[Resultat]:
    """Un abonnement sans actif, de la souscription à la première résiliation."""
    terme = min(((f.fin, f.evenement) for f in fins), default=None)
    for s in souscriptions[:1]:
        origine = Identite(s.source, s.tarif, Nature.ABONNEMENT, s.debut)
        yield from _mensualites(origine, s, terme, t, jusqua)


def _mensualites(
    origine: Identite,
    debut: Livraison | Souscription,
    terme: tuple[date, UUID] | None,
    t: Tarification,
    jusqua: Mois,
    produit: EtatProduit | None = None,
) -> Iterator[Resultat]:
    """Un dû par mois et par prix sur `[debut, terme)`, au prorata des jours (FAC-1)."""
    source, tarif, nature = origine.source, origine.tarif, origine.nature
    borne = jusqua.fin if terme is None else min(terme[0], jusqua.fin)
    code = None if produit is None else produit.code
    evenements = (debut.evenement,)
    du_jour = origine.debut
    while du_jour < borne:
        premier, jours_du_mois = _mois_apres(du_jour.year, du_jour.month)
        for de, a, prix in t.segments(tarif, code, du_jour, min(borne, premier)):
            finit_la = terme is not None and a == terme[0]
            yield chiffrer(
                Identite(source, tarif, nature, de),
                (*evenements, terme[1]) if terme and finit_la else evenements,
                prix,
                PartDeMois(debut.quantite, (a - de).days, jours_du_mois),
                fin=a,
                produit=produit,
            )
        du_jour = premier


@cache
def _mois_apres(annee: int, mois: int) -> tuple[date, int]:
    """Le premier jour du mois suivant, et le nombre de jours de celui-ci."""
    celui_ci = Mois(annee, mois)
    return celui_ci.fin, celui_ci.jours


def _perte(
    livraison: Livraison, fin: FinActif, code: str, produit: EtatProduit, t: Tarification
) -> Iterator[Resultat]:
    """Quelques mois du tarif mensuel, au tarif du jour du fait (FAC-2)."""
    prix = t.prix(code, fin.fait_le, produit=produit.code)
    mois = prix.tarif.mois_si_perte if isinstance(prix, Prix) else None
    if mois != 0:
        yield chiffrer(
            Identite(livraison.source, code, Nature.PERTE, fin.fait_le),
            (fin.evenement, livraison.evenement),
            prix,
            MoisEntiers(livraison.quantite, mois or 0),
            produit=produit,
        )


def _acte(
    identite: Identite,
    evenements: tuple[UUID, ...],
    unites: int,
    t: Tarification,
    produit: EtatProduit | None = None,
    valeur: Decimal | None = None,
) -> Resultat:
    """Une ligne datée du fait, au prix de ce jour; majorée s'il y a lieu (FAC-3)."""
    code = None if produit is None else produit.code
    prix = t.prix(identite.tarif, identite.debut, produit=code, valeur=valeur)
    return chiffrer(identite, evenements, prix, Unites(unites), produit=produit)


def _heures(
    identite: Identite, evenements: tuple[UUID, ...], minutes: int, t: Tarification
) -> Resultat:
    """Du temps au tarif horaire, arrondi au pas supérieur et borné (FAC-4)."""
    prix = t.prix(identite.tarif, identite.debut)
    duree = Duree.facturee(minutes, prix.tarif) if isinstance(prix, Prix) else Duree(0, minutes)
    return chiffrer(identite, evenements, prix, duree)


def _incident(interventions: list[Intervention], t: Tarification) -> Iterator[Resultat]:
    """Un incident se facture à sa clôture : appel, heures additionnées, déplacements (FAC-4)."""
    cloture = next((i for i in interventions if i.cloture), None)
    if cloture is None:
        return
    evenements = tuple(i.evenement for i in interventions)

    def identite(tarif: str) -> Identite:
        return Identite(cloture.source, tarif, Nature.SOUTIEN, cloture.jour)

    yield _acte(identite(SOUTIEN_APPEL), evenements, 1, t)
    minutes = sum(i.minutes for i in interventions)
    if minutes:
        yield _heures(identite(SOUTIEN_HEURE), evenements, minutes, t)
    deplacements = tuple(i.evenement for i in interventions if i.deplacement)
    if deplacements:
        yield _acte(identite(SOUTIEN_DEPLACEMENT), deplacements, len(deplacements), t)


def _amenagement(amenagements: list[Amenagement], t: Tarification) -> Iterator[Resultat]:
    """Le temps d'un aménagement s'additionne par tarif et par jour, puis s'arrondit (FAC-4)."""
    temps: dict[Identite, list[tuple[UUID, int]]] = defaultdict(list)
    for a in amenagements:
        for travail in a.travaux:
            identite = Identite(a.source, travail.tarif, Nature.ACTE, a.jour)
            temps[identite].append((a.evenement, travail.minutes))
    for identite, parts in temps.items():
        evenements = tuple(dict.fromkeys(e for e, _ in parts))
        yield _heures(identite, evenements, sum(minutes for _, minutes in parts), t)


def _contrat(contrat: SignatureContrat, t: Tarification) -> Iterator[Resultat]:
    """Les frais du Courtier, une seule fois, à la signature; rien d'autre (FAC-12, CI-20)."""
    identite = Identite(contrat.source, COURTIER_FRAIS, Nature.COURTAGE, contrat.jour)
    yield _acte(identite, (contrat.evenement,), 1, t, valeur=contrat.montant)
