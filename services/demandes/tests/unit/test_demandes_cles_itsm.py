"""Une clé de l'ITSM vide, courte ou mal formée se dit au départ, jamais par des 401 sans un mot."""

from base64 import b64encode
from ipaddress import ip_network

import pytest
from pydantic import ValidationError

from demandes.main import service
from demandes.reglages import ReglagesDemandes
from socle.reglages import ReglageManquant

BONNE = "whsec_" + b64encode(b"x" * 24).decode()


@pytest.mark.parametrize(
    "cles",
    [
        "",
        " , ",
        "whsec_",
        "whsec_" + b64encode(b"x" * 23).decode(),
        b64encode(b"x" * 32).decode(),
        "whsec_" + "é" * 40,
        "whsec_" + "!" * 40,
        f"{BONNE},courte",
    ],
)
def test_dem_10_une_cle_qui_ne_verifierait_rien_est_refusee(cles: str) -> None:
    with pytest.raises(ValidationError, match="d'au moins 24 octets") as refus:
        ReglagesDemandes(itsm_secrets=cles)  # type: ignore[arg-type]
    assert "courte" not in str(refus.value)


def test_dem_10_deux_cles_durant_une_rotation() -> None:
    lus = ReglagesDemandes(itsm_secrets=f"{BONNE}, {BONNE}")  # type: ignore[arg-type]
    assert [cle.get_secret_value() for cle in lus.cles_itsm()] == [BONNE, BONNE]


def test_dem_10_sans_cle_l_api_ne_part_pas_en_production() -> None:
    declaration = service()
    with pytest.raises(ReglageManquant, match="SBG_ITSM_SECRETS est requis"):
        declaration.routes(ReglagesDemandes())
    assert declaration.routes(ReglagesDemandes(mode="essai"))


def test_un_reseau_mal_ecrit_est_refuse() -> None:
    lus = ReglagesDemandes.model_validate({"webhooks_reseaux_permis": "10.0.0.0/8, ::1"})
    assert lus.webhooks_reseaux_permis == (ip_network("10.0.0.0/8"), ip_network("::1"))
    assert ReglagesDemandes.model_validate({"webhooks_reseaux_permis": ""}).mode == "production"
    with pytest.raises(ValidationError, match="Des réseaux comme"):
        ReglagesDemandes.model_validate({"webhooks_reseaux_permis": "10.0.0.1/8"})
