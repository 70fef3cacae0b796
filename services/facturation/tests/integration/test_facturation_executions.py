"""Suivre, arrêter, reprendre une exécution : ce qui manque s'émet, une fois, quoi qu'il arrive."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from facturation.emissions.adaptateurs import vues
from facturation.emissions.cas_usage import (
    EmettreFacture,
    MettreDeCote,
    emettre_facture,
    mettre_de_cote,
)
from facturation.emissions.entrees.taches import emettre
from facturation.emissions.ports import Ports
from facturation.factures.domaine.emetteur import SANS_INSCRIPTION
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    executer,
    fermer_septembre,
    jour,
    livraison,
    organisme,
    planter,
)
from socle.bd.transaction import INTERNE, transaction
from socle.execution.idempotence import ActeEnCours
from socle.injection_fautes import poser_piege

pytestmark = pytest.mark.integration
CODES = ("CNESST", "MESS", "MTQ", "RAMQ", "SAAQ")
SANS_FICHIER = "Le fichier client d'INCONNU n'est pas encore connu."


class Mort(BaseException):
    """Le processus meurt ici."""


async def _monter(banc: MonterBanc, *codes: str, inconnu: bool = False) -> Banc:
    """Un poste livré le 1er à chacun; `inconnu` : et à un organisme dont le fichier manque."""
    b = await banc("facturation")
    await planter(b, *codes)
    for code in (*codes, *(["INCONNU"] if inconnu else [])):
        await b.recevoir(livraison(uuid4(), code=code), survenu_le=a(jour(1)))
    await fermer_septembre(b)
    return b


async def _demander(b: Banc, **corps: Any) -> str:
    """Demande septembre; l'adresse de l'exécution."""
    demande = {"periode": "2026-09", **corps}
    reponse = await _facturiere(b).post("/v1/executions", json=demande)
    assert reponse.status_code == 202, reponse.text
    return reponse.headers["Location"]


def _facturiere(b: Banc) -> httpx.AsyncClient:
    return b.client("facturation", sujet="facturation-1")


async def _lire(b: Banc, adresse: str, **requete: Any) -> dict[str, Any]:
    lue = await _facturiere(b).get(adresse, params=requete)
    assert lue.status_code == 200, lue.text
    corps: dict[str, Any] = lue.json()
    return corps


async def _poser(b: Banc, adresse: str, geste: str, sujet: str = "facturation-2") -> dict[str, Any]:
    posee = await b.client("facturation", sujet=sujet).post(f"{adresse}/{geste}")
    assert posee.status_code == 200, posee.text
    corps: dict[str, Any] = posee.json()
    return corps


async def _numeros(b: Banc) -> list[str]:
    return [f["numero"] for f in (await _lire(b, "/v1/factures"))["elements"]]


async def _en_emettre(b: Banc, combien: int) -> None:
    """Les premiers organismes qui attendent, un à un, comme le ferait la tâche."""
    for emission in (await b.contexte.lire(vues.emissions_a_faire(SANS_INSCRIPTION)))[:combien]:
        b.horloge.instant += timedelta(minutes=1)
        cle = f"{emission.execution_id}:{emission.organisme}"
        await b.contexte.executer("emettre_facture", Ports, emettre_facture, emission, cle=cle)


async def test_fac_6_une_execution_suivie_dit_sa_part_son_montant_et_sa_fin(
    banc: MonterBanc,
) -> None:
    b = await _monter(banc, *CODES)
    adresse = await _demander(b)
    neuve = await _lire(b, adresse)
    assert (neuve["etat"], neuve["part"], neuve["montant_emis"]) == ("en_cours", "0.0000", "0.00")
    assert neuve["commencee_le"] is None
    await _en_emettre(b, 3)
    vue = await _lire(b, adresse)
    assert (vue["part"], vue["montant_emis"]) == ("0.6000", "441.00")
    assert vue["par_etat"] == {
        "a_faire": 2, "emise": 3, "deja_emise": 0, "sans_ligne": 0, "en_attente": 0
    }  # fmt: skip
    # Trois en deux minutes, depuis le premier : les deux qui restent en demandent deux.
    assert vue["commencee_le"] == "2026-10-01T14:01:00Z"
    assert vue["fin_estimee"] == "2026-10-01T14:05:00Z"
    await b.tache("emissions")
    finie = await _lire(b, adresse)
    assert (finie["etat"], finie["part"], finie["terminee_le"]) == (
        "terminee", "1", "2026-10-01T14:03:00Z"
    )  # fmt: skip
    assert finie["fin_estimee"] is None


async def test_fac_6_arretee_ce_qui_est_emis_le_reste_et_le_reste_attend(banc: MonterBanc) -> None:
    b = await _monter(banc, *CODES)
    adresse = await _demander(b)
    await _en_emettre(b, 2)
    arretee = await _poser(b, adresse, "arret")
    assert (arretee["etat"], arretee["arretee_le"]) == ("arretee", "2026-10-01T14:02:00Z")
    assert arretee["fin_estimee"] is None
    assert [(g["geste"], g["pose_par"]) for g in arretee["gestes"]] == [("arret", "facturation-2")]
    assert await b.tache("emissions") == 0
    assert len(await _numeros(b)) == 2
    # Une heure plus tard, une autre personne reprend : il ne s'émet que ce qui manque.
    b.horloge.instant += timedelta(hours=1)
    reprise = await _poser(b, adresse, "reprise", "facturation-3")
    assert (reprise["etat"], reprise["arretee_le"]) == ("en_cours", None)
    await b.tache("emissions")
    assert await _numeros(b) == [f"2026-2027-{n:06d}" for n in range(1, 6)]
    finie = await _lire(b, adresse)
    assert [(g["geste"], g["pose_par"]) for g in finie["gestes"]] == [
        ("arret", "facturation-2"), ("reprise", "facturation-3")
    ]  # fmt: skip
    assert (finie["commencee_le"], finie["terminee_le"]) == (
        "2026-10-01T14:01:00Z", "2026-10-01T15:02:00Z"
    )  # fmt: skip


async def test_fac_6_un_geste_repete_n_en_fait_qu_un(banc: MonterBanc) -> None:
    b = await _monter(banc, "MTQ")
    adresse = await _demander(b)
    arrets = [await _poser(b, adresse, "arret") for _ in range(2)]
    assert [len(vue["gestes"]) for vue in arrets] == [1, 1]
    reprises = [await _poser(b, adresse, "reprise") for _ in range(2)]
    assert [len(vue["gestes"]) for vue in reprises] == [2, 2]
    await b.tache("emissions")
    tard = await _facturiere(b).post(f"{adresse}/arret")
    assert (tard.status_code, tard.json()["regle"]) == (409, "FAC-6")
    assert len((await _poser(b, adresse, "reprise"))["gestes"]) == 2


async def test_fac_6_un_arret_pendant_un_calcul_laisse_l_organisme_a_faire(
    banc: MonterBanc,
) -> None:
    """L'arrêt n'attend pas le calcul; rien ne s'émet après sa réponse."""
    b = await _monter(banc, "MTQ")
    adresse = await _demander(b)
    async with transaction(b.moteur_interne, INTERNE) as autre:
        await autre.ecrire(text("SELECT 1 FROM arretes WHERE organisme = 'MTQ' FOR UPDATE"))
        emission = asyncio.create_task(emettre(b.contexte))
        while not await _attend_un_verrou(b):  # noqa: ASYNC110 -- c'est la base qui attend
            await asyncio.sleep(0.02)
        assert (await _poser(b, adresse, "arret"))["etat"] == "arretee"
    await emission
    vue = await _lire(b, adresse)
    assert (vue["etat"], [s["etat"] for s in vue["sorts"]]) == ("arretee", ["a_faire"])
    assert await _numeros(b) == []
    await _poser(b, adresse, "reprise")
    await b.tache("emissions")
    assert await _numeros(b) == ["2026-2027-000001"]


