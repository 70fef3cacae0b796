"""Les clés des abonnés, chiffrées au repos (DEM-10)."""

import base64
import os
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demandes.webhooks.adaptateurs.coffre import EN_CLAIR, Coffre, SecretIllisible

SECRET = "whsec_dW5lIGNsZSBkJ2Vzc2Fp"


def cle(nom: str) -> str:
    return f"{nom}:{base64.b64encode(os.urandom(32)).decode()}"


@given(st.text(min_size=1, alphabet=st.characters(codec="ascii")).map(lambda t: EN_CLAIR + t))
def test_dem_10_une_cle_chiffree_s_ouvre_et_ne_se_lit_pas(secret: str) -> None:
    abonne_id, coffre = uuid4(), Coffre.ouvert_par([cle("b"), cle("a")])
    garde = coffre.chiffrer(abonne_id, secret)
    assert garde.startswith("b:")
    assert secret not in garde
    assert coffre.ouvrir(abonne_id, garde) == secret
    assert garde != coffre.chiffrer(abonne_id, secret)


def test_dem_10_une_cle_chiffree_ne_s_ouvre_que_pour_son_abonne() -> None:
    coffre, ancien = Coffre.ouvert_par([cle("a")]), uuid4()
    garde = coffre.chiffrer(ancien, SECRET)
    alteree = garde[:-6] + ("A" if garde[-6] != "A" else "B") + garde[-5:]
    autre_coffre = Coffre.ouvert_par([cle("a")])
    for ouvrir, abonne_id, gardee in (
        (coffre, uuid4(), garde),
        (coffre, ancien, alteree),
        (coffre, ancien, "a:"),
        (coffre, ancien, "a:pas du base64"),
        (coffre, ancien, garde.replace("a:", "z:", 1)),
        (coffre, ancien, ""),
        (autre_coffre, ancien, garde),
    ):
        with pytest.raises(SecretIllisible):
            ouvrir.ouvrir(abonne_id, gardee)


def test_dem_10_toutes_les_cles_ouvrent_la_premiere_chiffre() -> None:
    vieille, neuve, abonne_id = cle("2026"), cle("2027"), uuid4()
    garde = Coffre.ouvert_par([vieille]).chiffrer(abonne_id, SECRET)
    tourne = Coffre.ouvert_par([neuve, vieille])
    assert tourne.ouvrir(abonne_id, garde) == SECRET
    assert tourne.chiffrer(abonne_id, SECRET).startswith(tourne.debut)
    assert Coffre.ouvert_par([neuve]).ouvrir(abonne_id, SECRET) == SECRET


@pytest.mark.parametrize(
    "fautives",
    [["sans-nom"], [":QUFB"], ["a:QUFB"], ["A_B:" + "A" * 43 + "="], ["a:%%%"], ["a" * 21 + ":"]],
)
def test_une_cle_de_chiffrement_mal_ecrite_se_refuse_sans_se_montrer(fautives: list[str]) -> None:
    with pytest.raises(ValueError, match="SBG_WEBHOOKS_CLES") as refus:
        Coffre.ouvert_par(fautives)
    assert fautives[0] not in str(refus.value)


def test_deux_cles_du_meme_nom_se_refusent() -> None:
    with pytest.raises(ValueError, match="deux clés"):
        Coffre.ouvert_par([cle("a"), cle("a")])
