"""FAC-14 : émettre un mois relit ce qui a changé, et dit la même chose que le recalcul entier."""

from datetime import date, timedelta
from functools import partial
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import text

from facturation.creances.domaine.creances import Identite
from facturation.emissions.cas_usage import VerifierFactures, verifier_factures
from facturation.emissions.ports import Ports
from noyau import Mois, debut_du_jour
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    SUJETS,
    executer,
    executer_en_sautant,
    fermer_septembre,
    fiche,
    jour,
    livraison,
    planter,
    prix,
    rectification,
    recuperation,
    travail,
)
from services.facturation.tests.vie_d_organismes import Vie, publier

pytestmark = pytest.mark.integration
MOIS = [Mois(2026, m) for m in range(4, 13)]


async def ecarts(banc: Banc, organisme: str, periode: Mois) -> list[Identite]:
    verification = partial(verifier_factures, VerifierFactures(organisme, periode))
    return list(await banc.contexte.consulter(Ports, verification))


async def etendue(banc: Banc, organisme: str = "MTQ") -> tuple[int, int]:
    """Combien de sources l'émission relirait en entier, et combien pour leurs seuls mois neufs."""
    lue = await banc.contexte.consulter(Ports, lambda ports: ports.touches.etendue(organisme))
    return len(lue.touchees), len(lue.ouvertes)


async def clore(banc: Banc, mois: Mois) -> None:
    banc.horloge.instant = debut_du_jour(mois.fin) + timedelta(hours=10)
    await banc.recevoir_jalons(banc.horloge(), *SUJETS)


async def ajuster_au_hasard(banc: Banc, hasard: Random) -> int:
    async with banc.interne() as connexion:
        visees = await connexion.lignes(
            text(
                "SELECT numero, rang FROM lignes JOIN factures USING (organisme, periode)"
                " WHERE montant > 1 ORDER BY numero, rang"
            )
        )
    if not visees:
        return 0
    numero, rang = hasard.choice(visees)
    corps = {"montant": str(-hasard.randrange(1, 5000) / 100), "motif": "Décision d'essai."}
    adresse = f"/v1/factures/{numero}/lignes/{rang}/ajustements"
    reponse = await banc.client("facturation").post(adresse, json=corps)
    assert reponse.status_code in {201, 409}, reponse.text
    return int(reponse.status_code == 201)


@pytest.mark.parametrize("graine", range(3))
async def test_fac_14_ce_qui_change_suffit_a_dire_ce_qui_est_du(
    banc: MonterBanc, graine: int
) -> None:
    """Des organismes vivent neuf mois; l'émission par touches égale le recalcul entier, toujours.

    Faits tardifs ou annoncés, rectifications, cessions, catalogue daté d'avant, statu quo, prix et
    produits tardifs, décisions, mois sautés ou repris : chaque graine en tire des centaines.
    """
    b, hasard = await banc("facturation"), Random(graine)
    codes = [f"ORG-{rang}" for rang in range(5)]
    await planter(b, *codes)
    vies = [Vie(code, Random(graine * 100 + rang)) for rang, code in enumerate(codes)]
    compares = ajustees = ouvertes = 0
    for rang, mois in enumerate(MOIS):
        b.horloge.instant = debut_du_jour(mois.debut) + timedelta(hours=12)
        for vie in vies:
            await vie.vivre(b, mois, hasard.choice([v for v in vies if v is not vie]))
        await publier(b, hasard, mois, vies, version=rang + 2)
        ajustees += await ajuster_au_hasard(b, hasard)
        await clore(b, mois)
        if hasard.random() < 0.7:
            await b.tache("attentes")
        for vie in vies:
            assert await ecarts(b, vie.code, mois) == [], (vie.code, mois)
            compares += 1
            ouvertes += (await etendue(b, vie.code))[1]
        if hasard.random() < 0.85:
            await executer_en_sautant(b, str(mois))
        if hasard.random() < 0.3:
            await executer_en_sautant(b, str(hasard.choice(MOIS[: rang + 1])))
        for vie in vies:
            assert await ecarts(b, vie.code, mois.suivant) == [], (vie.code, mois.suivant)
            compares += 1
    async with b.interne() as connexion:
        lignes = await connexion.valeur(text("SELECT count(*) FROM lignes"))
    assert compares == 90
    assert lignes > 40
    assert ajustees > 2
    assert ouvertes > 10, "tout serait relu en entier"


