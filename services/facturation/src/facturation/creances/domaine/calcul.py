"""Le calcul : des faits et des tarifs datés, ce qui est dû jusqu'à une période (FAC-1 à FAC-4).

Fonction pure : l'ordre des faits ne compte pas, un fait répété non plus.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TypeAlias
from uuid import UUID

from facturation.creances.domaine import faits as f
from facturation.creances.domaine import quantites as q
from facturation.creances.domaine.abonnements import Abonnement, abonnements, fin_d_actif
from facturation.creances.domaine.creances import (
    Attente,
    Calcul,
    Creance,
    Identite,
    Nature,
    chiffrer,
)
from facturation.tarification.domaine import EtatProduit, Prix, Tarification
from noyau import Mois

SOUTIEN_APPEL = "SOUTIEN-APPEL"
SOUTIEN_HEURE = "SOUTIEN-HEURE"
SOUTIEN_DEPLACEMENT = "SOUTIEN-DEPLACEMENT"
COURTIER_FRAIS = "COURTIER-FRAIS"
PRODUIT_INCONNU = "PRODUIT"
"""Le tarif au nom duquel attend une livraison dont le produit n'est pas encore connu."""

Chiffrage: TypeAlias = Creance | Attente


def calculer(faits: Iterable[f.FaitRecu], tarification: Tarification, jusqua: Mois) -> Calcul:
    """Tout ce que doit l'organisme de ces faits, périodes d'origine `jusqua` comprise.

    Une attente se dit une fois par source et tarif, à sa première période.
    """
    fin = jusqua.fin
    creances: list[Creance] = []
    attentes: dict[tuple[str, str, Nature], Attente] = {}
    for source in f.sources(faits):
        for chiffrage in _source(source, tarification, jusqua):
            i = chiffrage.identite
            if i.debut >= fin:
                continue
            if isinstance(chiffrage, Creance):
                creances.append(chiffrage)
            else:
                attentes.setdefault((i.source, i.tarif, i.nature), chiffrage)
    return Calcul(tuple(creances), tuple(attentes.values()))


def _source(source: f.Source, t: Tarification, jusqua: Mois) -> Iterator[Chiffrage]:
    """Les créances d'une source : un actif, un incident, un abonnement, un contrat."""
    mensuels = {abonnement.tarif: abonnement for abonnement in abonnements(source, t)}
    yield from _actif(source, mensuels, t, jusqua)
    for abonnement in mensuels.values():
        if abonnement.produit is None:
            yield from _mensualites(abonnement, None, t, jusqua)
    yield from _incident(source.des(f.Intervention), t)
    yield from _amenagement(source.des(f.Amenagement), t)
    for contrat in source.des(f.SignatureContrat)[:1]:
        yield from _contrat(contrat, t)


def _actif(
    source: f.Source, mensuels: dict[str, Abonnement], t: Tarification, jusqua: Mois
) -> Iterator[Chiffrage]:
    """Ce que doit un actif, tarif par tarif : ses mois et sa perte, ou son achat."""
    livraison, fin = source.premier(f.Livraison), fin_d_actif(source)
    if livraison is None:
        if fin is not None and fin.est_perte:
            identite = Identite(fin.source, PRODUIT_INCONNU, Nature.PERTE, fin.fait_le)
            motif = "L'actif est perdu, mais sa livraison n'est pas connue."
            yield Attente(identite=identite, evenements=(fin.evenement,), motif=motif)
        return
    produit = t.produit(livraison.produit, livraison.survenu_le)
    if produit is None:
        identite = Identite(livraison.source, PRODUIT_INCONNU, Nature.ACTE, livraison.jour)
        motif = f"Le produit {livraison.produit} n'est pas au ROPN."
        yield Attente(identite=identite, evenements=(livraison.evenement,), motif=motif)
        return
    for code in produit.tarifs:
        if code in mensuels:
            yield from _mensualites(mensuels[code], produit, t, jusqua)
            if fin is not None and fin.est_perte:
                yield from _perte(mensuels[code], fin, produit, t)
        else:
            identite = Identite(livraison.source, code, Nature.ACTE, livraison.jour)
            yield _acte(identite, (livraison.evenement,), livraison.quantite, t, produit)


