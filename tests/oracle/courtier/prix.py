"""Ce que coûte un scénario : chaque mois, chaque composante, en fractions exactes (CI-14)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from math import ceil, floor
from uuid import UUID

from tests.oracle.courtier.marche import (
    EtatOffre,
    Marche,
    Part,
    Periodes,
    Prise,
    Tarif,
    Voulue,
    jour,
)


class Impossible(Exception):
    """Ce scénario ne se chiffre pas."""


def mois_par_mois(periodes: Periodes, duree: int) -> list[int]:
    """La quantité de chaque mois; lève `Impossible` d'un trou, d'un double, d'un mois de trop."""
    par_mois: dict[int, int] = {}
    for du, au, combien in periodes:
        if du > au or combien < 0:
            raise Impossible("période à l'envers")
        for mois in range(du, au + 1):
            if mois in par_mois:
                raise Impossible("deux fois le même mois")
            par_mois[mois] = combien
    if sorted(par_mois) != list(range(1, duree + 1)):
        raise Impossible("la durée n'est pas couverte")
    return [par_mois[mois] for mois in range(1, duree + 1)]


def chiffrer(
    offres: Sequence[Voulue], entente: UUID, besoin: Sequence[int], marche: Marche, le: datetime
) -> int:
    """Des cents, arrondis une seule fois; `besoin` est la quantité de chaque mois."""
    accord = marche.ententes[entente]
    if not accord.debut <= jour(le) < accord.fin:
        raise Impossible("entente-cadre hors de vigueur")
    somme = Fraction(0)
    for voulue in offres:
        offre = marche.offres[voulue.offre]
        etat, tarif = offre.etat(le), offre.tarif(jour(le))
        if offre.entente != entente or not etat.publiee or not etat.qualifiee or tarif is None:
            raise Impossible("offre hors de l'entente, du Catalogue ou sans prix")
        if voulue.lieu is not None and voulue.lieu not in etat.lieux:
            raise Impossible("lieu que l'offre n'a pas")
        if len(besoin) < etat.duree_minimale:
            raise Impossible("le fournisseur impose plus long")
        somme += _cout_de_l_offre(voulue, besoin, tarif, etat)
    return floor(somme * 100 + Fraction(1, 2))


def _cout_de_l_offre(
    voulue: Voulue, besoin: Sequence[int], tarif: Tarif, etat: EtatOffre
) -> Fraction:
    codes = [prise.code for prise in voulue.prises]
    if "base" not in codes or len(set(codes)) != len(codes):
        raise Impossible("sans base, ou une composante deux fois")
    somme = Fraction(0)
    for prise in voulue.prises:
        part = tarif.part(prise.code)
        if part is None:
            raise Impossible("composante que le prix ne dit pas")
        impose = etat.minimum if prise.code == "base" else 0
        achetees = _unites(_selon_l_offre(prise, etat), impose, besoin, tarif, part)
        for mois, unites in enumerate(achetees, 1):
            if unites:
                somme += unites * _prix_du_mois(part, tarif, mois)
    return somme


def _selon_l_offre(prise: Prise, etat: EtatOffre) -> Prise:
    """La base sert ce que publie l'offre."""
    if prise.code != "base" or prise.quantites is not None:
        return prise
    publie = etat.par_unite
    if publie is not None and prise.sert not in {None, publie}:
        raise Impossible("conversion autre que la publiée")
    sert = prise.sert if publie is None else publie
    return replace(prise, sert=sert)


def _unites(
    prise: Prise, impose: int, besoin: Sequence[int], tarif: Tarif, part: Part
) -> list[int]:
    """Combien d'unités se paient chaque mois; ce que publie l'offre en impose au moins tant."""
    duree = len(besoin)
    if prise.code == "base" and prise.sert is None:
        raise Impossible("la base sert tout le besoin")
    if prise.sert is not None:
        unites = [max(ceil(n / Fraction(prise.sert)), impose) for n in besoin]
        if part.periodicite == "unique":
            return [max(unites), *[0] * (duree - 1)]
        return unites if tarif.baisse else [max(unites[: n + 1]) for n in range(duree)]
    quantites = prise.quantites
    if quantites is None:
        raise Impossible("ni conversion, ni quantités")
    if part.periodicite == "unique":
        return _dites_une_fois(quantites, duree)
    if isinstance(quantites, int):
        return [quantites] * duree
    unites = mois_par_mois(quantites or (), duree)
    if not tarif.baisse and unites != sorted(unites):
        raise Impossible("baisse que les modalités défendent")
    return unites


def _dites_une_fois(quantites: int | Periodes | None, duree: int) -> list[int]:
    """Ce qui ne se paie qu'une fois, au premier mois que dit chaque quantité."""
    dites = ((1, 1, quantites),) if isinstance(quantites, int) else quantites or ()
    payees = [0] * duree
    for du, au, combien in dites:
        if not 1 <= du <= au <= duree:
            raise Impossible("hors de la durée")
        payees[du - 1] += combien
    return payees


def _prix_du_mois(part: Part, tarif: Tarif, mois: int) -> Fraction:
    prix = Fraction(part.prix)
    if part.periodicite == "annee":
        prix /= 12
    passe = tarif.tous_les
    while tarif.taux is not None and mois > passe:
        prix *= 1 + Fraction(tarif.taux)
        passe += tarif.tous_les
    return prix


def moins_chers(totaux: Mapping[UUID, int | None]) -> set[UUID]:
    """Force brute : ceux que nul autre ne bat; à prix égal, chacun."""
    chiffres = {i: t for i, t in totaux.items() if t is not None}
    return {i for i, t in chiffres.items() if not any(autre < t for autre in chiffres.values())}
