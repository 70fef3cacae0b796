"""Les pièces d'un contrat par l'API, sur PostgreSQL : CI-23."""

import asyncio

import pytest

from services.courtier.tests.marche import Corps, Marche

pytestmark = pytest.mark.integration

CHOIX: Corps = {
    "genre": "choix",
    "titre": "Analyse comparative",
    "empreinte": "1" * 64,
    "datee_le": "2026-09-01",
}
FIN = "2028-10-02T09:00-04:00"
"""Le lendemain de la fin du contrat."""


def _destruction(*pieces: str, le: str = "2028-10-02") -> Corps:
    return {
        "pieces": list(pieces),
        "detruites_le": le,
        "methode": "Effacement certifié.",
        "attestation": "2" * 64,
    }


async def _deposee(marche: Marche, chemin: str, **autres: str) -> str:
    rendue = await marche.gestionnaire.post(f"{chemin}/pieces", json={**CHOIX, **autres})
    assert rendue.status_code == 201, rendue.text
    piece_id: str = rendue.json()["id"]
    return piece_id


async def _lues(marche: Marche, chemin: str) -> list[Corps]:
    """Les pièces que l'essai a déposées, sans celles du dossier dont naît le contrat."""
    lues: list[Corps] = (await marche.courtier.get(f"{chemin}/pieces")).json()["elements"]
    return [piece for piece in lues if piece["titre"] == CHOIX["titre"]]


async def test_ci_23_la_table_et_la_fin_du_contrat_disent_quand_detruire(marche: Marche) -> None:
    chemin = f"/v1/contrats/{(await marche.conclu())['id']}"
    choix = await _deposee(marche, chemin)
    facture = await _deposee(marche, chemin, genre="facture", empreinte="3" * 64)
    lues = await _lues(marche, chemin)
    assert [(p["id"], p["destructible_le"]) for p in lues] == [
        (choix, "2028-10-01"),
        (facture, "2035-10-01"),
    ]
    double = await marche.gestionnaire.post(f"{chemin}/pieces", json=CHOIX)
    assert (double.status_code, double.json()["regle"]) == (409, "CI-23")

    tot = await marche.gestionnaire.post(
        f"{chemin}/pieces/destructions", json=_destruction(choix, le="2026-09-09")
    )
    assert (tot.status_code, tot.json()["regle"]) == (409, "CI-23")
    marche.banc.horloge.aller(FIN)
    for corps in (
        _destruction(choix, facture),
        _destruction(choix, le="2028-10-03"),
        _destruction(choix, le="2028-09-30"),
        _destruction(choix, le="2026-09-08"),
    ):
        refus = await marche.gestionnaire.post(f"{chemin}/pieces/destructions", json=corps)
        assert (refus.status_code, refus.json()["regle"]) == (409, "CI-23"), corps
    courtier = await marche.courtier.post(f"{chemin}/pieces/destructions", json=_destruction(choix))
    assert courtier.status_code == 403
    faite = await marche.gestionnaire.post(
        f"{chemin}/pieces/destructions", json=_destruction(choix)
    )
    assert faite.status_code == 201, faite.text
    encore = await marche.gestionnaire.post(
        f"{chemin}/pieces/destructions", json=_destruction(choix)
    )
    assert "déjà détruite" in encore.json()["detail"]
    [detruite, gardee] = await _lues(marche, chemin)
    assert detruite["destruction"]["attestee"]["par"] == "gestionnaire-mtq"
    assert gardee["destruction"] is None