async def _attend_un_verrou(b: Banc) -> bool:
    async with b.interne() as cx:
        requete = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(await cx.valeur(requete))


async def test_fac_6_une_reprise_n_emet_que_ce_qui_manque(banc: MonterBanc) -> None:
    b = await _monter(banc, "MTQ", "RAMQ", inconnu=True)
    adresse = await _demander(b)
    await b.tache("emissions")
    de_cote = await _lire(b, f"{adresse}/traitements", etat="en_attente")
    assert [(t["organisme"], t["raison"]) for t in de_cote["elements"]] == [
        ("INCONNU", SANS_FICHIER)
    ]
    # Sans que rien ait changé, la reprise le remet de côté : elle n'est pas avalée (même clé).
    for _ in range(2):
        reprise = await _poser(b, adresse, "reprise")
        assert reprise["gestes"][-1]["organismes"] == 1
        assert reprise["par_etat"]["a_faire"] == 1
        assert await emettre(b.contexte) == 1
        vue = await _lire(b, adresse)
        assert (vue["etat"], vue["par_etat"]["en_attente"]) == ("terminee", 1)
    await b.recevoir(organisme("INCONNU"))
    await _poser(b, adresse, "reprise")
    await b.tache("emissions")
    vue = await _lire(b, adresse)
    assert {s["organisme"]: s["etat"] for s in vue["sorts"]} == {
        "INCONNU": "emise", "MTQ": "emise", "RAMQ": "emise"
    }  # fmt: skip
    assert len(await b.sortants("facture.émise")) == 3
    assert await _numeros(b) == [f"2026-2027-{n:06d}" for n in range(1, 4)]


