"""L'entretien annoncé : jugé comme on l'ouvre (SLA-5), dit sur toute réponse jusqu'à sa fin."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from math import isnan
from pathlib import Path

import asyncpg
import pytest

from libs.socle.tests.test_socle_entretien import APRES, DEBUT, DEDANS, FIN, plage
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service, service_isole
from outils.moteurs import Moteurs
from pages.ecriture import instant as ecrit
from socle.bd.entretien import ANNONCE, Annonce, annonce_lue
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.exploitation.arret import Arret
from socle.horloge import horloge_systeme
from socle.sbg.regles import Etat, Refuse, annonce_jugee, exiger_rien_en_cours, fermeture, ouverture
from socle.surveillance.annonces import AnnonceSuivie
from socle.surveillance.jauges import jauges_de_base
from socle.web.annonces import _AVANT

RACINE = Path(__file__).parents[3]
AVANT = DEBUT - timedelta(days=2)
HEURE = timedelta(hours=1)
DITE = Annonce(DEBUT, FIN - HEURE)


def test_sla_5_dans_la_plage_une_annonce_va_ou_l_on_dit_ou_jusqu_a_sa_fin() -> None:
    assert annonce_jugee(AVANT, DEBUT, FIN - HEURE, None, plage) == DITE
    assert annonce_jugee(AVANT, DEBUT, None, None, plage) == Annonce(DEBUT, FIN)


@pytest.mark.parametrize(
    ("debut", "jusqua", "motif", "dit"),
    [
        (DEBUT - HEURE, None, None, "Prochaine : du 15 septembre 2026"),
        (DEBUT, FIN + HEURE, None, "La plage finit le 16 septembre 2026"),
        (AVANT, None, None, "passé"),
        (AVANT + timedelta(days=61), None, "billet 4512", "60 jours"),
        (APRES, None, "billet 4512", "une fin est attendue"),
        (APRES, APRES, "billet 4512", "avant le début"),
        (APRES, APRES + timedelta(days=8), "billet 4512", "7 jours au plus"),
    ],
)
def test_sla_5_une_annonce_impossible_se_refuse(
    debut: datetime, jusqua: datetime | None, motif: str | None, dit: str
) -> None:
    with pytest.raises(Refuse) as refus:
        annonce_jugee(AVANT, debut, jusqua, motif, plage)
    assert dit in str(refus.value).replace("\N{NO-BREAK SPACE}", " ")


def test_sla_5_avec_un_motif_elle_passe_outre() -> None:
    fin = APRES + 2 * HEURE
    assert annonce_jugee(AVANT, APRES, fin, "billet 4512", plage) == Annonce(APRES, fin)


def test_sla_5_ouvert_a_l_heure_dite_il_finit_comme_annonce() -> None:
    annonce = Etat(lecture_seule=False, annonce=DITE)
    ouvert = ouverture(DEDANS, annonce, None, None, plage)
    assert ouvert == annonce._replace(lecture_seule=True, fin=DITE.fin)
    assert fermeture(DEDANS, ouvert) == Etat(lecture_seule=False)


def test_une_annonce_ne_remplace_pas_l_entretien_qui_court() -> None:
    annonce = Etat(lecture_seule=False, annonce=DITE)
    exiger_rien_en_cours(DEDANS, annonce)
    ouvert = ouverture(DEDANS, annonce, None, None, plage)
    with pytest.raises(Refuse, match="fermez-le"):
        exiger_rien_en_cours(DEDANS, ouvert)
    exiger_rien_en_cours(DITE.fin, ouvert)


def test_sla_5_hors_plage_le_motif_de_l_annonce_suffit() -> None:
    dite = Annonce(APRES, APRES + 2 * HEURE)
    annonce = Etat(lecture_seule=False, annonce=dite, motif_annonce="billet 4512")
    ouvert = ouverture(APRES, annonce, None, None, plage)
    assert (ouvert.fin, ouvert.motif) == (dite.fin, "billet 4512")
    with pytest.raises(Refuse, match="Hors des plages d"):
        ouverture(APRES - HEURE / 2, annonce, None, None, plage)


def test_sla_5_la_fin_qu_on_decide_est_celle_qui_s_annonce() -> None:
    annonce = Etat(lecture_seule=False, annonce=DITE)
    prolonge = ouverture(DEDANS, annonce, FIN, None, plage)
    assert (prolonge.fin, prolonge.annonce) == (FIN, DITE._replace(fin=FIN))


def test_sla_5_fermer_n_oublie_pas_ce_qui_vient() -> None:
    annonce = Etat(lecture_seule=True, annonce=DITE, motif_annonce="billet 4512")
    assert fermeture(AVANT, annonce) == annonce._replace(lecture_seule=False)


@pytest.mark.parametrize(
    "texte", [None, "", "demain", DITE.texte.replace("/", ""), "/".join([DITE.texte[-20:]] * 2)]
)
def test_une_annonce_mal_gardee_ne_se_dit_pas(texte: str | None) -> None:
    assert annonce_lue(texte) is None
    assert annonce_lue(DITE.texte) == DITE


@pytest.mark.integration
async def test_une_annonce_se_dit_partout_et_s_efface_a_sa_fin(
    banc: MonterBanc, les_moteurs: Moteurs
) -> None:
    """En-tête de toute réponse, refus compris; bandeau des pages; mesure; rien de plus après."""
    b = await banc(service_isole("annonce"))
    client = b.client("demandeur", organisme="MTQ")
    muette = await client.get("/docs")
    assert "sbg-entretien" not in muette.headers
    dite = Annonce(*(horloge_systeme() + n * HEURE for n in (5, 7)))
    await _annoncer(b, les_moteurs, dite.texte)
    for adresse, statut in (("/v1/comptes", 200), ("/v1/rien", 404), ("/sante/vivacite", 200)):
        reponse = await client.get(adresse)
        assert (reponse.status_code, reponse.headers["sbg-entretien"]) == (statut, dite.texte)
    vivant = (await client.get("/sante/vivacite")).json()
    assert vivant == {"etat": "vivant", "entretien": dite.texte}
    page = await client.get("/docs")
    assert page.text.count("Entretien annoncé</strong>") == 1
    assert f"du {ecrit(dite.debut)} au {ecrit(dite.fin)}, heure de Québec" in page.text
    assert page.headers["etag"] != muette.headers["etag"]
    relue = await client.get("/docs", headers={"If-None-Match": page.headers["etag"]})
    assert (relue.status_code, relue.headers["sbg-entretien"]) == (304, dite.texte)
    assert await _mesuree(b) == pytest.approx(dite.debut.timestamp(), abs=1)
    b.annonce.horloge = lambda: dite.fin
    tue = await client.get("/docs")
    assert (tue.text, tue.headers["etag"]) == (muette.text, muette.headers["etag"])
    assert "sbg-entretien" not in tue.headers


@pytest.mark.integration
async def test_une_annonce_passee_ne_se_mesure_plus(banc: MonterBanc, les_moteurs: Moteurs) -> None:
    b = await banc(service_isole("annoncepassee"))
    passee = Annonce(*(datetime(2026, 9, jour, tzinfo=UTC) for jour in (1, 2)))
    await _annoncer(b, les_moteurs, passee.texte)
    assert "sbg-entretien" not in (await b.client().get("/sante/vivacite")).headers
    assert isnan(await _mesuree(b))


@pytest.mark.integration
async def test_nul_appel_ne_demande_rien_de_plus_a_la_base(banc: MonterBanc) -> None:
    """L'annonce se relit à sa cadence; un appel lit ce qu'on en sait."""
    b = await banc(service())
    b.annonce._lue = Annonce(*(horloge_systeme() + n * HEURE for n in (5, 7)))
    await b.moteur_api.fermer()
    assert (await b.client().get("/sante/vivacite")).headers["sbg-entretien"]
    assert b.moteur_api._reserve is None


async def test_une_base_qui_ne_repond_pas_n_arrete_pas_l_api() -> None:
    """Ce qu'elle a dit tient; elle se redemande."""
    moteur, arret = ouvrir_moteur("postgresql://r:s@127.0.0.1:1/b", DelaisBase()), Arret()
    suivie = AnnonceSuivie(moteur, lambda: AVANT)
    suivie._lue = DITE
    boucle = asyncio.create_task(suivie.suivre(arret))
    await asyncio.sleep(0.2)
    assert not boucle.done()
    arret.demander()
    await boucle
    assert suivie.en_vigueur() == DITE


