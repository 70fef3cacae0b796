"""Réclamer un appel : son verrou se prend avec BEGIN; sa réponse se garde, comprimée."""

from functools import partial

import httpx
import orjson
import pytest
from sqlalchemy import text

from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.bd.transaction import Portee, transaction
from socle.execution.idempotence import ActeEnCours, Reclamation, Reponse, retrouver

PORTEE = Portee("MTQ")


def _appel(cle: str) -> Reclamation:
    return Reclamation("MTQ/alice", "POST /v1/comptes", cle, bytes(32), "MTQ")


@pytest.mark.integration
async def test_un_appel_en_cours_se_refuse_sans_attendre(banc: MonterBanc) -> None:
    b = await banc(service())
    commencer = partial(transaction, b.moteur_api, PORTEE, ecriture=True)
    un, autre = _appel("k-1"), _appel("k-2")
    async with commencer(verrou=un.verrou) as tient:
        assert await retrouver(tient.pilote, un) == (None, None)
        async with commencer(verrou=un.verrou) as meme:
            with pytest.raises(ActeEnCours):
                await retrouver(meme.pilote, un)
        async with commencer(verrou=autre.verrou) as ailleurs:
            assert await retrouver(ailleurs.pilote, autre) == (None, None)
    async with commencer(verrou=un.verrou) as ensuite:
        assert await retrouver(ensuite.pilote, un) == (None, None)


@pytest.mark.integration
@pytest.mark.parametrize("verrou", [-(2**63), -1, 0, 2**63 - 1])
async def test_tout_verrou_de_64_bits_se_prend(banc: MonterBanc, verrou: int) -> None:
    b = await banc(service())
    async with transaction(b.moteur_api, PORTEE, verrou=verrou) as connexion:
        assert await retrouver(connexion.pilote, _appel("k")) == (None, None)


def test_le_verrou_d_un_appel_est_stable_et_a_lui() -> None:
    """S'il changeait, deux versions du code ne s'arrêteraient qu'à la clé primaire."""
    assert _appel("k-1").verrou == -799001812804118571
    assert _appel("k-1").verrou != _appel("k-2").verrou


REPONSES = (
    Reponse(),
    Reponse(200, b'{"a":1}', {"ETag": '"1.x"'}),
    Reponse(201, '{"a":"é\\n"}\n'.encode(), {"Location": "/v1/a/é"}),
)


@pytest.mark.parametrize("dictionnaire", [b"", b'{"a":"b"}'])
@pytest.mark.parametrize("reponse", REPONSES)
def test_une_reponse_gardee_se_relit_a_l_octet_pres(reponse: Reponse, dictionnaire: bytes) -> None:
    gardee = reponse.comprimer(dictionnaire)
    assert Reponse.relire(reponse.statut, b"", gardee, dictionnaire) == reponse


def test_ce_qui_se_tait_ne_se_garde_pas_meme_comprime() -> None:
    gardee = Reponse(200, b'{"secret":"s"}', garde=b'{"secret":null}').comprimer(b"")
    assert Reponse.relire(200, b"", gardee, b"").corps == b'{"secret":null}'


def test_une_reponse_gardee_avant_la_compression_se_relit() -> None:
    assert Reponse.relire(200, b'{"ETag":"x"}', b"xyz", b"d") == Reponse(200, b"xyz", {"ETag": "x"})
    assert Reponse.relire(204, b"{}", b"", b"d") == Reponse()


@pytest.mark.integration
async def test_une_reponse_gardee_se_redonne_quelle_que_soit_la_version_qui_l_a_gardee(
    banc: MonterBanc,
) -> None:
    b = await banc(service())
    client, cle = b.client("demandeur", organisme="MTQ"), {"Idempotency-Key": "k"}

    async def appeler() -> httpx.Response:
        return await client.post("/v1/comptes/a/augmentation", json={"de": 3}, headers=cle)

    premiere, repetee = await appeler(), await appeler()
    async with b.interne() as cx:
        # Vides, ils ne sont pas du JSON : la version d'avant échoue à les lire, et ne prend pas
        # une réponse comprimée pour un corps.
        assert await cx.valeur(text("SELECT en_tetes FROM socle_idempotence")) == b""
        await cx.ecrire(
            text("UPDATE socle_idempotence SET en_tetes = :en_tetes, corps = :corps"),
            {
                "en_tetes": orjson.dumps({"ETag": premiere.headers["etag"]}),
                "corps": premiere.content,
            },
        )
    d_avant = await appeler()
    assert {(r.content, r.headers["etag"]) for r in (premiere, repetee, d_avant)} == {
        (premiere.content, premiere.headers["etag"])
    }