async def test_fac_14_un_mois_de_plus_ne_relit_que_ce_qui_court(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    actifs = [uuid4() for _ in range(3)]
    for actif in actifs:
        await b.recevoir(livraison(actif), survenu_le=a(jour(1)))
    await b.recevoir(travail(uuid4(), 30), survenu_le=a(jour(2)))
    assert await etendue(b) == (4, 0)
    await fermer_septembre(b)
    await executer(b)
    assert await etendue(b) == (0, 3)
    await b.recevoir(recuperation(actifs[0], jour(12, 10)), survenu_le=a(jour(12, 10)))
    assert await etendue(b) == (1, 2)


async def test_fac_14_emettre_un_mois_d_avant_l_arrete_ne_perd_pas_ce_qui_suit(
    banc: MonterBanc,
) -> None:
    """Octobre, sans ligne, est calculé; une livraison d'août arrive, et l'on émet septembre."""
    b = await banc("facturation")
    await planter(b, "MTQ")
    actif = uuid4()
    await b.recevoir(livraison(actif), survenu_le=a(jour(1, 8)), id=(acte := uuid4()))
    await b.recevoir(rectification(actif, acte, None))
    await clore(b, Mois(2026, 10))
    assert (await executer(b, "2026-10"))["sorts"][0]["etat"] == "sans_ligne"
    await b.recevoir(livraison(uuid4()), survenu_le=a(jour(16, 8)))
    assert (await executer(b, "2026-09"))["sorts"][0]["etat"] == "emise"
    assert await ecarts(b, "MTQ", Mois(2026, 11)) == []
    await clore(b, Mois(2026, 11))
    # Octobre et novembre.
    assert (await executer(b, "2026-11"))["sorts"][0]["total"] == "294.00"


async def test_fac_14_ce_qui_attend_et_ce_qui_s_annonce_restent_touches(banc: MonterBanc) -> None:
    """Un article d'octobre reçu avant d'émettre septembre; un produit que le ROPN ignore."""
    b = await banc("facturation")
    await planter(b, "MTQ")
    await b.recevoir(travail(uuid4(), 30), survenu_le=a(jour(5, 10)))
    await b.recevoir(livraison(uuid4(), "TARDIF"), survenu_le=a(jour(5)))
    await fermer_septembre(b)
    await executer(b)
    assert await etendue(b) == (2, 0)
    await clore(b, Mois(2026, 10))
    assert (await executer(b, "2026-10"))["sorts"][0]["total"] == "31.50"  # 63 $ × 0,5 h
    assert await etendue(b) == (1, 0)


@pytest.mark.parametrize(
    ("debut", "touchees"), [(date(2026, 10, 1), 0), (date(2026, 9, 30), 3), (date(2026, 4, 1), 3)]
)
async def test_fac_14_une_fiche_ne_touche_que_si_elle_change_un_jour_deja_calcule(
    banc: MonterBanc, debut: date, touchees: int
) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    for produit in ("BUREAU-STD", "ECRAN-24", "VIRTUEL-M"):
        await b.recevoir(livraison(uuid4(), produit), survenu_le=a(jour(1)))
    await fermer_septembre(b)
    await executer(b)
    await b.recevoir(fiche(2, debut, POSTE_01="150"))
    assert (await etendue(b))[0] == touchees
    du_produit = prix("VIRTUEL-M", "70").model_copy(update={"version": 2, "debut": debut})
    await b.recevoir(du_produit)
    assert (await etendue(b))[0] == touchees
    assert await ecarts(b, "MTQ", Mois(2026, 10)) == []


async def test_fac_14_un_fait_qui_arrive_pendant_l_emission_est_pour_la_suivante(
    banc: MonterBanc,
) -> None:
    """L'émission tient l'arrêté; le fait se valide avant elle, et reste touché."""
    b = await banc("facturation")
    await planter(b, "MTQ")
    actif = uuid4()
    await b.recevoir(livraison(actif), survenu_le=a(jour(1)))
    async with b.interne() as emission:
        ports = b.contexte.executeur.deroulement.prises.ouvrir(Ports, emission)
        lue = await ports.touches.prendre("MTQ")
        await b.recevoir(recuperation(actif, jour(12)), survenu_le=a(jour(12)))
        await ports.touches.arreter("MTQ", date(2026, 10, 1), ())
    assert len(lue.touchees) == 1
    assert await etendue(b) == (1, 0)
