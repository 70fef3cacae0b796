"""SLA-7 : une période fermée ne change plus; ce qu'on apprend ensuite s'y ajoute, à côté."""

import asyncio
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import delete, select, text

from noyau import Acteur, Mois, debut_du_jour, en_utc, sujet_de
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import Recit, fiche, indicateur, sept
from services.sla.tests.evenements import messages, messages_de_fiches
from services.sla.tests.scene import (
    DEMANDES,
    MESURES,
    PT_3,
    elements,
    semer,
    tout_marquer,
)
from sla.mesures.adaptateurs.tables import mesures
from sla.taux.adaptateurs.tables import corrections, fermetures
from sla.taux.domaine.fermetures import PRODUCTEURS
from sla.taux.entrees import commandes

pytestmark = pytest.mark.integration

OCTOBRE = debut_du_jour(date(2026, 10, 1))
SUJETS = [sujet_de(nom) for nom in PRODUCTEURS]


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    """Septembre est fini et tout en est reçu."""
    monte = await semer(await banc("sla"))
    monte.horloge.aller("2026-10-02T09:00-04:00")
    await monte.recevoir_jalons(monte.horloge(), *SUJETS)
    return monte


async def fermer(sla: Banc, periode: str = "2026-09", **corps: str) -> httpx.Response:
    return await sla.client("mesure").post(f"/v1/periodes/{periode}/fermeture", json=corps)


async def fermee(sla: Banc, periode: str = "2026-09") -> dict[str, Any]:
    reponse = await fermer(sla, periode)
    assert reponse.status_code == 201, reponse.text
    rendue: dict[str, Any] = reponse.json()
    return rendue


async def taux(sla: Banc, organisme: str | None = None, **filtres: object) -> dict[str, Any]:
    """Le taux PT-1 de septembre, d'un organisme ou de tous."""
    filtres = {"indicateur": "PT-1", **(filtres or {"periode": "2026-09"})}
    lignes = await elements(sla.client("mesure"), "/v1/taux", **filtres)
    (sien,) = (ligne for ligne in lignes if ligne["organisme"] == organisme)
    rendu: dict[str, Any] = sien
    return rendu


def compte(chiffres: dict[str, Any]) -> tuple[Any, ...]:
    brut, ajuste = chiffres["brut"], chiffres["ajuste"]
    return brut["conformes"], brut["mesurees"], ajuste["conformes"], ajuste["mesurees"]


async def corrigees(sla: Banc, **filtres: object) -> list[dict[str, Any]]:
    await sla.tache("corrections")
    return await elements(sla.client("mesure"), "/v1/corrections", **filtres)


def resume(correction: dict[str, Any]) -> tuple[Any, ...]:
    avant, apres = correction["avant"], correction["apres"]
    return (
        correction["periode"],
        correction["mesure_id"],
        correction["rang"],
        avant and avant["verdict"],
        apres and apres["verdict"],
        correction["cause"],
    )


async def apprendre(sla: Banc, nom: str, recit: Recit, deja: int, organisme: str = "MTQ") -> None:
    """Les faits d'après les `deja` premiers, enregistrés à l'instant."""
    for place in range(deja, len(recit.episodes)):
        recit.episodes[place] = replace(recit.episodes[place], enregistre_le=sla.horloge())
    await sla.recevoir_messages(messages(sla, recit, DEMANDES[nom], organisme))


async def test_sla_7_une_fermeture_publie_chaque_taux_et_son_empreinte(sla: Banc) -> None:
    rendue = await fermee(sla)
    assert (rendue["motif"], rendue["manquants"]) == (None, [])
    publies = await sla.sortants("taux.fermé")
    dits = {
        (p.donnees["indicateur"], p.donnees.get("organisme")): (
            *(p.donnees[nom] for nom in ("conformes", "mesurees")),
            *(p.donnees[nom] for nom in ("conformes_ajuste", "mesurees_ajuste")),
        )
        for p in publies
    }
    assert dits == {
        ("PT-1", None): (3, 4, 2, 3),
        ("PT-1", "MTQ"): (2, 3, 1, 2),
        ("PT-1", "SQ"): (1, 1, 1, 1),
        ("PT-3", None): (0, 0, 0, 0),
    }
    assert len({p.donnees["empreinte"] for p in publies}) == 4
    tous = await taux(sla)
    assert tous["fermee_le"] == rendue["fermee_le"]
    assert tous["empreinte"] in {p.donnees["empreinte"] for p in publies}
    assert (tous["en_cours"], tous["corrige"], tous["corrections"]) == (1, None, 0)


