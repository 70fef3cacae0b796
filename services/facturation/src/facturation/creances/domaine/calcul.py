"""Le calcul : des sources et des tarifs datés, ce qui est dû jusqu'à une période (FAC-1 à FAC-5).

Fonction pure. Elle connaît des formes de décompte, et aucun code de tarif (CAT-9).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from types import MappingProxyType
from typing import Final, TypeAlias

from facturation.creances.domaine import decomptes as d
from facturation.creances.domaine import quantites as q
from facturation.creances.domaine.abonnements import Abonnement, abonnement, terme
from facturation.creances.domaine.creances import (
    Attente,
    Calcul,
    Chiffrage,
    Creance,
    Identite,
    Nature,
    chiffrer,
)
from facturation.creances.domaine.faits import FaitRecu, Source
from facturation.creances.domaine.groupes import Groupe, Vie, groupes
from facturation.tarification.domaine.tarification import SansMontant, Tarification
from facturation.tarification.domaine.tarifs import Engagement, Forme, Tarif
from noyau import Mois


def calculer(
    sources: Iterable[Source],
    tarification: Tarification,
    jusqua: Mois,
    *,
    depuis: date = date.min,
) -> Calcul:
    """Tout ce que doit l'organisme de ces sources, périodes d'origine `jusqua` comprise.

    `depuis` : le premier jour d'un mois; ce qui est d'avant n'en est pas. Une identité n'a qu'une
    créance. Une attente se dit une fois par source, tarif et clé, à sa
    première période.
    """
    fin = jusqua.fin
    creances: list[Creance] = []
    attentes: dict[tuple[str, str, Nature, str], Attente] = {}
    for source in sources:
        fenetre = Fenetre(depuis, jusqua)
        for brut in _source(source, tarification.pour(source.organisme), fenetre):
            i = brut.identite
            if not depuis <= i.debut < fin:
                continue
            if source.ecartements and source.ecarte(i.tarif, i.nature, i.cle):
                continue
            chiffrage = brut
            if source.rectifications:
                chiffrage = replace(brut, evenements=source.expliquer(brut.evenements))
            if isinstance(chiffrage, Creance):
                creances.append(chiffrage)
            else:
                attentes.setdefault((i.source, i.tarif, i.nature, i.cle), chiffrage)
    return Calcul(tuple(creances), tuple(attentes.values()))


@dataclass(frozen=True, slots=True)
class Fenetre:
    """Ce que l'on calcule : d'un premier jour du mois jusqu'à une période, comprise."""

    depuis: date
    jusqua: Mois


def _source(source: Source, t: Tarification, fenetre: Fenetre) -> Iterator[Chiffrage]:
    """Les créances d'une source : un actif, un incident, un abonnement, un contrat."""
    ouvrent: list[Groupe] = []
    for groupe in groupes(source, t):
        if isinstance(groupe, Attente):
            yield groupe
            continue
        forme = groupe.definition.tarif.forme
        # D'une forme inconnue d'ici, le prix dit pourquoi la ligne attend.
        decompter = DECOMPTES[forme] if forme else partial(_a_l_acte, d.compter_forfait)
        yield from decompter(groupe, t, fenetre)
        if groupe.ouvre_des_frais:
            ouvrent.append(groupe)
    yield from _frais(ouvrent, t)


def _a_l_acte(
    compter: Callable[[Tarif, Sequence[FaitRecu]], d.Compte | SansMontant],
    groupe: Groupe,
    t: Tarification,
    _fenetre: Fenetre,
) -> Iterator[Chiffrage]:
    """Une créance pour le groupe, au tarif de son jour; rien à compter, rien de dû."""
    tarif = groupe.definition.tarif
    compte = compter(tarif, groupe.faits)
    if isinstance(compte, SansMontant):
        yield groupe.attente(compte.motif)
    elif trop := d.demesure(tarif, compte.mesure, t.borne(tarif, groupe.jour)):
        yield groupe.attente(trop.motif)
    elif compte.quantite.nombre:
        produit, calcule = groupe.code_produit, compte.calcule
        yield chiffrer(
            groupe.identite,
            tuple(fait.acte_id for fait in groupe.faits),
            t.prix(groupe.definition, groupe.jour, produit=produit, calcule=calcule),
            compte.quantite,
            produit=groupe.produit,
        )


def _au_mois(groupe: Groupe, t: Tarification, fenetre: Fenetre) -> Iterator[Chiffrage]:
    """Les mois d'une vie, et ce qu'en solde la fin."""
    vie = groupe.vie
    if vie is None:
        yield groupe.attente("Ce qui se compte au mois commence par un fait qui ouvre une vie.")
        return
    a = abonnement(groupe, vie, t)
    if isinstance(a, SansMontant):
        yield groupe.attente(a.motif)
        return
    if a.a_couru:
        yield from _mensualites(groupe, a, t, fenetre)
    if vie.fin and vie.fin.jour < fenetre.jusqua.fin:
        yield from _solde(groupe, a, vie, vie.fin, t)
    if vie.fin is None and a.fin is not None and vie.debut.tarife:
        identite = Identite(a.source, a.tarif, Nature.ABONNEMENT, a.fin)
        motif = f"Le tarif {a.tarif} a pris fin le {a.fin}, et l'abonnement court encore."
        yield Attente(identite=identite, evenements=(a.evenement,), motif=motif)


