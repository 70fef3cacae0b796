"""À quoi l'on accepte un abonné, quand on y revient, et qui se sert d'abord (DEM-10)."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demandes.webhooks.domaine import (
    APRES_MAX,
    GIGUE,
    PLACES,
    PLACES_PAR_ORGANISME,
    REPRISES,
    Conditions,
    Destination,
    Essai,
    servir_ensuite,
)
from demandes.webhooks.entrees.ecoutes import TYPES_D_ORGANISME
from demandes.webhooks.entrees.schemas import WebhookIn
from noyau import Conflit
from services.demandes.tests.builders import ESPACE
from services.demandes.tests.unit.test_demandes_webhook import WEBHOOK, essai

CONDITIONS = Conditions(
    reseaux=(ip_network("10.1.0.0/16"),), plafond=2, types_d_organisme=TYPES_D_ORGANISME
)


def vers(url: str) -> Destination:
    return WebhookIn(url=url).destination  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/",
        "https://x.example:8443/",
        "https://93.184.216.34/",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/",
    ],
)
def test_dem_10_une_adresse_publique_convient_a_tous(url: str) -> None:
    CONDITIONS.exiger_joignable("MTQ", vers(url))
    CONDITIONS.exiger_joignable(None, vers(url))
    replace(CONDITIONS, reseaux=()).exiger_joignable(None, vers(url))


@pytest.mark.parametrize(
    "url",
    ["http://x.example/", "https://x.example:9443/", "http://10.1.2.3:8080/", "https://10.1.2.3/"],
)
def test_dem_10_le_reseau_permis_ne_l_est_qu_au_mcn(url: str) -> None:
    CONDITIONS.exiger_joignable(None, vers(url))
    with pytest.raises(Conflit, match="abonné"):
        CONDITIONS.exiger_joignable("MTQ", vers(url))
    with pytest.raises(Conflit, match="abonné"):
        replace(CONDITIONS, reseaux=()).exiger_joignable(None, vers(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://0x7f.1/",
        "https://①②⑦.0.0.1/",
        "https://169.254.169.254/",
        "https://[::ffff:10.2.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "http://10.2.0.1/",
        "http://93.184.216.34/",
    ],
)
def test_dem_10_une_adresse_jamais_permise_se_refuse_a_l_abonnement(url: str) -> None:
    for organisme in (None, "MTQ"):
        with pytest.raises(Conflit):
            CONDITIONS.exiger_joignable(organisme, vers(url))


@pytest.mark.parametrize("nom", ["localhost", "a.localhost", "x.internal", "x.local.", "intranet"])
def test_dem_10_un_nom_qui_n_est_d_aucun_dns_public_se_refuse_a_l_abonnement(nom: str) -> None:
    with pytest.raises(Conflit, match="n'est pas public"):
        CONDITIONS.exiger_joignable("MTQ", vers(f"https://{nom}/"))
    CONDITIONS.exiger_joignable(None, vers(f"https://{nom}/"))


def test_un_nom_accentue_se_garde_en_punycode() -> None:
    assert vers("https://été.example/é").url == "https://xn--t-9fab.example/%C3%A9"


def test_dem_10_un_evenement_sans_organisme_ne_va_qu_au_mcn() -> None:
    CONDITIONS.exiger_livrables(None, ["fiche.publiée"])
    CONDITIONS.exiger_livrables("MTQ", ["demande.annulée"])
    CONDITIONS.exiger_livrables("MTQ", [])
    with pytest.raises(Conflit, match=r"fiche\.publiée") as refus:
        CONDITIONS.exiger_livrables("MTQ", ["demande.annulée", "fiche.publiée"])
    assert refus.value.details["types_livrables"] == sorted(TYPES_D_ORGANISME)


def test_dem_10_les_abonnes_d_un_organisme_sont_bornes() -> None:
    CONDITIONS.exiger_place(1)
    with pytest.raises(Conflit, match="Au plus 2"):
        CONDITIONS.exiger_place(2)


# --- Retry-After ----------------------------------------------------------------------------------


@given(st.integers(1, 9), st.timedeltas(timedelta(), timedelta(days=4_000)), st.floats(0, 0.999))
def test_dem_10_l_attente_demandee_allonge_dans_ses_bornes(
    numero: int, apres: timedelta, hasard: float
) -> None:
    demande = Essai(
        evenement_id=ESPACE, numero=numero, statut=429, erreur=None, hasard=hasard, apres=apres
    )
    assert demande.attente >= essai(numero, 429, hasard).attente
    assert demande.attente >= min(apres, APRES_MAX)
    assert demande.attente <= max(REPRISES[numero - 1], APRES_MAX) * (1 + GIGUE)


def test_dem_10_un_abonne_se_repose_le_temps_qu_il_demande() -> None:
    presse = replace(essai(1, 429), apres=timedelta(hours=1))
    assert WEBHOOK.enregistrer_essais([presse]).repos(presse) == timedelta(hours=1)
    excessif = replace(presse, apres=timedelta(days=400))
    assert WEBHOOK.enregistrer_essais([excessif]).repos(excessif) == APRES_MAX
    bref = replace(presse, apres=timedelta(seconds=1))
    assert WEBHOOK.enregistrer_essais([bref]).repos(bref) == timedelta(seconds=5)
    assert WEBHOOK.repos(essai(1, 200)) == timedelta()


# --- L'équité -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attendant:
    organisme: str | None
    rang: int = 0


ORGANISMES = st.sampled_from([None, "MTQ", "SQ", "MSSS"])


@given(st.lists(ORGANISMES, max_size=200), st.lists(ORGANISMES, max_size=40))
def test_dem_10_nul_organisme_ne_prend_les_places_d_un_autre(
    demandees: list[str | None], tenues: list[str | None]
) -> None:
    attendants = [Attendant(o, n) for n, o in enumerate(demandees)]
    choisis = servir_ensuite(attendants, tenues)
    apres = Counter(tenues) + Counter(c.organisme for c in choisis)
    for organisme in {c.organisme for c in choisis}:
        assert apres[organisme] <= PLACES_PAR_ORGANISME
        siens = [c.rang for c in choisis if c.organisme == organisme]
        assert siens == sorted(siens)
    for organisme in set(demandees):
        # Quatre organismes ne remplissent pas le guichet : chacun a ce qu'il demande, ou sa part.
        voulu = min(
            demandees.count(organisme), max(0, PLACES_PAR_ORGANISME - tenues.count(organisme))
        )
        assert sum(c.organisme == organisme for c in choisis) == voulu


def test_dem_10_guichet_plein_l_organisme_le_moins_servi_passe_d_abord() -> None:
    tenues = [f"O{n % 40}" for n in range(PLACES - 2)]
    avides = [Attendant(f"O{n % 40}", n) for n in range(80)]
    choisis = servir_ensuite([*avides, Attendant("NEUF"), Attendant("AUTRE")], tenues)
    assert {c.organisme for c in choisis} == {"NEUF", "AUTRE"}
    assert servir_ensuite([Attendant("NEUF")], [*tenues, "x", "y"]) == []