async def test_sla_7_fermer_deux_fois_ne_change_rien(sla: Banc) -> None:
    premiere = await fermee(sla)
    reponse = await fermer(sla, motif="Encore")
    assert (reponse.status_code, reponse.json()) == (200, premiere)
    assert len(await sla.sortants("taux.fermé")) == 4
    lue = await sla.client("gestionnaire", organisme="MTQ").get("/v1/periodes/2026-09/fermeture")
    assert lue.json() == premiere
    assert await elements(sla.client("mesure"), "/v1/periodes") == [premiere]


async def test_sla_7_deux_fermetures_a_la_fois_n_en_font_qu_une(sla: Banc) -> None:
    reponses = await asyncio.gather(*(fermer(sla) for _ in range(4)))
    assert sorted(r.status_code for r in reponses) == [200, 200, 200, 201]
    assert len(await sla.sortants("taux.fermé")) == 4


async def test_sla_7_un_mois_qui_court_ne_se_ferme_pas(sla: Banc) -> None:
    reponse = await fermer(sla, "2026-10", motif="Pressé")
    assert (reponse.status_code, reponse.json()["regle"]) == (409, "SLA-7")
    assert "n'est pas finie" in reponse.json()["detail"]


async def test_sla_7_tant_qu_un_producteur_peut_encore_dire_un_motif_est_requis(
    banc: MonterBanc,
) -> None:
    sla = await semer(await banc("sla"))
    sla.horloge.aller("2026-10-02T09:00-04:00")
    await sla.recevoir_jalons(sla.horloge(), *SUJETS[1:])
    refus = await fermer(sla)
    assert refus.status_code == 409
    assert "catalogue" in refus.json()["detail"]
    assert await sla.sortants("taux.fermé") == []
    motivee = await fermer(sla, motif="Le catalogue est arrêté depuis août.")
    assert motivee.status_code == 201, motivee.text
    assert motivee.json()["manquants"] == ["catalogue"]
    attendue = {
        "periode": "2026-09",
        "motif": "Le catalogue est arrêté depuis août.",
        "manquants": ["catalogue"],
    }
    assert (await taux(sla))["reserves"] == [attendue]
    assert (await taux(sla, exercice="2026-2027"))["reserves"] == [attendue]
    # Un producteur qui n'est jamais venu n'empêche pas de corriger ensuite.
    await sla.recevoir_messages(
        messages(sla, Recit().creee(sept(1)).livree(sept(3)), UUID(int=7), "SQ")
    )
    assert len(await corrigees(sla)) == 1


async def test_sla_7_les_mois_se_ferment_dans_l_ordre(sla: Banc) -> None:
    await sla.recevoir_messages(
        messages(sla, Recit().creee(sept(1)).livree(sept(2).replace(month=10)), UUID(int=7))
    )
    sla.horloge.aller("2026-11-02T09:00-05:00")
    await sla.recevoir_jalons(sla.horloge(), *SUJETS)
    reponse = await fermer(sla, "2026-10")
    assert reponse.status_code == 409
    assert "2026-09" in reponse.json()["detail"]
    await fermee(sla, "2026-09")
    await fermee(sla, "2026-10")


async def test_sla_7_un_mois_ou_rien_ne_se_mesurait_ne_se_ferme_pas(sla: Banc) -> None:
    for periode in ("2000-01", "2014-12"):
        refus = await fermer(sla, periode)
        assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-7")
        assert "Rien ne se mesurait" in refus.json()["detail"]
    assert await sla.sortants("taux.fermé") == []


async def test_sla_7_d_un_mois_ferme_sans_mesure_la_cible_ne_bouge_plus(sla: Banc) -> None:
    await fermee(sla, "2026-08")
    deux = [{"periode": "2026-08"}, {"exercice": "2026-2027", "periode": "2026-08"}]
    avant = [(await taux(sla, **f))["cible"] for f in deux]
    neuve = fiche(indicateur(cible=Decimal("0.5")), PT_3, version=2, debut=date(2015, 1, 1))
    await sla.recevoir_messages(messages_de_fiches(sla, [neuve]))
    assert [(await taux(sla, **f))["cible"] for f in deux] == avant
    tous = await elements(sla.client("mesure"), "/v1/taux", indicateur="PT-1")
    assert {t["cible"] for t in tous if t["periode"] == "2026-08"} <= {*avant}


