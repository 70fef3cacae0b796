"""Les reprises, la quarantaine et le filtre d'adresses (DEM-10)."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address, ip_network

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demandes.webhooks.adaptateurs.connecteur import ReseauFiltre
from demandes.webhooks.domaine import (
    REPRISES,
    Essai,
    EtatEnvoi,
    EtatWebhook,
    Webhook,
    permise,
)
from noyau import Conflit
from services.demandes.tests.builders import ESPACE, MATIN

WEBHOOK = Webhook(
    id=ESPACE,
    organisme=None,
    url="https://itsm.example/",
    types=(),
    secrets=("whsec_YQ==",),
    cree_le=MATIN,
)


def essai(numero: int = 1, statut: int | None = 500, hasard: float = 0.0) -> Essai:
    return Essai(evenement_id=ESPACE, numero=numero, statut=statut, erreur=None, hasard=hasard)


def test_dem_10_les_reprises_s_etalent_sur_75_heures() -> None:
    total = sum((essai(n).attente for n in range(1, len(REPRISES) + 1)), timedelta())
    assert timedelta(hours=75) <= total < timedelta(hours=76)
    assert list(REPRISES) == sorted(REPRISES)


@given(st.integers(1, 9), st.floats(0, 0.999))
def test_dem_10_la_gigue_allonge_d_au_plus_un_dixieme(numero: int, hasard: float) -> None:
    nominale, tiree = essai(numero).attente, essai(numero, hasard=hasard).attente
    assert nominale <= tiree <= nominale * 1.1


@pytest.mark.parametrize(
    ("numero", "statut", "etat"),
    [
        (1, 200, EtatEnvoi.LIVRE),
        (10, 299, EtatEnvoi.LIVRE),
        (1, 302, EtatEnvoi.A_ENVOYER),
        (9, 500, EtatEnvoi.A_ENVOYER),
        (9, None, EtatEnvoi.A_ENVOYER),
        (10, 500, EtatEnvoi.ABANDONNE),
    ],
)
def test_dem_10_ce_que_devient_un_envoi(numero: int, statut: int | None, etat: EtatEnvoi) -> None:
    assert essai(numero, statut).etat is etat


def test_dem_10_la_quarantaine_exige_un_abonne_muet_depuis_le_premier_essai() -> None:
    muet = WEBHOOK.enregistrer_essais([essai(n) for n in range(1, 11)])
    assert (muet.etat, muet.echecs) == (EtatWebhook.QUARANTAINE, 10)
    capricieux = WEBHOOK.enregistrer_essais(
        [essai(n) for n in range(1, 10)] + [essai(1, 200), essai(10)]
    )
    assert (capricieux.etat, capricieux.echecs) == (EtatWebhook.ACTIF, 1)
    assert muet.liberer() == WEBHOOK
    parti = WEBHOOK.enregistrer_essais([essai(1, 410)])
    assert parti.etat is EtatWebhook.DESACTIVE
    with pytest.raises(Conflit):
        parti.liberer()


@given(st.lists(st.sampled_from([None, 200, 500]), max_size=30))
def test_dem_10_le_repos_suit_les_echecs_consecutifs_et_reste_borne(
    statuts: list[int | None],
) -> None:
    webhook = WEBHOOK.enregistrer_essais([essai(1, statut) for statut in statuts])
    suite = 0
    for statut in statuts:
        suite = 0 if statut == 200 else suite + 1
    assert webhook.echecs == suite
    assert (webhook.pause == timedelta()) == (suite == 0)
    assert webhook.pause <= timedelta(minutes=5)


def test_dem_10_une_rotation_garde_l_ancienne_cle_sauf_compromise() -> None:
    assert WEBHOOK.tourner("neuve", garder_ancienne=True).secrets == ("neuve", "whsec_YQ==")
    tournee = replace(WEBHOOK, secrets=("b", "a")).tourner("c", garder_ancienne=True)
    assert tournee.secrets == ("c", "b")
    assert WEBHOOK.tourner("neuve", garder_ancienne=False).secrets == ("neuve",)


@pytest.mark.parametrize(
    ("adresse", "permis"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.0.1", False),
        ("172.16.9.9", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),  # noqa: S104 — une adresse interdite
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::a9fe:a9fe", False),
        ("2002:7f00:1::", False),
    ],
)
def test_dem_10_seules_les_adresses_publiques_sont_jointes(adresse: str, permis: bool) -> None:
    assert permise(ip_address(adresse), ()) is permis


def test_dem_10_un_reseau_prive_se_permet_par_reglage() -> None:
    reseaux = (ip_network("10.0.0.0/8"),)
    assert permise(ip_address("10.1.2.3"), reseaux)
    assert permise(ip_address("::ffff:10.1.2.3"), reseaux)
    assert not permise(ip_address("127.0.0.1"), reseaux)


def test_dem_10_en_clair_seul_un_reseau_permis_est_joint() -> None:
    reseaux = (ip_network("10.0.0.0/8"),)
    assert permise(ip_address("10.1.2.3"), reseaux, publiques=False)
    assert not permise(ip_address("93.184.216.34"), reseaux, publiques=False)


@pytest.mark.parametrize("hote", ["localhost", "127.1", "0x7f.1", "2130706433", "[::1]"])
async def test_dem_10_le_filtre_juge_l_adresse_jointe_pas_le_nom(hote: str) -> None:
    with pytest.raises(httpcore.ConnectError):
        await ReseauFiltre(()).connect_tcp(hote.strip("[]"), 80, timeout=1.0)