_Decompter: TypeAlias = Callable[[Groupe, Tarification, Fenetre], Iterator[Chiffrage]]

DECOMPTES: Final[Mapping[Forme, _Decompter]] = MappingProxyType(
    {
        Forme.MOIS: _au_mois,
        Forme.UNITES: partial(_a_l_acte, d.compter_unites),
        Forme.DUREE: partial(_a_l_acte, d.compter_duree),
        Forme.PALIERS: partial(_a_l_acte, d.compter_paliers),
        Forme.GRILLE: partial(_a_l_acte, d.compter_grille),
        Forme.FORFAIT: partial(_a_l_acte, d.compter_forfait),
        Forme.SAISI: partial(_a_l_acte, d.compter_saisi),
    }
)
"""Chaque forme de décompte (CAT-9)."""


def _frais(ouvrent: Iterable[Groupe], t: Tarification) -> Iterator[Chiffrage]:
    """Les frais de mise en service de chaque unité; d'une source, les premiers seuls (FAC-1)."""
    servis: set[str] = set()
    for groupe in ouvrent:
        a = abonnement(groupe, groupe.vie, t) if groupe.vie else None
        prix = t.prix_des_frais(groupe.definition)
        if not isinstance(a, Abonnement) or not a.a_couru or a.tarif in servis or prix is None:
            continue
        servis.add(a.tarif)
        yield chiffrer(
            Identite(a.source, a.tarif, Nature.FRAIS, a.debut),
            (a.evenement,),
            prix,
            q.Quantite(a.quantite),
            produit=groupe.produit,
        )


def _mensualites(
    groupe: Groupe, a: Abonnement, t: Tarification, fenetre: Fenetre
) -> Iterator[Chiffrage]:
    """Une créance par mois et par prix sur `[debut, fin)`, au prorata des jours (FAC-1)."""
    fin = fenetre.jusqua.fin
    borne = fin if a.fin is None else min(a.fin, fin)
    debut = (a.evenement,)
    debut_et_fin = (a.evenement, a.evenement_de_fin) if a.evenement_de_fin else debut
    jour, cours = max(a.debut, fenetre.depuis), t.cours(a.tarif, a.debut)
    while jour < borne:
        premier, jours_du_mois = _mois_apres(jour.year, jour.month)
        for de, au, prix in t.segments(cours, a.produit, jour, min(borne, premier)):
            yield chiffrer(
                Identite(a.source, a.tarif, Nature.ABONNEMENT, de),
                debut_et_fin if au == a.fin else debut,
                prix,
                q.part_de_mois(a.quantite, (au - de).days, jours_du_mois),
                fin=au,
                produit=groupe.produit,
            )
        jour = premier


@cache
def _mois_apres(annee: int, mois: int) -> tuple[date, int]:
    """Le premier jour du mois suivant, et le nombre de jours de celui-ci."""
    celui_ci = Mois(annee, mois)
    return celui_ci.fin, celui_ci.jours


def _solde(
    groupe: Groupe, a: Abonnement, vie: Vie, fin: FaitRecu, t: Tarification
) -> Iterator[Chiffrage]:
    """Ce que doit la fin, au tarif de son jour : une perte, ou les mois qu'engageait le terme.

    Le plus élevé des deux, jamais leur somme (FAC-2, FAC-5). Rien, si l'abonnement n'a pas
    commencé, ou si le catalogue l'a déjà fini.
    """
    jour, cours = fin.jour, t.cours(a.tarif, a.debut)
    if jour < a.debut or (cours.fin is not None and cours.fin <= jour):
        return
    definition = cours.en_vigueur(jour)
    perte = q.mois_entiers(a.quantite, definition.tarif.mois_si_perte if fin.perd else 0)
    engage = _reste(a, vie, groupe.definition.tarif.engagement)
    nature, quantite, au = Nature.PERTE, perte, None
    if engage and engage[0].exacte > perte.exacte:
        nature, (quantite, au) = Nature.ENGAGEMENT, engage
    if quantite.numerateur:
        yield chiffrer(
            Identite(a.source, a.tarif, nature, jour, str(fin.acte_id)),
            (fin.acte_id, a.evenement),
            t.prix(definition, jour, produit=a.produit),
            quantite,
            fin=au,
            produit=groupe.produit,
        )


def _reste(
    a: Abonnement, vie: Vie, engagement: Engagement | None
) -> tuple[q.Quantite, date] | None:
    """Les mois de la fin au terme, et ce terme; sous préavis, l'abonnement court jusque-là.

    Ce que paie déjà la vie suivante de la source ne se paie pas deux fois.
    """
    fin = vie.fin
    if engagement is None or fin is None or fin.transmet:
        return None
    if engagement.preavis_jours is not None and not fin.perd:
        return None
    jusqu_au = terme(vie, a.debut, engagement)
    if jusqu_au is not None and vie.relais is not None:
        jusqu_au = min(jusqu_au, vie.relais)
    if jusqu_au is None or jusqu_au <= fin.jour:
        return None
    return q.mois_restants(a.quantite, fin.jour, jusqu_au), jusqu_au