async def test_sla_7_des_sujets_a_rejouer_retiennent_la_fermeture(sla: Banc) -> None:
    await tout_marquer(sla)
    assert (await fermer(sla, motif="Pressé")).status_code == 409
    await sla.tache("rejeu")
    await fermee(sla)


async def test_sla_7_une_machine_ne_ferme_pas_et_un_organisme_non_plus(sla: Banc) -> None:
    for client in (
        sla.client("gestionnaire", organisme="MTQ"),
        sla.client("agent-csc"),
        sla.client("mesure", "integration"),
    ):
        reponse = await client.post("/v1/periodes/2026-09/fermeture", json={})
        assert reponse.status_code == 403, reponse.text


async def test_sla_7_un_fait_tardif_s_ajoute_sans_changer_ce_qui_fut_publie(sla: Banc) -> None:
    """Livrée à temps et fermée; on apprend qu'elle fut rouverte, puis annulée."""
    await fermee(sla)
    avant = await taux(sla, "MTQ")
    recit = (
        Recit().creee(sept(1)).livree(sept(8)).rouverte(sept(9)).puis("demande.annulée", sept(10))
    )
    await apprendre(sla, "a_temps", recit, 2)
    (correction,) = await corrigees(sla)
    assert resume(correction) == (
        "2026-09", str(MESURES["a_temps"]), 1, "conforme", None, "fait",
    )  # fmt: skip
    apres = await taux(sla, "MTQ")
    assert (compte(apres), apres["corrections"]) == (compte(avant), 1)
    assert compte(apres["corrige"]) == (1, 2, 0, 1)
    assert compte((await taux(sla, "MTQ", exercice="2026-2027"))["corrige"]) == (1, 2, 0, 1)
    assert compte((await taux(sla))["corrige"]) == (2, 3, 1, 2)


async def test_sla_7_corriger_deux_fois_revient_au_publie_et_garde_les_deux(sla: Banc) -> None:
    await fermee(sla)
    recit = Recit().creee(sept(1)).livree(sept(8))
    await sla.recevoir_messages(messages(sla, recit.rectifie(1, sept(17)), DEMANDES["a_temps"]))
    assert len(await corrigees(sla)) == 1
    assert (await taux(sla))["corrige"] is not None
    await sla.recevoir_messages(messages(sla, recit.rectifie(1, sept(8)), DEMANDES["a_temps"]))
    faites = await corrigees(sla)
    assert [resume(c)[2:] for c in faites] == [
        (1, "conforme", "manquee", "fait"),
        (2, "manquee", "conforme", "fait"),
    ]
    revenu = await taux(sla)
    assert (revenu["corrige"], revenu["corrections"]) == (None, 2)


async def test_sla_7_ce_qui_passe_d_un_mois_ferme_a_un_autre_corrige_les_deux(sla: Banc) -> None:
    sla.horloge.aller("2026-11-02T09:00-05:00")
    await sla.recevoir_jalons(sla.horloge(), *SUJETS)
    await fermee(sla, "2026-09")
    await fermee(sla, "2026-10")
    recit = Recit().creee(sept(1)).livree(sept(8)).rectifie(1, sept(2).replace(month=10))
    await sla.recevoir_messages(messages(sla, recit, DEMANDES["a_temps"]))
    assert [resume(c) for c in await corrigees(sla)] == [
        ("2026-09", str(MESURES["a_temps"]), 1, "conforme", None, "fait"),
        ("2026-10", str(MESURES["a_temps"]), 1, None, "manquee", "fait"),
    ]


async def test_sla_7_une_fiche_nouvelle_corrige_et_se_nomme(sla: Banc) -> None:
    await fermee(sla)
    severe = fiche(indicateur(delai=3), PT_3, version=2, debut=date(2026, 9, 1))
    await sla.recevoir_messages(messages_de_fiches(sla, [severe]))
    assert {resume(c)[1:] for c in await corrigees(sla)} == {
        (str(MESURES[nom]), 1, "conforme", "manquee", "fiche") for nom in ("a_temps", "multiple")
    }


