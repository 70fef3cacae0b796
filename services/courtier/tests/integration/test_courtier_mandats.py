"""La copie des mandats, par les événements de demandes, et ce qu'elle permet de signer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from courtier.organismes.adaptateurs.depots import MandatsSql
from courtier.organismes.cas_usage import synchroniser_mandats
from courtier.organismes.domaine import FaitDeMandat, Registre, Retrait, Substitution
from courtier.organismes.ports import Ports
from services.courtier.tests import builders
from services.courtier.tests.marche import EMPREINTES, Marche, mandat, retrait, substitution

pytestmark = pytest.mark.integration

CLIENT = {"partie": "client", **EMPREINTES}
COPIES = ("mandats", "retraits_de_mandat", "substitutions")
ALICE = "alice"
SUBSTITUT = "benoit"


async def signer(marche: Marche, contrat_id: str, sujet: str, *roles: str) -> tuple[int, object]:
    """Le statut, et la règle du refus ou le mandat de la signature."""
    client = marche.banc.client("signataire", *roles, organisme="MTQ", sujet=sujet)
    reponse = await client.post(f"/v1/contrats/{contrat_id}/signature", json=CLIENT)
    corps = reponse.json()
    return reponse.status_code, corps.get("regle") or corps["signature_client"]


async def valide(marche: Marche) -> str:
    """Un contrat de 12 000 $, que MTQ a validé."""
    contrat = await marche.contrat()
    reponse = await marche.gestionnaire.post(f"/v1/contrats/{contrat['id']}/validation")
    assert reponse.status_code == 200, reponse.text
    return str(contrat["id"])


async def copies(marche: Marche) -> Sequence[object]:
    async with marche.banc.interne() as cx:
        return [
            tuple(ligne)
            for table in COPIES
            for ligne in await cx.lignes(text(f"TABLE {table} ORDER BY 1, 2"))
        ]


async def effacer(marche: Marche, *tables: str) -> None:
    async with marche.banc.interne() as cx:
        for table in tables:
            await cx.ecrire(text(f"DELETE FROM {table}"))


async def test_dem_3_sans_mandat_pour_un_contrat_specifique_403(marche: Marche) -> None:
    contrat_id = await valide(marche)
    du_service = mandat("MTQ", "denis", familles=("demandes_de_service",))
    d_un_autre = mandat("SQ", "claire")
    fini = mandat("MTQ", "fatima", fin=date(2026, 9, 1))
    a_venir = mandat("MTQ", "emilie", debut=date(2026, 9, 2))
    await marche.banc.recevoir(du_service, d_un_autre, fini, a_venir)
    for sujet in ("inconnue", "denis", "claire", "fatima", "emilie"):
        assert await signer(marche, contrat_id, sujet) == (403, "DEM-3")
    machine = await signer(marche, contrat_id, "signataire-mtq", "integration")
    assert machine == (403, "DEM-3")
    lu = (await marche.courtier.get(f"/v1/contrats/{contrat_id}")).json()
    assert (lu["etat"], lu["signature_client"]) == ("valide", None)


async def test_dem_3_le_mandat_se_lit_au_jour_de_quebec_de_l_acte(marche: Marche) -> None:
    contrat_id = await valide(marche)
    du_2 = mandat("MTQ", ALICE, debut=date(2026, 9, 2))
    await marche.banc.recevoir(du_2)
    marche.banc.horloge.aller("2026-09-01T23:59-04:00")  # déjà le 2 en UTC
    assert await signer(marche, contrat_id, ALICE) == (403, "DEM-3")
    marche.banc.horloge.aller("2026-09-02T00:00-04:00")
    statut, signature = await signer(marche, contrat_id, ALICE)
    assert (statut, signature) == (
        200,
        {
            "par": ALICE,
            "le": "2026-09-02T04:00:00Z",
            "mandat_id": str(du_2.mandat_id),
            "substitution_id": None,
        },
    )


async def test_dem_3_un_substitut_signe_et_l_acte_dit_au_nom_de_quel_mandat(
    marche: Marche,
) -> None:
    contrat_id = await valide(marche)
    titulaire = mandat("MTQ", ALICE)
    remplace = substitution(titulaire.mandat_id, SUBSTITUT)
    await marche.banc.recevoir(remplace)
    assert await signer(marche, contrat_id, SUBSTITUT) == (403, "DEM-3")
    await marche.banc.recevoir(titulaire)
    statut, signature = await signer(marche, contrat_id, SUBSTITUT)
    assert statut == 200
    assert signature == {
        "par": SUBSTITUT,
        "le": "2026-09-01T13:00:00Z",
        "mandat_id": str(titulaire.mandat_id),
        "substitution_id": str(remplace.substitution_id),
    }


async def test_dem_3_le_mandat_d_un_organisme_ne_se_substitue_pas_dans_un_autre(
    marche: Marche,
) -> None:
    contrat_id = await valide(marche)
    de_sq = mandat("SQ", "claire")
    await marche.banc.recevoir(
        de_sq,
        substitution(de_sq.mandat_id, SUBSTITUT),
        substitution(de_sq.mandat_id, "denis", "SQ"),
    )
    assert await signer(marche, contrat_id, SUBSTITUT) == (403, "DEM-3")
    assert await signer(marche, contrat_id, "denis") == (403, "DEM-3")


async def test_dem_8_le_total_ne_depasse_pas_le_plafond_du_mandat(marche: Marche) -> None:
    contrat_id = await valide(marche)
    await marche.banc.recevoir(
        mandat("MTQ", ALICE, plafond="11999.99"), mandat("MTQ", "denis", plafond="12000.00")
    )
    client = marche.banc.client("signataire", organisme="MTQ", sujet=ALICE)
    refus = await client.post(f"/v1/contrats/{contrat_id}/signature", json=CLIENT)
    assert (refus.status_code, refus.json()["regle"]) == (403, "DEM-8")
    assert refus.json()["details"] == {"montant": "12000.00", "plafond": "11999.99"}
    statut, _ = await signer(marche, contrat_id, "denis")
    assert statut == 200


async def test_dem_3_la_derniere_fin_dite_vaut_dans_tous_les_ordres(marche: Marche) -> None:
    """Deux fins, la seconde prolonge : chaque ordre d'arrivée, répétitions comprises."""
    commun: Any = {"organisme": "MTQ", "sequence": 1}
    mandat_id, fin = uuid4(), date(2026, 10, 1)
    inscrit = builders.mandat(mandat_id, sujet=ALICE, fin=date(2026, 8, 1))
    remplace = Substitution(
        id=uuid4(), mandat_id=mandat_id, sujet=SUBSTITUT, debut=fin, fin=fin, **commun
    )
    faits: tuple[FaitDeMandat, ...] = (
        inscrit,
        Retrait(mandat_id=mandat_id, organisme="MTQ", fin=date(2026, 8, 15), sequence=2),
        Retrait(mandat_id=mandat_id, organisme="MTQ", fin=fin, sequence=3),
        remplace,
    )
    attendu = Registre((replace(inscrit, fin=fin),), (remplace,))
    for rang, ordre in enumerate(permutations(faits)):
        await effacer(marche, "mandats", "retraits_de_mandat", "substitutions")
        for essai, fait in enumerate((*ordre, *ordre)):
            await marche.banc.contexte.executer(
                "mandats", Ports, synchroniser_mandats, (fait,), cle=f"{rang}-{essai}"
            )
        async with marche.banc.interne() as connexion:
            registre = MandatsSql(connexion)
            assert (await registre.registre("MTQ", ALICE)).mandats == attendu.mandats
            assert await registre.registre("MTQ", SUBSTITUT) == attendu
            assert await registre.registre("SQ", ALICE) == Registre()