def test_toute_page_a_la_place_du_bandeau() -> None:
    """Les pages des services partent du gabarit commun; le bandeau s'y pose."""
    assert _AVANT.decode() in (RACINE / "libs/pages/src/pages/modeles/page.html.j2").read_text()
    gabarits = [*RACINE.glob("services/*/src/**/*.html.j2"), *RACINE.glob("libs/socle/src/**/*.j2")]
    entieres = [g.read_text("utf-8") for g in gabarits if "{% macro" not in g.read_text("utf-8")]
    assert len(entieres) > 15
    assert all(t.startswith('{% extends "pages/page.html.j2" %}') for t in entieres)


async def _mesuree(b: Banc) -> float:
    mesures = b.contexte.mesures
    await jauges_de_base(b.moteur_interne, mesures)()
    lues = (await mesures.exposer()).decode()
    (dite,) = re.findall(r"^sbg_entretien_annonce_secondes{.*} (\S+)", lues, re.MULTILINE)
    return float(dite)


async def _annoncer(b: Banc, moteurs: Moteurs, texte: str) -> None:
    """Par le réglage de sa base seule, que seules les sessions neuves lisent."""
    moteur = ouvrir_moteur(b.roles.dsn("migrer"), DelaisBase())
    async with moteur.a_part() as pilote:
        base = await pilote.fetchval("SELECT quote_ident(current_database())")
    exploitant = await asyncpg.connect(moteurs.dsn)
    await exploitant.execute(f"ALTER DATABASE {base} SET {ANNONCE} = '{texte}'")
    await exploitant.close()
    await b.moteur_api.fermer()
    await b.moteur_interne.fermer()
    await b.annonce.relire()
