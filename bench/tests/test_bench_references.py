"""Une référence qui en ferait moins que le produit flatterait ou accablerait : elle fait autant."""

import asyncio
import re
from collections import Counter
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import numpy as np
import pytest

from bench import nu, scenarios
from bench.jours import de_numpy, en_boucle, paires
from bench.resultats import But, Resultats
from calendrier import Calendrier, lire_versions
from calendrier.lot import compter_ouvrables
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service

_TABLES = ("comptes", "socle_outbox", "socle_sequences", "socle_audit", "socle_idempotence")
_CORPS = {"de": 3}


def _verbe(requete: str) -> str:
    """« SELECT comptes », « INSERT socle_outbox » : ce qui est fait, à quelle table."""
    texte = " ".join(requete.split())
    tables = re.findall(r"\b(socle_\w+|comptes)\b", texte)
    return f"{texte.split()[0]} {','.join(dict.fromkeys(tables))}"


async def _comptes(banc: Banc) -> dict[str, int]:
    async with banc.interne() as connexion:
        pilote = connexion.pilote
        return {t: await pilote.fetchval(f"SELECT count(*) FROM {t}") for t in _TABLES}


async def _jouer(client: httpx.AsyncClient, codes: str) -> list[Any]:
    """Trois écritures dont une répétée, une lecture, une liste : statuts, en-têtes, octets."""
    augmenter = f"/v1/comptes/{codes}/augmentation"
    rendues = [
        await client.post(augmenter, json=_CORPS, headers={"Idempotency-Key": cle})
        for cle in ("a", "b", "b")
    ]
    rendues.append(await client.get(f"/v1/comptes/MTQ/{codes}"))
    rendues.append(await client.get("/v1/comptes?limite=1"))
    return [(r.status_code, dict(r.headers), r.content) for r in rendues]


@pytest.mark.integration
async def test_fastapi_nu_rend_et_ecrit_autant_par_les_memes_instructions(banc: MonterBanc) -> None:
    produit, reference = await banc(service()), await banc(service())
    executees: dict[str, list[str]] = {"produit": [], "nu": []}
    async with produit.moteur_api.emprunter() as connexion:
        pilote = connexion.pilote
        pilote.add_query_logger(lambda q: executees["produit"].append(_verbe(q.query)))
    membre = produit.client("demandeur", organisme="MTQ")
    await membre.post("/v1/comptes/c2/augmentation", json=_CORPS)
    rendus_produit = await _jouer(membre, "c1")

    jwks = await asyncio.to_thread(Path(reference.roles.reglages.identite.jwks).read_bytes)
    async with asyncpg.create_pool(
        reference.roles.dsn("api").get_secret_value(),
        min_size=1,
        max_size=1,
        reset=nu.ne_rien_remettre,
    ) as reserve:
        async with reserve.acquire() as connexion_nue:
            connexion_nue.add_query_logger(lambda q: executees["nu"].append(_verbe(q.query)))
        transport = httpx.ASGITransport(nu.application(reserve, jwks))
        jeton = {"Authorization": membre.headers["Authorization"]}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://essai", headers=jeton, trust_env=False
        ) as client:
            cle = {"Idempotency-Key": "c2"}
            await client.post("/v1/comptes/c2/augmentation", json=_CORPS, headers=cle)
            rendus_nu = await _jouer(client, "c1")

    assert rendus_nu == rendus_produit
    assert await _comptes(reference) == await _comptes(produit)
    # Le pilote tient son journal après coup : l'ordre des deux sources ne se compare pas.
    assert Counter(executees["nu"]) == Counter(executees["produit"])


def test_les_trois_facons_de_compter_les_jours_s_accordent() -> None:
    calendrier = Calendrier.depuis(lire_versions()[-1])
    apres, jusqua = paires(2_000)
    lot = compter_ouvrables(apres, jusqua, calendrier)
    couples = list(zip(apres.tolist(), jusqua.tolist(), strict=True))
    assert np.array_equal(lot, de_numpy(calendrier)(apres, jusqua))
    assert lot.tolist() == en_boucle(calendrier, couples)


def test_la_boucle_chiffre_un_scenario_comme_le_courtier() -> None:
    vendues, besoin = scenarios.tirer()
    total = scenarios.du_produit(vendues[:40], besoin)()
    assert total == scenarios.en_boucle(vendues[:40], besoin)
    assert total.cents > 0


def test_un_but_manque_se_dit_sans_rien_faire_echouer(capsys: pytest.CaptureFixture[str]) -> None:
    resultats = Resultats()
    resultats.rapport("lent", "par s", [1.0, 3.0, 2.0], [4.0, 4.0, 4.0], But("≥", 0.8))
    assert (resultats.liste[0].ratio, resultats.liste[0].tenu) == (0.5, False)
    assert "MANQUÉ" in capsys.readouterr().out
