"""Les notes de crédit du fournisseur, par l'API, sur PostgreSQL (CI-19)."""

import asyncio

import pytest

from services.courtier.tests.contrat_signe import Conclu, conclure
from services.courtier.tests.marche import Corps, Marche

pytestmark = pytest.mark.integration


@pytest.fixture
async def conclu(marche: Marche) -> Conclu:
    """Un contrat de 12 000 $ commencé depuis une semaine."""
    conclu = await conclure(marche)
    marche.banc.horloge.aller("2026-10-08T09:00-04:00")
    return conclu


def note(conclu: Conclu, numero: str, montant: str, **autres: object) -> Corps:
    return conclu.facture(numero, montant, **{"reduit": "F-1", **autres})


async def sommes(conclu: Conclu) -> tuple[str, str]:
    lue = await conclu.consommation()
    return lue["facture"], lue["consomme"]


async def test_ci_19_une_note_de_credit_reduit_sa_facture_jamais_de_plus(conclu: Conclu) -> None:
    facture = (await conclu.poser("factures", conclu.facture(montant="1000.00"))).json()
    posee = await conclu.poser("factures", note(conclu, "N-1", "-400.00", reduit=" f-1"))
    assert posee.status_code == 201, posee.text
    assert (posee.json()["reduit"], posee.json()["montant"]) == (facture["id"], "-400.00")
    assert await sommes(conclu) == ("600.00", "600.00")
    trop = await conclu.poser("factures", note(conclu, "N-2", "-600.01"))
    assert (trop.status_code, trop.json()["details"]) == (409, {"reste": "600.00"})
    assert (await conclu.poser("factures", note(conclu, "N-2", "-600.00"))).status_code == 201
    assert await sommes(conclu) == ("0.00", "0.00")
    # Réduite, la facture ne s'annule ni ne se corrige; ses notes annulées, elle se corrige.
    for geste, corps in (("annulation", {}), ("correction", conclu.facture())):
        refus = await conclu.poser(
            f"factures/{facture['id']}/{geste}", {**corps, "motif": "Doublon."}
        )
        assert (refus.status_code, refus.json()["regle"]) == (409, "CI-19")
    for annulee in (await conclu.marche.gestionnaire.get(f"{conclu.chemin}/factures")).json()[
        "elements"
    ]:
        if annulee["reduit"]:
            chemin = f"factures/{annulee['id']}/annulation"
            assert (await conclu.poser(chemin, {"motif": "Doublon."})).status_code == 200
    assert await sommes(conclu) == ("1000.00", "1000.00")


async def test_ci_19_une_note_suit_la_commande_de_sa_facture(conclu: Conclu) -> None:
    """Connue, à venir, corrigée ou annulée."""
    await conclu.poser("factures", conclu.facture(montant="1500.00", bon="BC-1"))
    posee = (await conclu.poser("factures", note(conclu, "N-1", "-700.00"))).json()
    assert (posee["bon"], posee["commande_id"]) == ("BC-1", None)
    assert await sommes(conclu) == ("800.00", "800.00")
    commande = (await conclu.poser("commandes", conclu.commande(montant="600.00"))).json()
    assert (commande["facture"], commande["ecart"]) == ("800.00", "200.00")
    assert (await conclu.poser("factures", note(conclu, "N-2", "-300.00"))).status_code == 201
    assert await sommes(conclu) == ("500.00", "600.00")
    annulee = await conclu.poser(f"commandes/{commande['id']}/annulation", {"motif": "Doublon."})
    assert annulee.json()["facture"] == "500.00"
    assert (await conclu.poser("factures", note(conclu, "N-3", "-500.00"))).status_code == 201
    assert await sommes(conclu) == ("0.00", "0.00")


async def test_ci_19_un_lot_csv_porte_une_facture_et_sa_note(conclu: Conclu) -> None:
    lot = "Numéro;Datée le;Montant;Réduit\nF-1;2026-10-05;1 000,00;\nN-1;2026-10-06;-250,50;F-1"
    rendu = await conclu.marche.gestionnaire.post(
        f"{conclu.chemin}/factures/lots", content=lot.encode(), headers={"Content-Type": "text/csv"}
    )
    assert rendu.status_code == 201, rendu.text
    assert await sommes(conclu) == ("749.50", "749.50")


async def test_ci_19_seize_notes_a_la_fois_ne_reduisent_pas_de_trop(conclu: Conclu) -> None:
    await conclu.poser("factures", conclu.facture(montant="1000.00"))
    corps = [note(conclu, f"N-{rang}", "-100.00") for rang in range(16)]
    rendus = await asyncio.gather(*(conclu.poser("factures", c) for c in corps))
    assert sorted(r.status_code for r in rendus) == [201] * 10 + [409] * 6
    assert await sommes(conclu) == ("0.00", "0.00")


@pytest.mark.parametrize(
    ("change", "statut"),
    [
        ({"montant": "100.00"}, 422),
        ({"montant": "0.00"}, 422),
        ({"bon": "BC-1"}, 422),
        ({"reduit": None}, 422),
        ({"reduit": "F-2"}, 409),
        ({"reduit": "N-0"}, 409),
        ({"datee_le": "2026-10-04"}, 409),
        ({"datee_le": "2026-10-09"}, 409),
        ({"numero": "F-1"}, 409),
    ],
)
async def test_ci_19_une_note_de_credit_mal_dite(
    conclu: Conclu, change: Corps, statut: int
) -> None:
    await conclu.poser("factures", conclu.facture(montant="1000.00"))
    assert (await conclu.poser("factures", note(conclu, "N-0", "-1.00"))).status_code == 201
    refus = await conclu.poser("factures", {**note(conclu, "N-1", "-1.00"), **change})
    assert refus.status_code == statut, refus.text
    assert await sommes(conclu) == ("999.00", "999.00")
