"""Le calendrier se publie comme une donnée, pour l'avenir seulement (SLA-1, CAT-2)."""

import asyncio
from collections.abc import Awaitable, Callable
from copy import deepcopy
from json import dumps
from typing import Any
from uuid import UUID

import httpx
import pytest

from calendrier import lire_versions, version_publiee
from contrats.base import empreinte_de
from contrats.catalogue import CalendrierPublie
from contrats.sla import RecalculAccepte
from outils.essais.banc import Banc

pytestmark = pytest.mark.integration

LIVREE = lire_versions()[0]
ADRESSE = "/v1/calendriers"


@pytest.fixture
async def catalogue(banc: Callable[[str], Awaitable[Banc]]) -> Banc:
    monte = await banc("catalogue")
    monte.horloge.aller("2026-09-01T09:00-04:00")
    await monte.tache("chargement")
    return monte


@pytest.fixture
def pilote(catalogue: Banc) -> httpx.AsyncClient:
    return catalogue.client("catalogue")


def document(**champs: object) -> dict[str, Any]:
    """Une version à venir : un lundi de deuil national, quelques jours plus tard."""
    return {
        **deepcopy(LIVREE.vers_document()),
        "version": "2026-2",
        "en_vigueur_depuis": "2026-09-11",
        "note": "Décret.",
        "ajouts": [{"jour": "2026-09-14", "libelle": "Deuil national"}],
        **champs,
    }


async def calendriers_publies(catalogue: Banc) -> list[Any]:
    return [s for s in await catalogue.sortants() if s.type == "calendrier.publié"]


async def test_sla_1_la_version_livree_se_publie_a_la_mise_en_route(catalogue: Banc) -> None:
    (sortant,) = await calendriers_publies(catalogue)
    assert (sortant.cle, sortant.donnees["version"]) == ("fonction_publique", "2015-1")
    assert version_publiee(sortant.donnees) == LIVREE
    lecteur = catalogue.client("demandeur", organisme="MTQ")
    assert (await lecteur.get(f"{ADRESSE}/2015-1")).json() == LIVREE.vers_document()


