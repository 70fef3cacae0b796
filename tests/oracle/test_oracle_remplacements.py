"""Un actif en remplace un autre : demandes le dit, facturation le compte, un calcul naïf juge.

FAC-2, FAC-5, DEM-7, DEM-13 : poste loué 100 $ par mois, engagé un an; perdu, quatre mois.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Final
from uuid import UUID, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from contrats import demandes as contrats
from demandes.parc.cas_usage import (
    RectifierActif,
    inscrire_mouvement,
    rectifier_actif,
    remplacer_actif,
)
from demandes.parc.domaine.actif import Actif, Mouvement, MouvementPose, Raison, suivre
from demandes.parc.domaine.voulus import MouvementVoulu, RemplacementVoulu
from facturation.creances.cas_usage import EnregistrerFait
from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.faits import sources
from facturation.creances.entrees import ecoutes as de_facturation
from facturation.tarification.domaine.tarifs import Engagement
from noyau import Conflit, Fait, Mois
from services.facturation.tests.builders import a, fiche, tarif, tarification
from tests.oracle import aval
from tests.oracle.epreuve import ESPACE, PRODUITS
from tests.oracle.monde import ORGANISME, Monde

ANCIEN, NOUVEAU = uuid5(ESPACE, "ancien"), uuid5(ESPACE, "nouveau")
DEPART: Final = date(2026, 9, 1)
TARD: Final = datetime(2029, 1, 5, 15, tzinfo=UTC)
LOUE: Final = tarif("LOUE", "100", mois_si_perte=4, engagement=Engagement(mois=12, reconduit=False))
JAMAIS: Final = (Raison.DESUET, Raison.DEFECTUEUX, Raison.RECREE)


def livrer(monde: Monde, actif_id: UUID, le: date) -> None:
    """Un actif livré ce jour-là, et sa livraison publiée."""
    neuf = Actif(
        id=actif_id, organisme=ORGANISME, produit="LOUE", demande_id=ESPACE, article_id=actif_id
    )
    pose = MouvementPose(
        acte_id=uuid5(actif_id, "livraison"), mouvement=Mouvement.LIVRAISON, survenu_le=a(le),
        enregistre_le=a(le), acteur="agent",
    )  # fmt: skip
    monde.actifs[actif_id] = suivre(neuf, pose)
    monde.mouvements[actif_id] = (pose,)
    evenement = contrats.ActifLivre(
        organisme=ORGANISME, demande_id=ESPACE, article_id=actif_id, actif_id=actif_id,
        produit="LOUE",
    )  # fmt: skip
    monde.publies.append((Fait(acte_id=pose.acte_id, survenu_le=pose.survenu_le), evenement))


def dus(monde: Monde, hasard: Random) -> list[tuple[str, int]]:
    """Ce que facturation en calcule : la source, et les cents de chaque créance."""
    appris = []
    for recu in aval.recus(monde, hasard):
        ecoute = de_facturation.ECOUTES.get(type(recu.evenement))
        traduit = ecoute.traduire(recu) if ecoute else None
        if isinstance(traduit, EnregistrerFait):
            appris.append(traduit.fait)
    t = tarification(fiche(tarifs=[LOUE]), autres={"LOUE": ("LOUE",)})
    calcul = calculer(sources(appris), t, Mois(2028, 12))
    assert calcul.attentes == ()
    return sorted((c.identite.source, c.montant.cents) for c in calcul.creances)


def plus_tard(jour: date, mois: int) -> date:
    """Le même quantième, un jour à la fois; le dernier du mois s'il n'en a pas tant."""
    annee, rang = jour.year + (jour.month - 1 + mois) // 12, (jour.month - 1 + mois) % 12 + 1
    while True:
        try:
            return date(annee, rang, jour.day)
        except ValueError:
            jour -= timedelta(days=1)


def part(jour: date) -> Fraction:
    return Fraction(1, calendar.monthrange(jour.year, jour.month)[1])


def jours(de: date, au: date) -> Iterator[date]:
    while de < au:
        yield de
        de += timedelta(days=1)


def en_cents(mois: Fraction) -> int:
    return int(mois * 10_000 + Fraction(1, 2))


def naif(debut: date, fin: date | None, engage: date, *, perd: bool, passe: bool) -> list[int]:
    """Un actif, jour par jour : ses mois, puis ce que doit sa fin."""
    par_mois: dict[tuple[int, int], Fraction] = {}
    for jour in jours(debut, fin or date(2029, 1, 1)):
        cle = (jour.year, jour.month)
        par_mois[cle] = par_mois.get(cle, Fraction(0)) + part(jour)
    cents = [en_cents(mois) for mois in par_mois.values()]
    if fin is None or passe:
        return cents
    reste = Fraction(0)
    if fin > debut:
        reste = sum((part(jour) for jour in jours(fin, plus_tard(engage, 12))), Fraction(0))
    solde = en_cents(max(reste, Fraction(4 if perd else 0)))
    return [*cents, solde] if solde else cents


@dataclass(frozen=True, slots=True)
class Tirage:
    """Une histoire : deux livraisons, un remplacement, peut-être redaté, un retour ou non."""

    de_l_ancien: date
    du_nouveau: date
    attente: int
    redate: int | None
    rendu: int | None
    raison: Raison
    vie: int | None
    declare: bool

    @property
    def ensemble(self) -> date:
        return max(self.de_l_ancien, self.du_nouveau)

    @property
    def remplace(self) -> date:
        return self.ensemble + timedelta(days=self.attente)

    @property
    def fin(self) -> date | None:
        return None if self.rendu is None else self.remplace + timedelta(days=self.rendu)

    def premature(self, le: date) -> bool | None:
        """Ce qui s'ensuit d'un remplacement ce jour-là; None : le CSC en juge."""
        if self.raison in JAMAIS:
            return False
        return None if self.vie is None else le < plus_tard(self.de_l_ancien, self.vie)


JOURS = st.integers(0, 400).map(lambda jour: DEPART + timedelta(days=jour))
TIRAGES = st.builds(
    Tirage,
    de_l_ancien=JOURS,
    du_nouveau=JOURS,
    attente=st.integers(0, 200),
    redate=st.none() | st.integers(0, 200),
    rendu=st.none() | st.integers(0, 200),
    raison=st.sampled_from(Raison),
    vie=st.none() | st.integers(1, 24),
    declare=st.booleans(),
)


def remplacer(monde: Monde, tirage: Tirage) -> bool:
    """Pose le remplacement, deux fois, et le retour; rend s'il est prématuré."""
    dit = tirage.premature(tirage.remplace)
    voulu = RemplacementVoulu(
        actif_id=ANCIEN, par_actif_id=NOUVEAU, raison=tirage.raison, fait_le=tirage.remplace,
        premature=tirage.declare if dit is None else None,
        motif="Constaté." if dit is None else None,
    )  # fmt: skip
    for _ in range(2):
        monde.du_parc(remplacer_actif, voulu, TARD)
    if tirage.fin is not None:
        retour = MouvementVoulu(
            actif_id=NOUVEAU, mouvement=Mouvement.RECUPERATION, fait_le=tirage.fin
        )
        monde.du_parc(inscrire_mouvement, retour, TARD)
    return tirage.declare if dit is None else dit