async def test_fac_6_un_calcul_mis_de_cote_se_reprend_et_la_sante_suit(banc: MonterBanc) -> None:
    """Trois essais ont échoué; repris, ils se comptent de zéro."""
    b = await _monter(banc, "MTQ")
    adresse = await _demander(b)
    async with b.interne() as connexion:
        await connexion.ecrire(text("UPDATE faits SET donnees = donnees - 'role'"))
    sante = b.service.degradations["émissions"]
    for _ in range(2):
        assert await emettre(b.contexte) == 1
        assert "Le calcul a échoué" in (await b.contexte.lire(sante) or "")
        await _poser(b, adresse, "reprise")
        assert await b.contexte.lire(sante) is None
    async with b.interne() as connexion:
        await connexion.ecrire(
            text("UPDATE faits SET donnees = donnees || jsonb_build_object('role', 'commence')")
        )
    await b.tache("emissions")
    assert (await _lire(b, adresse))["montant_emis"] == "147.00"
    assert await b.contexte.lire(sante) is None


async def test_fac_6_tuee_n_importe_ou_et_reprise_elle_emet_une_fois_chacun(
    banc: MonterBanc,
) -> None:
    """Émission, arrêt, reprise : le processus meurt avant ou après chaque commit, puis revient."""
    b = await _monter(banc, *CODES, inconnu=True)
    adresse, passages = await _demander(b), count()
    tues = 0

    def piege(nom: str, passages: Iterator[int] = passages) -> None:
        if nom in {"avant_commit", "apres_commit"} and next(passages) % 7 == 3:
            raise Mort

    for tour in range(40):
        poser_piege(piege)
        try:
            await emettre(b.contexte)
        except Mort:
            tues += 1
        finally:
            poser_piege(None)
        if tour % 3 == 1 and (await _lire(b, adresse))["etat"] == "en_cours":
            await _poser(b, adresse, "arret")
        if tour % 3 == 2:
            await _poser(b, adresse, "reprise")
        if tour == 20:
            await b.recevoir(organisme("INCONNU"))
    await _poser(b, adresse, "reprise")
    await b.tache("emissions")
    assert tues > 3
    vue = await _lire(b, adresse)
    assert (vue["etat"], vue["par_etat"]["emise"]) == ("terminee", 6)
    assert await _numeros(b) == [f"2026-2027-{n:06d}" for n in range(1, 7)]
    assert len(await b.sortants("facture.émise")) == 6


async def test_fac_6_trois_executions_a_la_fois_un_document_par_organisme(banc: MonterBanc) -> None:
    b = await _monter(banc, *CODES)
    adresses = [await _demander(b) for _ in range(3)]
    emissions = await b.contexte.lire(vues.emissions_a_faire(SANS_INSCRIPTION))
    assert len(emissions) == 3 * len(CODES)

    async def une(emission: EmettreFacture) -> None:
        cle = f"{emission.execution_id}:{emission.organisme}"
        try:
            await b.contexte.executer("emettre_facture", Ports, emettre_facture, emission, cle=cle)
        except ActeEnCours:
            return

    # Deux relais qui ignoreraient le verrou de la tâche, sur les trois exécutions.
    await asyncio.gather(*map(une, [*emissions, *emissions]))
    await b.tache("emissions")
    assert await _numeros(b) == [f"2026-2027-{n:06d}" for n in range(1, 6)]
    assert len(await b.sortants("facture.émise")) == 5
    vues_ = [await _lire(b, adresse) for adresse in adresses]
    assert sum(v["par_etat"]["emise"] for v in vues_) == 5
    assert sum(v["par_etat"]["deja_emise"] for v in vues_) == 10
    assert {v["etat"] for v in vues_} == {"terminee"}