async def test_sla_7_memes_verdicts_rejoues_aucune_correction(sla: Banc) -> None:
    """Tout se vide et se refait, comme à la reconstruction : ni correction, ni publication."""
    await fermee(sla)
    async with sla.interne() as connexion:
        lignes = await connexion.lignes(select(mesures))
        await connexion.ecrire(delete(mesures))
        await connexion.pilote.execute("DELETE FROM socle_jalons")
    assert await corrigees(sla) == []
    await tout_marquer(sla)
    await sla.tache("rejeu")
    assert await corrigees(sla) == []
    await sla.recevoir_jalons(en_utc(OCTOBRE), *SUJETS)
    assert await corrigees(sla) == []
    await sla.recevoir_jalons(sla.horloge(), *SUJETS)
    assert await corrigees(sla) == []
    async with sla.interne() as connexion:
        assert len(await connexion.lignes(select(mesures))) == len(lignes)
        assert await connexion.valeur(text("SELECT count(*) FROM a_corriger")) == 0
        assert await connexion.valeur(select(corrections.c.rang)) is None
    assert len(await sla.sortants("taux.fermé")) == 4


async def test_sla_7_ce_qui_s_ecrit_pendant_la_fermeture_se_corrige(sla: Banc) -> None:
    """Un fait commis entre la vérification et ce qui se fige n'est jamais perdu."""
    tardif = Recit().creee(sept(1)).livree(sept(3))
    recus = [messages(sla, tardif, UUID(int=n), "SQ") for n in range(7, 12)]
    await asyncio.gather(fermer(sla), *(sla.recevoir_messages(lot) for lot in recus))
    ajoutees = len(await corrigees(sla))
    ligne = await taux(sla, "SQ")
    assert ligne["brut"]["mesurees"] + ajoutees == 6
    assert (ligne["corrige"] or ligne)["brut"]["mesurees"] == 6


async def test_sla_7_la_tache_ferme_les_mois_echus_dans_l_ordre(sla: Banc) -> None:
    assert await sla.tache("fermetures") == 0
    sla.horloge.aller("2026-11-12T09:00-05:00")
    await sla.recevoir_jalons(sla.horloge(), *SUJETS)
    assert await sla.tache("fermetures") == 2
    assert await sla.tache("fermetures") == 0
    periodes = [p["periode"] for p in await elements(sla.client("mesure"), "/v1/periodes")]
    assert periodes == ["2026-09", "2026-10"]


async def test_sla_7_un_organisme_ne_lit_que_ses_corrections(sla: Banc) -> None:
    await fermee(sla)
    for numero, organisme in ((7, "SQ"), (8, "MTQ")):
        recit = Recit().creee(sept(1)).livree(sept(3))
        await sla.recevoir_messages(messages(sla, recit, UUID(int=numero), organisme))
    assert len(await corrigees(sla)) == 2
    client = sla.client("gestionnaire", organisme="MTQ")
    assert {c["organisme"] for c in await elements(client, "/v1/corrections")} == {"MTQ"}
    assert (await client.get("/v1/corrections", params={"organisme": "SQ"})).status_code == 404
    lignes = await elements(client, "/v1/taux", periode="2026-09", indicateur="PT-1")
    assert [(t["organisme"], t["corrections"]) for t in lignes] == [("MTQ", 1)]


async def test_sla_7_une_periode_se_ferme_au_terminal(sla: Banc) -> None:
    """L'auteur est qui tape; refermer ne change rien, et un refus se dit."""
    contexte = replace(sla.contexte, acteur=Acteur("ana"))
    dites: list[str] = []
    assert not await commandes.fermer(contexte, dites.append, Mois(2026, 10), motif="Pressé")
    assert await commandes.fermer(contexte, dites.append, Mois(2026, 9))
    assert await commandes.fermer(contexte, dites.append, Mois(2026, 9))
    assert dites == [
        "La période 2026-10 n'est pas finie.",
        "Période 2026-09 fermée.",
        "Elle l'était déjà.",
    ]
    async with sla.interne() as connexion:
        assert await connexion.valeur(select(fermetures.c.fermee_par)) == "ana"
    assert await commandes.lister(contexte, dites.append)


async def test_sla_7_des_copies_qui_se_refont_ne_ferment_rien(sla: Banc) -> None:
    """Relue jusqu'à la fin de septembre seulement, la base n'a pas ce qu'on en apprit ensuite."""
    assert await sla.tache("jalons-vus") == 0
    async with sla.interne() as connexion:
        await connexion.pilote.execute("DELETE FROM socle_jalons")
    await sla.recevoir_jalons(en_utc(OCTOBRE), *SUJETS)
    refus = await fermer(sla, motif="Pressé")
    assert refus.status_code == 409
    assert "copies" in refus.json()["detail"]
    assert await sla.tache("jalons-vus") == 0
    await sla.recevoir_jalons(sla.horloge(), *SUJETS)
    await fermee(sla)