async def test_dem_3_les_mandats_relus_des_sujets_sont_les_memes(marche: Marche) -> None:
    inscrit = mandat("MTQ", ALICE, plafond="50000")
    faits = (
        inscrit,
        retrait(inscrit.mandat_id, date(2027, 1, 1)),
        substitution(inscrit.mandat_id, SUBSTITUT),
    )
    messages = [marche.banc.message(fait, sequence=rang) for rang, fait in enumerate(faits, 1)]
    await marche.banc.recevoir_messages(messages)
    avant = await copies(marche)
    assert len(avant) == 4, "avec le mandat de la signataire du marché"
    await effacer(marche, "socle_inbox", "socle_suivi")
    await marche.banc.recevoir_messages([*messages, *messages])
    assert await copies(marche) == avant
    assert {table.name for table in marche.banc.service.copies} >= set(COPIES)


async def test_dem_3_une_fin_arrivee_la_premiere_attend_son_mandat(marche: Marche) -> None:
    contrat_id = await valide(marche)
    inscrit = mandat("MTQ", ALICE)
    fin = marche.banc.message(retrait(inscrit.mandat_id, date(2026, 9, 1)), sequence=2)
    await marche.banc.recevoir_messages([fin])
    await marche.banc.recevoir_messages([marche.banc.message(inscrit, sequence=1)])
    assert await signer(marche, contrat_id, ALICE) == (403, "DEM-3")
    assert await marche.banc.rebuts() == []