async def test_ci_23_sous_gel_rien_ne_se_detruit_et_qui_l_a_pose_le_leve(marche: Marche) -> None:
    chemin = f"/v1/contrats/{(await marche.conclu())['id']}"
    piece = await _deposee(marche, chemin)
    marche.banc.horloge.aller(FIN)
    motif = {"motif": "Litige."}
    gels = [
        (await client.post(f"{chemin}/gels", json=motif)).json()["id"]
        for client in (marche.courtier, marche.gestionnaire)
    ]
    autre = await marche.gestionnaire.post(f"{chemin}/gels/{gels[0]}/levee", json=motif)
    assert (autre.status_code, autre.json()["regle"]) == (403, "CI-23")
    courtier = await marche.courtier.post(f"{chemin}/gels/{gels[1]}/levee", json=motif)
    assert courtier.status_code == 403

    async def detruire(le: str) -> int:
        corps = _destruction(piece, le=le)
        rendue = await marche.gestionnaire.post(f"{chemin}/pieces/destructions", json=corps)
        return rendue.status_code

    assert await detruire("2028-10-01") == 409
    await marche.gestionnaire.post(f"{chemin}/gels/{gels[1]}/levee", json=motif)
    marche.banc.horloge.aller("2028-10-05T09:00-04:00")
    assert await detruire("2028-10-05") == 409
    leve = await marche.courtier.post(f"{chemin}/gels/{gels[0]}/levee", json=motif)
    assert leve.json()["levee"]["par"] == "courtier-1"
    assert (
        await marche.courtier.post(f"{chemin}/gels/{gels[0]}/levee", json=motif)
    ).status_code == 409
    marche.banc.horloge.aller("2028-10-06T09:00-04:00")
    assert await detruire("2028-10-05") == 409
    assert await detruire("2028-10-06") == 201
    assert len((await marche.courtier.get(f"{chemin}/gels")).json()["elements"]) == 2


async def test_ci_23_le_courtier_demande_une_piece_due_selon_la_table(
    marche: Marche,
) -> None:
    chemin = f"/v1/contrats/{(await marche.conclu())['id']}"
    piece = await _deposee(marche, chemin)
    lettre = await _deposee(marche, chemin, genre="resiliation", empreinte="4" * 64)
    marche.banc.horloge.aller(FIN)
    motif = {"motif": "Amélioration continue."}
    refuse = await marche.gestionnaire.post(f"{chemin}/pieces/{piece}/demande", json=motif)
    assert refuse.status_code == 403
    demandee = await marche.courtier.post(f"{chemin}/pieces/{piece}/demande", json=motif)
    assert (demandee.status_code, demandee.json()["due_le"]) == (201, "2028-10-10")
    aussitot = await marche.courtier.post(f"{chemin}/pieces/{lettre}/demande", json=motif)
    assert aussitot.json()["due_le"] == "2028-10-02"
    deux_fois = await marche.courtier.post(f"{chemin}/pieces/{piece}/demande", json=motif)
    assert (deux_fois.status_code, deux_fois.json()["regle"]) == (409, "CI-23")

    marche.banc.horloge.aller("2028-10-03T09:00-04:00")
    retards = await marche.courtier.get("/v1/pieces-demandees", params={"en_retard": "true"})
    assert [d["piece_id"] for d in retards.json()["elements"]] == [lettre]
    remise = f"/v1/pieces-demandees/{demandee.json()['id']}/transmission"
    for le in ("2028-10-01", "2028-10-04"):
        refus = await marche.gestionnaire.post(remise, json={"le": le})
        assert (refus.status_code, refus.json()["regle"]) == (409, "CI-23")
    transmise = await marche.gestionnaire.post(remise, json={})
    assert (transmise.json()["transmise_le"], transmise.json()["attendue_le"]) == (
        "2028-10-03", None
    )  # fmt: skip
    assert (await marche.gestionnaire.post(remise, json={})).status_code == 409
    assert await marche.obligations("transmission_piece") == [
        ("2028-10-02", "due"),
        ("2028-10-10", "remplie"),
    ]


async def test_ci_23_attendue_elle_ne_se_detruit_pas_transmise_elle_le_peut(
    marche: Marche,
) -> None:
    chemin = f"/v1/contrats/{(await marche.conclu())['id']}"
    piece = await _deposee(marche, chemin)
    marche.banc.horloge.aller(FIN)
    demande = f"{chemin}/pieces/{piece}/demande"
    demandee = await marche.courtier.post(demande, json={"motif": "Suivi."})
    corps = _destruction(piece)
    attendue = await marche.gestionnaire.post(f"{chemin}/pieces/destructions", json=corps)
    assert "attendue du Courtier" in attendue.json()["detail"]
    remise = f"/v1/pieces-demandees/{demandee.json()['id']}/transmission"
    assert (await marche.gestionnaire.post(remise, json={})).status_code == 200
    faite = await marche.gestionnaire.post(f"{chemin}/pieces/destructions", json=corps)
    assert faite.status_code == 201, faite.text
    perdue = await marche.courtier.post(demande, json={"motif": "Suivi."})
    assert "détruite" in perdue.json()["detail"]