def redater(monde: Monde, tirage: Tirage, *, premature: bool) -> tuple[Monde, date]:
    """Le monde, et le jour du remplacement; refusé, il ne dirait plus vrai, et rien ne change."""
    if tirage.redate is None:
        return monde, tirage.remplace
    juste = tirage.ensemble + timedelta(days=tirage.redate)
    mouvements = monde.mouvements[ANCIEN]
    acte = next(p.acte_id for p in mouvements if p.mouvement is Mouvement.REMPLACEMENT)
    commande = RectifierActif(actif_id=ANCIEN, justes={acte: a(juste, 13)}, motif="Erreur.")
    avant = monde.copie()
    try:
        monde.du_parc(rectifier_actif, commande, TARD)
    except Conflit:
        bascule = tirage.premature(juste) not in {None, premature}
        assert bascule or (tirage.fin is not None and juste >= tirage.fin)
        return avant, tirage.remplace
    return monde, juste


@settings(max_examples=60)
@given(tirage=TIRAGES, graine=st.integers(0, 10**6))
def test_fac_5_demandes_et_facturation_disent_ce_que_dit_un_calcul_naif(
    tirage: Tirage, graine: int
) -> None:
    produit = replace(PRODUITS["PORTABLE-14"], code="LOUE", duree_de_vie_mois=tirage.vie)
    monde = Monde({"LOUE": produit})
    debut, du_nouveau = tirage.de_l_ancien, tirage.du_nouveau
    livrer(monde, ANCIEN, debut)
    livrer(monde, NOUVEAU, du_nouveau)
    premature = remplacer(monde, tirage)
    monde, remplace = redater(monde, tirage, premature=premature)
    engage = du_nouveau if premature else min(debut, du_nouveau)
    de_l_ancien = naif(debut, remplace, debut, perd=premature, passe=not premature)
    du_suivant = naif(du_nouveau, tirage.fin, engage, perd=False, passe=False)
    attendus = [(str(ANCIEN), c) for c in de_l_ancien] + [(str(NOUVEAU), c) for c in du_suivant]
    assert dus(monde, Random(graine)) == sorted(attendus)
