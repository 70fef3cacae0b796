"""Le calcul : des sources et des tarifs datés, ce qui est dû jusqu'à une période (FAC-1 à FAC-4).

Fonction pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TypeAlias
from uuid import UUID

from facturation.creances.domaine import faits as f
from facturation.creances.domaine import quantites as q
from facturation.creances.domaine.abonnements import Abonnement, Vie, souscrit, vies
from facturation.creances.domaine.creances import (
    Attente,
    Calcul,
    Creance,
    Identite,
    Nature,
    chiffrer,
)
from facturation.tarification.domaine import EtatProduit, Prix, Tarification, Unite
from noyau import Mois

SOUTIEN_APPEL = "SOUTIEN-APPEL"
SOUTIEN_HEURE = "SOUTIEN-HEURE"
SOUTIEN_DEPLACEMENT = "SOUTIEN-DEPLACEMENT"
COURTIER_FRAIS = "COURTIER-FRAIS"
PRODUIT_INCONNU = "PRODUIT"
"""Le tarif au nom duquel attend une livraison dont le produit n'est pas encore connu."""

Chiffrage: TypeAlias = Creance | Attente


def calculer(sources: Iterable[f.Source], tarification: Tarification, jusqua: Mois) -> Calcul:
    """Tout ce que doit l'organisme de ces sources, périodes d'origine `jusqua` comprise.

    Une identité n'a qu'une créance. Une attente se dit une fois par source et tarif, à sa première
    période.
    """
    fin = jusqua.fin
    creances: dict[Identite, Creance] = {}
    attentes: dict[tuple[str, str, Nature], Attente] = {}
    for source in sources:
        for brut in _source(source, tarification, jusqua):
            i = brut.identite
            if i.debut >= fin:
                continue
            chiffrage = brut
            if source.rectifications:
                chiffrage = replace(brut, evenements=source.expliquer(brut.evenements))
            if isinstance(chiffrage, Creance) and (autre := creances.get(i)):
                chiffrage = autre.avec(chiffrage)
            if isinstance(chiffrage, Creance):
                creances[i] = chiffrage
            else:
                attentes.setdefault((i.source, i.tarif, i.nature), chiffrage)
    return Calcul(tuple(creances.values()), tuple(attentes.values()))


def _source(source: f.Source, t: Tarification, jusqua: Mois) -> Iterator[Chiffrage]:
    """Les créances d'une source : un actif, un incident, un abonnement, un contrat."""
    en_service = vies(source)
    for vie in en_service:
        yield from _vie(vie, t, jusqua)
    fin = source.premier(f.FinActif)
    if not en_service and fin is not None and fin.est_perte:
        identite = Identite(fin.source, PRODUIT_INCONNU, Nature.PERTE, fin.jour)
        motif = "L'actif est perdu, mais sa livraison n'est pas connue."
        yield Attente(identite=identite, evenements=(fin.acte_id,), motif=motif)
    if abonnement := souscrit(source):
        yield from _mensualites(abonnement, None, t, jusqua)
    yield from _incident(source.des(f.Intervention), t)
    yield from _travaux(source.des(f.TempsTravaille), t)
    for contrat in source.des(f.SignatureContrat)[:1]:
        yield from _contrat(contrat, t)


def _vie(vie: Vie, t: Tarification, jusqua: Mois) -> Iterator[Chiffrage]:
    """Ce que doit une vie d'un actif, tarif par tarif : ses mois et sa perte, ou son achat."""
    livraison, produit = vie.livraison, vie.produit(t)
    if produit is None:
        identite = Identite(livraison.source, PRODUIT_INCONNU, Nature.ACTE, livraison.jour)
        motif = f"Le produit {livraison.produit} n'est pas au ROPN."
        yield Attente(identite=identite, evenements=(livraison.acte_id,), motif=motif)
        return
    for code in dict.fromkeys(produit.tarifs):
        if t.unite(code) is Unite.MOIS:
            abonnement = vie.abonnement(code, produit)
            yield from _mensualites(abonnement, produit, t, jusqua)
            if vie.fin is not None and vie.fin.est_perte:
                yield from _perte(abonnement, vie.fin, produit, t)
        else:
            identite = Identite(livraison.source, code, Nature.ACTE, livraison.jour)
            yield _acte(identite, (livraison.acte_id,), livraison.quantite, t, produit)


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
    prix = t.prix(a.tarif, fin.jour, produit=produit.code)
    mois = prix.tarif.mois_si_perte if isinstance(prix, Prix) else None
    if mois != 0:
        yield chiffrer(
            Identite(a.source, a.tarif, Nature.PERTE, fin.jour),
            (fin.acte_id, a.evenement),
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
    evenements = tuple(i.acte_id for i in interventions)

    def identite(tarif: str) -> Identite:
        return Identite(cloture.source, tarif, Nature.SOUTIEN, cloture.jour)

    yield _acte(identite(SOUTIEN_APPEL), evenements, 1, t)
    minutes = sum(i.minutes for i in interventions)
    if minutes:
        yield _heures(identite(SOUTIEN_HEURE), evenements, minutes, t)
    deplacements = tuple(i.acte_id for i in interventions if i.deplacement)
    if deplacements:
        yield _acte(identite(SOUTIEN_DEPLACEMENT), deplacements, len(deplacements), t)


def _travaux(travaux: list[f.TempsTravaille], t: Tarification) -> Iterator[Chiffrage]:
    """Le temps d'un article s'additionne par tarif et par jour, puis s'arrondit (FAC-4)."""
    du_jour: dict[Identite, list[f.TempsTravaille]] = defaultdict(list)
    for travail in travaux:
        identite = Identite(travail.source, travail.tarif, Nature.ACTE, travail.jour)
        du_jour[identite].append(travail)
    for identite, siens in du_jour.items():
        evenements = tuple(travail.acte_id for travail in siens)
        yield _heures(identite, evenements, sum(travail.minutes for travail in siens), t)


def _contrat(contrat: f.SignatureContrat, t: Tarification) -> Iterator[Chiffrage]:
    """Les frais du Courtier, une seule fois, à la signature; rien d'autre (FAC-12, CI-20)."""
    identite = Identite(contrat.source, COURTIER_FRAIS, Nature.COURTAGE, contrat.jour)
    yield _acte(identite, (contrat.acte_id,), 1, t, valeur=contrat.montant)