async def test_ci_23_seize_destructions_a_la_fois_une_seule_atteste(marche: Marche) -> None:
    chemin = f"/v1/contrats/{(await marche.conclu())['id']}"
    piece = await _deposee(marche, chemin)
    marche.banc.horloge.aller(FIN)
    corps = _destruction(piece)
    rendues = await asyncio.gather(
        *(marche.gestionnaire.post(f"{chemin}/pieces/destructions", json=corps) for _ in range(16))
    )
    assert sorted(r.status_code for r in rendues) == [201, *[409] * 15]


async def test_ci_23_un_gel_et_des_destructions_a_la_fois_se_suivent(marche: Marche) -> None:
    """Une fois le gel posé, plus rien ne s'atteste : ni après lui, ni antidaté."""
    chemin = f"/v1/contrats/{(await marche.conclu())['id']}"
    pieces = [await _deposee(marche, chemin, empreinte=f"{n:064x}") for n in range(8)]
    marche.banc.horloge.aller(FIN)

    async def detruire(piece: str) -> int:
        corps = _destruction(piece)
        rendue = await marche.gestionnaire.post(f"{chemin}/pieces/destructions", json=corps)
        return rendue.status_code

    async def geler() -> int:
        return (await marche.courtier.post(f"{chemin}/gels", json={"motif": "L."})).status_code

    statuts = await asyncio.gather(*map(detruire, pieces[:4]), geler(), *map(detruire, pieces[4:]))
    assert statuts[4] == 201
    attestees = [s for n, s in enumerate(statuts) if n != 4 and s == 201]
    lues = await _lues(marche, chemin)
    [gel] = (await marche.courtier.get(f"{chemin}/gels")).json()["elements"]
    assert sum(p["destruction"] is not None for p in lues) == len(attestees)
    restantes = [p["id"] for p in lues if p["destruction"] is None]
    assert gel["levee"] is None
    for piece in restantes:
        assert await detruire(piece) == 409


async def test_ci_23_d_un_autre_organisme_introuvable(marche: Marche) -> None:
    chemin = f"/v1/contrats/{(await marche.conclu())['id']}"
    piece = await _deposee(marche, chemin)
    gel = (await marche.gestionnaire.post(f"{chemin}/gels", json={"motif": "L."})).json()["id"]
    demandee = await marche.courtier.post(
        f"{chemin}/pieces/{piece}/demande", json={"motif": "Suivi."}
    )
    intrus = marche.banc.client("gestionnaire", "signataire", organisme="SQ")
    for lue in ("pieces", "gels"):
        assert (await intrus.get(f"{chemin}/{lue}")).status_code == 404
    assert (await intrus.get("/v1/pieces-demandees")).json()["elements"] == []
    actes: dict[str, Corps] = {
        f"{chemin}/pieces": CHOIX,
        f"{chemin}/pieces/destructions": _destruction(piece),
        f"{chemin}/gels": {"motif": "Non."},
        f"{chemin}/gels/{gel}/levee": {"motif": "Non."},
        f"/v1/pieces-demandees/{demandee.json()['id']}/transmission": {},
    }
    for adresse, corps in actes.items():
        assert (await intrus.post(adresse, json=corps)).status_code == 404, adresse
    inconnue = await marche.gestionnaire.post(
        f"{chemin}/pieces/destructions", json=_destruction("00000000-0000-7000-8000-000000000000")
    )
    assert inconnue.status_code == 404


async def test_ci_23_un_contrat_non_conclu_n_a_pas_encore_de_pieces(marche: Marche) -> None:
    chemin = f"/v1/contrats/{(await marche.contrat())['id']}"
    assert (await marche.gestionnaire.get(f"{chemin}/pieces")).json()["elements"] == []
    for suite, corps in (("pieces", CHOIX), ("gels", {"motif": "L."})):
        refus = await marche.gestionnaire.post(f"{chemin}/{suite}", json=corps)
        assert (refus.status_code, refus.json()["regle"]) == (409, "CI-16")