async def test_fac_6_un_retardataire_ne_remet_pas_de_cote_ce_qui_est_emis(banc: MonterBanc) -> None:
    """Un relais gelé en plein échec revient après que l'autre a émis, ou qu'on l'a repris."""
    b = await _monter(banc, "MTQ", inconnu=True)
    adresse = await _demander(b)
    lues = await b.contexte.lire(vues.emissions_a_faire(SANS_INSCRIPTION))
    await b.tache("emissions")
    await _poser(b, adresse, "reprise")
    for e in lues:
        ecart = MettreDeCote(
            execution_id=e.execution_id, organisme=e.organisme, tour=e.tour, raison="trop tard"
        )
        await b.contexte.executer("mettre_de_cote", Ports, mettre_de_cote, ecart, cle=e.organisme)
    sorts = (await _lire(b, adresse))["sorts"]
    assert [(s["etat"], s["raison"]) for s in sorts] == [("a_faire", None), ("emise", None)]


async def test_fac_6_les_executions_se_listent_par_periode_etat_et_organisme(
    banc: MonterBanc,
) -> None:
    b = await _monter(banc, "MTQ", "RAMQ")
    await executer(b, organisme="RAMQ")
    for _ in range(2):
        await _demander(b)

    async def etats(**filtre: str) -> list[str]:
        lue = await _lire(b, "/v1/executions", **filtre)
        return [e["etat"] for e in lue["elements"]]

    derniere = (await _lire(b, "/v1/executions", limite=1))["elements"][0]["id"]
    await _poser(b, f"/v1/executions/{derniere}", "arret")
    assert await etats() == ["arretee", "en_cours", "terminee"]
    for etat in ("arretee", "en_cours", "terminee"):
        assert await etats(etat=etat) == [etat]
    assert await etats(periode="2026-08") == []
    assert await etats(organisme="RAMQ") == ["terminee"]
    # Page par page, on les voit toutes une fois.
    page, vus = await _lire(b, "/v1/executions", limite=1), 1
    while page["suivant"]:
        page = await _lire(b, "/v1/executions", limite=1, curseur=page["suivant"])
        vus += 1
    assert vus == 3


async def test_fac_6_les_executions_ne_se_voient_ni_ne_se_posent_que_du_mcn(
    banc: MonterBanc,
) -> None:
    b = await _monter(banc, "MTQ")
    adresse = await _demander(b)
    gestionnaire = b.client("gestionnaire", organisme="MTQ")
    for chemin in ("/v1/executions", adresse, f"{adresse}/traitements"):
        assert (await gestionnaire.get(chemin)).status_code == 403
    for geste in ("arret", "reprise"):
        assert (await gestionnaire.post(f"{adresse}/{geste}")).status_code == 403
        inconnue = await _facturiere(b).post(f"/v1/executions/{uuid4()}/{geste}")
        assert inconnue.status_code == 404
    inconnue = await _facturiere(b).get(f"/v1/executions/{uuid4()}/traitements")
    assert inconnue.status_code == 404


async def test_fac_7_approuves_seulement_met_de_cote_ce_que_nul_n_a_approuve(
    banc: MonterBanc,
) -> None:
    """Celui qui n'a rien à payer n'a rien à approuver; approuvé ensuite, l'autre se reprend."""
    b = await _monter(banc, "MTQ", "RAMQ")
    await b.recevoir(organisme("VIDE"))
    await _approuver(b, "MTQ")
    adresse = await _demander(b, approuves_seulement=True)
    await b.tache("emissions")
    vue = await _lire(b, adresse)
    assert vue["approuves_seulement"] is True
    assert [(s["organisme"], s["etat"], s["raison"]) for s in vue["sorts"]] == [
        ("MTQ", "emise", None),
        ("RAMQ", "en_attente", "Aperçu non approuvé."),
        ("VIDE", "sans_ligne", None),
    ]
    await _approuver(b, "RAMQ")
    await _poser(b, adresse, "reprise")
    await b.tache("emissions")
    assert (await _lire(b, adresse))["par_etat"]["emise"] == 2


async def _approuver(b: Banc, code: str) -> None:
    corps = {"periode": "2026-09", "organisme": code, "apercu": True}
    (vu,) = (await _facturiere(b).post("/v1/executions", json=corps)).json()["organismes"]
    apercus = [{"organisme": code, "empreinte": vu["empreinte"]}]
    lot = {"periode": "2026-09", "apercus": apercus}
    (sort,) = (await _facturiere(b).post("/v1/approbations", json=lot)).json()["sorts"]
    assert sort["etat"] == "approuve"
