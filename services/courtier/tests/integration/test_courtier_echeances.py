"""`contrat.échu` : la fin d'un contrat s'annonce une fois, à sa date; sur PostgreSQL (CI-10)."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import UUID, uuid5

import pytest
from sqlalchemy import text

from courtier.contrats.entrees.taches import DES_ECHEANCES
from services.courtier.tests.contrat_signe import conclure
from services.courtier.tests.marche import Marche

pytestmark = pytest.mark.integration

ECHU = "contrat.échu"
APRES = "2029-02-01T09:00-05:00"
_COPIER = text(
    "INSERT INTO contrats SELECT (jsonb_populate_record(NULL::contrats,"
    " to_jsonb(c) || jsonb_build_object('id', CAST(:id AS text)))).*"
    " FROM contrats c WHERE id = CAST(:de AS uuid)"
)
_FAUSSER = text("UPDATE contrats SET elements = '[{}]' WHERE id = CAST(:id AS uuid)")
_DECONCLURE = text(
    "UPDATE contrats SET etat = 'signe_client', fournisseur_par = NULL, fournisseur_le = NULL,"
    " consigne_par = NULL, consigne_le = NULL WHERE id = CAST(:id AS uuid)"
)
_REPARER = text(
    "UPDATE contrats SET elements = (SELECT elements FROM contrats WHERE id = CAST(:de AS uuid))"
    " WHERE id = CAST(:id AS uuid)"
)


async def _conclus(marche: Marche, combien: int) -> list[str]:
    """Autant de contrats conclus, de même fin : le 1er octobre 2028."""
    un = (await conclure(marche)).corps["id"]
    ids = [un, *(str(uuid5(UUID(un), str(rang))) for rang in range(1, combien))]
    async with marche.banc.interne() as connexion:
        for identifiant in ids[1:]:
            await connexion.ecrire(_COPIER, {"id": identifiant, "de": un})
    return ids


async def _annonces(marche: Marche) -> Sequence[str]:
    return sorted(s.donnees["contrat_id"] for s in await marche.banc.sortants(ECHU))


async def test_ci_10_un_contrat_echu_s_annonce_une_fois_a_sa_fin(marche: Marche) -> None:
    conclu = await conclure(marche)
    marche.banc.horloge.aller("2028-09-30T23:59-04:00")
    assert await marche.banc.tache("echeances") == 0
    # Bien après : la tâche ne tournait pas, ou le contrat date d'avant elle.
    marche.banc.horloge.aller(APRES)
    assert await marche.banc.tache("echeances") == 1
    assert await marche.banc.tache("echeances") == 0
    [echu] = await marche.banc.sortants(ECHU)
    assert echu.donnees == {
        "contrat_id": conclu.corps["id"],
        "dossier_id": conclu.corps["dossier_id"],
        "organisme": "MTQ",
        "fin": "2028-10-01",
    }
    assert echu.survenu_le.isoformat() == "2028-10-01T04:00:00+00:00"


async def test_ci_10_un_contrat_resilie_ou_non_conclu_n_est_pas_echu(marche: Marche) -> None:
    un, autre = await _conclus(marche, 2)
    async with marche.banc.interne() as connexion:
        await connexion.ecrire(_DECONCLURE, {"id": autre})
    resiliation = {
        "effet": "2027-04-01",
        "lettre": {"titre": "Lettre", "empreinte": "d" * 64, "datee_le": "2026-09-10"},
        "motif": "Regroupement.",
    }
    resilie = await marche.gestionnaire.post(f"/v1/contrats/{un}/resiliation", json=resiliation)
    assert resilie.status_code == 200, resilie.text
    marche.banc.horloge.aller(APRES)
    assert await marche.banc.tache("echeances") == 0
    assert await marche.banc.sortants(ECHU) == []


@pytest.mark.parametrize("tuee", ["arrêtée", "annulée"])
async def test_ci_10_tuee_en_chemin_la_tache_reprend_sans_rien_redire(
    marche: Marche, tuee: str
) -> None:
    ids = await _conclus(marche, 6)
    marche.banc.horloge.aller(APRES)
    restent = iter([True, True, False])

    async def prolonger() -> bool:
        if not (encore := next(restent)) and tuee == "annulée":
            raise asyncio.CancelledError
        return encore

    with suppress(asyncio.CancelledError):
        await DES_ECHEANCES.faire(replace(marche.banc.contexte, prolonger=prolonger))
    assert len(await _annonces(marche)) == 3
    assert await marche.banc.tache("echeances") == 3
    assert await _annonces(marche) == sorted(ids)


async def test_ci_10_deux_repliques_a_la_fois_annoncent_une_fois(marche: Marche) -> None:
    ids = await _conclus(marche, 5)
    marche.banc.horloge.aller(APRES)
    # Sans le verrou de la tâche : le contrat seul départage.
    await asyncio.gather(*(DES_ECHEANCES.faire(marche.banc.contexte) for _ in range(3)))
    assert await _annonces(marche) == sorted(ids)


async def test_ci_10_un_mauvais_contrat_n_arrete_pas_les_autres(marche: Marche) -> None:
    ids = await _conclus(marche, 4)
    mauvais = min(ids[1:])
    async with marche.banc.interne() as connexion:
        await connexion.ecrire(_FAUSSER, {"id": mauvais})
    marche.banc.horloge.aller(APRES)
    with pytest.raises(ExceptionGroup):
        await marche.banc.tache("echeances")
    assert await _annonces(marche) == sorted(set(ids) - {mauvais})
    async with marche.banc.interne() as connexion:
        await connexion.ecrire(_REPARER, {"id": mauvais, "de": ids[0]})
    assert await marche.banc.tache("echeances") == 1
    assert await _annonces(marche) == sorted(ids)