def _mensualites(
    a: Abonnement, produit: EtatProduit | None, t: Tarification, jusqua: Mois
) -> Iterator[Chiffrage]:
    """Une créance par mois et par prix sur `[debut, fin)`, au prorata des jours (FAC-1)."""
    borne = jusqua.fin if a.fin is None else min(a.fin, jusqua.fin)
    debut = (a.evenement,)
    debut_et_fin = (a.evenement, a.evenement_de_fin) if a.evenement_de_fin else debut
    jour = a.debut
    while jour < borne:
        premier, jours_du_mois = _mois_apres(jour.year, jour.month)
        for de, au, prix in t.segments(a.tarif, a.produit, jour, min(borne, premier)):
            yield chiffrer(
                Identite(a.source, a.tarif, Nature.ABONNEMENT, de),
                debut_et_fin if au == a.fin else debut,
                prix,
                q.part_de_mois(a.quantite, (au - de).days, jours_du_mois),
                fin=au,
                produit=produit,
            )
        jour = premier


@cache
def _mois_apres(annee: int, mois: int) -> tuple[date, int]:
    """Le premier jour du mois suivant, et le nombre de jours de celui-ci."""
    celui_ci = Mois(annee, mois)
    return celui_ci.fin, celui_ci.jours


def _perte(
    a: Abonnement, fin: f.FinActif, produit: EtatProduit, t: Tarification
) -> Iterator[Chiffrage]:
    """Quelques mois du tarif mensuel, au tarif du jour du fait (FAC-2)."""
    prix = t.prix(a.tarif, fin.fait_le, produit=produit.code)
    mois = prix.tarif.mois_si_perte if isinstance(prix, Prix) else None
    if mois != 0:
        yield chiffrer(
            Identite(a.source, a.tarif, Nature.PERTE, fin.fait_le),
            (fin.evenement, a.evenement),
            prix,
            q.mois_entiers(a.quantite, mois or 0),
            produit=produit,
        )


def _acte(
    identite: Identite,
    evenements: tuple[UUID, ...],
    unites: int,
    t: Tarification,
    produit: EtatProduit | None = None,
    valeur: Decimal | None = None,
) -> Chiffrage:
    """Une créance datée du fait, au prix de ce jour; majorée s'il y a lieu (FAC-3)."""
    code = None if produit is None else produit.code
    prix = t.prix(identite.tarif, identite.debut, produit=code, valeur=valeur)
    return chiffrer(identite, evenements, prix, q.unites(unites), produit=produit)


def _heures(
    identite: Identite, evenements: tuple[UUID, ...], minutes: int, t: Tarification
) -> Chiffrage:
    """Du temps au tarif horaire, arrondi au pas supérieur et borné (FAC-4)."""
    prix = t.prix(identite.tarif, identite.debut)
    tarif = prix.tarif if isinstance(prix, Prix) else None
    return chiffrer(identite, evenements, prix, q.duree(minutes, tarif))


def _incident(interventions: list[f.Intervention], t: Tarification) -> Iterator[Chiffrage]:
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


def _amenagement(amenagements: list[f.Amenagement], t: Tarification) -> Iterator[Chiffrage]:
    """Le temps d'un aménagement s'additionne par tarif et par jour, puis s'arrondit (FAC-4)."""
    minutes: dict[Identite, list[tuple[UUID, int]]] = defaultdict(list)
    for a in amenagements:
        for temps in a.temps:
            identite = Identite(a.source, temps.tarif, Nature.ACTE, a.jour)
            minutes[identite].append((a.evenement, temps.minutes))
    for identite, passages in minutes.items():
        evenements = tuple(dict.fromkeys(evenement for evenement, _ in passages))
        yield _heures(identite, evenements, sum(duree for _, duree in passages), t)


def _contrat(contrat: f.SignatureContrat, t: Tarification) -> Iterator[Chiffrage]:
    """Les frais du Courtier, une seule fois, à la signature; rien d'autre (FAC-12, CI-20)."""
    identite = Identite(contrat.source, COURTIER_FRAIS, Nature.COURTAGE, contrat.jour)
    yield _acte(identite, (contrat.evenement,), 1, t, valeur=contrat.montant)
