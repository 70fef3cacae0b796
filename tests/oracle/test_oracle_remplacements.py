"""Un actif en remplace un autre : demandes le dit, facturation le compte, un calcul naïf juge.

FAC-2, FAC-5, DEM-7, DEM-13 : poste loué 100 $ par mois, engagé un an; perdu, quatre mois.
"""

import calendar
from collections.abc import Iterator
from dataclasses import replace
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


@settings(max_examples=60)
@given(
    livraisons=st.tuples(st.integers(0, 400), st.integers(0, 400)),
    attente=st.integers(0, 200),
    redate=st.none() | st.integers(0, 200),
    rendu=st.none() | st.integers(0, 200),
    raison=st.sampled_from(Raison),
    vie=st.none() | st.integers(1, 24),
    declare=st.booleans(),
    graine=st.integers(0, 10**6),
)
def test_fac_5_demandes_et_facturation_disent_ce_que_dit_un_calcul_naif(
    livraisons: tuple[int, int],
    attente: int,
    redate: int | None,
    rendu: int | None,
    raison: Raison,
    vie: int | None,
    declare: bool,
    graine: int,
) -> None:
    produit = replace(PRODUITS["PORTABLE-14"], code="LOUE", duree_de_vie_mois=vie)
    monde = Monde({"LOUE": produit})
    de_l_ancien, du_nouveau = (DEPART + timedelta(days=jour) for jour in livraisons)
    livrer(monde, ANCIEN, de_l_ancien)
    livrer(monde, NOUVEAU, du_nouveau)
    ensemble = max(de_l_ancien, du_nouveau)
    remplace = ensemble + timedelta(days=attente)
    juge = vie is None and raison not in JAMAIS
    premature = declare if juge else False
    if vie is not None and raison not in JAMAIS:
        premature = remplace < plus_tard(de_l_ancien, vie)
    voulu = RemplacementVoulu(
        actif_id=ANCIEN, par_actif_id=NOUVEAU, raison=raison, fait_le=remplace,
        premature=declare if juge else None, motif="Constaté." if juge else None,
    )  # fmt: skip
    for _ in range(2):
        monde.du_parc(remplacer_actif, voulu, TARD)
    fin = None
    if rendu is not None:
        fin = remplace + timedelta(days=rendu)
        retour = MouvementVoulu(actif_id=NOUVEAU, mouvement=Mouvement.RECUPERATION, fait_le=fin)
        monde.du_parc(inscrire_mouvement, retour, TARD)
    if redate is not None:
        juste = ensemble + timedelta(days=redate)
        acte = next(
            pose.acte_id
            for pose in monde.mouvements[ANCIEN]
            if pose.mouvement is Mouvement.REMPLACEMENT
        )
        commande = RectifierActif(actif_id=ANCIEN, justes={acte: a(juste, 13)}, motif="Erreur.")
        avant = monde.copie()
        try:
            monde.du_parc(rectifier_actif, commande, TARD)
        except Conflit:
            # Il ne dirait plus vrai, ou le nouveau n'était plus là; rien n'a changé.
            bascule = vie is not None and raison not in JAMAIS
            bascule = bascule and premature != (juste < plus_tard(de_l_ancien, vie or 0))
            assert bascule or (fin is not None and juste > fin)
            monde = avant
        else:
            remplace = juste
    engage = du_nouveau if premature else de_l_ancien
    attendus = [
        *((str(ANCIEN), c) for c in naif(de_l_ancien, remplace, de_l_ancien, perd=premature,
                                         passe=not premature)),
        *((str(NOUVEAU), c) for c in naif(du_nouveau, fin, min(engage, du_nouveau), perd=False,
                                          passe=False)),
    ]  # fmt: skip
    assert dus(monde, Random(graine)) == sorted(attendus)