async def test_sla_1_une_version_nouvelle_n_attend_aucune_livraison(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    publiee = await pilote.post(ADRESSE, json=document())
    assert publiee.status_code == 201, publiee.text
    assert publiee.headers["location"] == f"{ADRESSE}/2026-2"
    assert publiee.json() == document()
    sortant = (await calendriers_publies(catalogue))[-1]
    assert sortant.donnees["ajouts"] == [{"jour": "2026-09-14", "libelle": "Deuil national"}]
    lus = (await pilote.get(ADRESSE)).json()["elements"]
    assert [(v["version"], v["rang"]) for v in lus] == [("2015-1", 1), ("2026-2", 2)]
    page = (await pilote.get(ADRESSE, params={"limite": 1})).json()
    assert len(page["elements"]) == 1
    assert page["suivant"]


async def test_sla_1_la_meme_version_ne_se_publie_pas_deux_fois(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    """Pareille, sous une autre clé, même une fois sa date passée : rien; sinon, un refus."""
    assert (await pilote.post(ADRESSE, json=document())).status_code == 201
    catalogue.horloge.aller("2026-10-01T09:00-04:00")
    assert (await pilote.post(ADRESSE, json=document())).status_code == 200
    autre = await pilote.post(ADRESSE, json=document(note="Autre."))
    assert (autre.status_code, autre.json()["regle"]) == (409, "SLA-1")
    assert "déjà publiée" in autre.json()["detail"]
    assert len(await calendriers_publies(catalogue)) == 2


@pytest.mark.parametrize(
    ("champs", "regle", "dit"),
    [
        (
            {"en_vigueur_depuis": "2026-08-31"},
            "CAT-2",
            "au plus tôt le 2 septembre 2026, non le 31 août 2026",
        ),
        ({"en_vigueur_depuis": "2014-12-31"}, "SLA-1", "dans les années 2015 à 2040"),
        ({"en_vigueur_depuis": "2041-01-01"}, "SLA-1", "dans les années 2015 à 2040"),
        (
            {"en_vigueur_depuis": "2026-09-21"},
            "SLA-1",
            "Le 14 septembre 2026 précède le 21 septembre 2026",
        ),
        (
            {"ajouts": [{"jour": "2026-09-12", "libelle": "x"}]},
            "SLA-1",
            "12 septembre 2026 est déjà",
        ),
        ({"retraits": [{"jour": "2026-09-15", "libelle": "x"}]}, "SLA-1", "n'est pas un jour f"),
        ({"horaires": {"csc": {}}}, "SLA-1", "horaires : il manque"),
        (
            {"feries": [{"code": "x", "libelle": "x", "regle": {"lune": 1}, "report": "aucun"}]},
            "SLA-1",
            "feries[0].regle",
        ),
    ],
)
async def test_sla_1_ce_qui_ne_peut_servir_ou_change_le_passe_est_refuse(
    catalogue: Banc, pilote: httpx.AsyncClient, champs: dict[str, Any], regle: str, dit: str
) -> None:
    refus = await pilote.post(ADRESSE, json=document(**champs))
    assert (refus.status_code, refus.json()["regle"]) == (409, regle), refus.text
    assert dit in refus.json()["detail"]
    assert len(await calendriers_publies(catalogue)) == 1


async def test_sla_1_une_decision_deja_prise_se_redit(pilote: httpx.AsyncClient) -> None:
    """La version suivante porte les jours des précédentes, même passés : elle ne les change pas."""
    assert (await pilote.post(ADRESSE, json=document())).status_code == 201
    suite = document(version="2027-1", en_vigueur_depuis="2027-01-01")
    assert (await pilote.post(ADRESSE, json=suite)).status_code == 201


async def test_cat_2_un_jour_commence_a_la_date_de_quebec_est_decide(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    """Vu : une version du jour, publiée à 14 h, changeait un verdict rendu à 9 h."""
    catalogue.horloge.aller("2026-09-11T23:30-04:00")
    refus = await pilote.post(ADRESSE, json=document(en_vigueur_depuis="2026-09-11"))
    assert (refus.status_code, refus.json()["regle"]) == (409, "CAT-2")
    demain = document(en_vigueur_depuis="2026-09-12")
    assert (await pilote.post(ADRESSE, json=demain)).status_code == 201


@pytest.mark.parametrize(
    "champs",
    [{"version": "a/b"}, {"version": "x" * 41}, {"en_vigueur_depuis": "demain"}, {"surplus": 1}],
)
async def test_un_corps_mal_forme_est_refuse(
    pilote: httpx.AsyncClient, champs: dict[str, Any]
) -> None:
    assert (await pilote.post(ADRESSE, json=document(**champs))).status_code == 422


async def test_sla_1_deux_publications_simultanees_se_suivent(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    noms = [f"2026-{n}" for n in range(2, 6)]
    reponses = await asyncio.gather(
        *(pilote.post(ADRESSE, json=document(version=nom)) for nom in noms)
    )
    assert {r.status_code for r in reponses} == {201}
    lus = (await pilote.get(ADRESSE)).json()["elements"]
    assert [v["rang"] for v in lus] == [1, 2, 3, 4, 5]


async def test_sla_1_seul_le_pilote_publie(catalogue: Banc) -> None:
    for roles in (("mesure",), ("facturation",)):
        refus = await catalogue.client(*roles).post(ADRESSE, json=document())
        assert refus.status_code == 403
    inconnue = await catalogue.client("catalogue").get(f"{ADRESSE}/1999-1")
    assert inconnue.status_code == 404


RECALCUL, SECOND = (UUID(f"0199a1b2-0000-7000-8000-0000000000{n}") for n in (42, 43))


async def accepter(
    catalogue: Banc, candidat: dict[str, Any], recalcul: UUID = RECALCUL, lues: int | None = 1
) -> None:
    """La mesure dit accepté le recalcul de cette version, deux fois."""
    version = CalendrierPublie.model_validate_json(
        dumps({**candidat, "calendrier": "fonction_publique"})
    )
    accepte = catalogue.message(
        RecalculAccepte(
            recalcul_id=recalcul,
            sorte="calendrier",
            candidat=version.version,
            debut=version.en_vigueur_depuis,
            empreinte=empreinte_de(version),
            accepte_par="mesure-1",
            calendriers=lues,
        )
    )
    await catalogue.recevoir_messages([accepte, accepte])
    assert await catalogue.rebuts() == []


async def test_sla_7_une_version_qui_commence_au_passe_nomme_son_recalcul_accepte(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    catalogue.horloge.aller("2026-10-05T09:00-04:00")
    voulue = document()
    refus = await pilote.post(ADRESSE, json=voulue)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CAT-2")
    inconnu = await pilote.post(ADRESSE, json={**voulue, "recalcul": str(RECALCUL)})
    assert (inconnu.status_code, inconnu.json()["regle"]) == (409, "SLA-7")
    await accepter(catalogue, voulue)
    autre = {**voulue, "ajouts": [{"jour": "2026-09-15", "libelle": "Deuil national"}]}
    refus = await pilote.post(ADRESSE, json={**autre, "recalcul": str(RECALCUL)})
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-7")
    publiee = await pilote.post(ADRESSE, json={**voulue, "recalcul": str(RECALCUL)})
    assert publiee.status_code == 201, publiee.text
    assert len(await calendriers_publies(catalogue)) == 2
    redite = await pilote.post(ADRESSE, json={**voulue, "recalcul": str(RECALCUL)})
    assert redite.status_code == 200, "déjà publiée, son recalcul n'est pas périmé d'elle-même"


async def deux_acceptes(catalogue: Banc) -> list[dict[str, Any]]:
    """Deux versions de même début, chacune sous son recalcul accepté sans l'autre."""
    catalogue.horloge.aller("2026-10-05T09:00-04:00")
    autre = document(version="2026-3", ajouts=[{"jour": "2026-09-15", "libelle": "Deuil"}])
    corps = []
    for voulue, recalcul in ((document(), RECALCUL), (autre, SECOND)):
        await accepter(catalogue, voulue, recalcul)
        corps.append({**voulue, "recalcul": str(recalcul)})
    return corps


async def test_sla_7_une_version_publiee_perime_le_recalcul_accepte_d_une_autre(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    une, autre = await deux_acceptes(catalogue)
    assert (await pilote.post(ADRESSE, json=une)).status_code == 201
    refus = await pilote.post(ADRESSE, json=autre)
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-7")
    assert refus.json()["details"] == {"lues": 1, "publiees": 2}
    del autre["recalcul"]
    await accepter(catalogue, autre, UUID(int=44), lues=2)
    refait = await pilote.post(ADRESSE, json={**autre, "recalcul": str(UUID(int=44))})
    assert refait.status_code == 201, refait.text


async def test_sla_7_de_deux_publications_ensemble_une_seule_se_fait(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    corps = await deux_acceptes(catalogue)
    rendus = await asyncio.gather(*(pilote.post(ADRESSE, json=c) for c in corps))
    assert sorted(r.status_code for r in rendus) == [201, 409]
    assert len(await calendriers_publies(catalogue)) == 2


async def test_sla_7_un_recalcul_qui_ne_dit_pas_ce_qu_il_a_lu_se_refait(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    catalogue.horloge.aller("2026-10-05T09:00-04:00")
    await accepter(catalogue, document(), lues=None)
    refus = await pilote.post(ADRESSE, json={**document(), "recalcul": str(RECALCUL)})
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-7")
