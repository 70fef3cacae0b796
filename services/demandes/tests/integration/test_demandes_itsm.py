"""L'ITSM entrant : signé, idempotent, hors ordre toléré (DEM-10)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.demandes.tests.itsm import ANCIENNE, ETRANGERE, NEUVE, Itsm
from services.demandes.tests.parcours import Parcours
from socle.service import Groupe

pytestmark = pytest.mark.integration


async def test_dem_10_le_travail_de_l_itsm_mene_la_demande_a_sa_fin(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.creer()
    await parcours.agir(parcours.signataire, demande, "approbation")
    parcours.banc.horloge.aller("2026-09-05T12:00Z")
    qui = {"demande_id": demande["id"]}
    article = demande["articles"][0]["id"]
    for reponse in (
        await itsm.dire("prise_en_charge", "2026-09-02T13:00:00Z", **qui),
        await itsm.dire("suspension", "2026-09-03T13:00:00Z", motif="Attente.", **qui),
        await itsm.dire("reprise", "2026-09-04T13:00:00Z", **qui),
        await itsm.dire("livraison", "2026-09-04T20:00:00Z", article_id=article, **qui),
        await itsm.dire("completion", "2026-09-04T20:00:00Z", **qui),
    ):
        assert (reponse.status_code, reponse.json()["sort"]) == (200, "applique"), reponse.text
    sortants = [s for s in await parcours.banc.sortants() if s.cle == demande["id"]][2:]
    assert [(s.type, s.survenu_le.isoformat()[:13]) for s in sortants] == [
        ("demande.prise_en_charge", "2026-09-02T13"),
        ("demande.suspendue", "2026-09-03T13"),
        ("demande.reprise", "2026-09-04T13"),
        ("poste.livré", "2026-09-04T20"),
        ("demande.complétée", "2026-09-04T20"),
    ]


async def test_dem_10_le_meme_webhook_n_a_qu_un_effet(parcours: Parcours, itsm: Itsm) -> None:
    demande = await parcours.creer()
    await parcours.agir(parcours.signataire, demande, "approbation")
    qui = {"demande_id": demande["id"]}
    for _ in range(3):
        reponse = await itsm.dire("prise_en_charge", identifiant="itsm-1", **qui)
        assert reponse.status_code == 200
    autre_corps = await itsm.dire("suspension", identifiant="itsm-1", motif="x", **qui)
    assert autre_corps.status_code == 422
    assert (await parcours.types(demande)).count("demande.prise_en_charge") == 1


async def test_dem_10_deux_cles_durant_une_rotation(parcours: Parcours, itsm: Itsm) -> None:
    demande = await parcours.creer()
    await parcours.agir(parcours.signataire, demande, "approbation")
    for secret, statut in ((ANCIENNE, 200), (NEUVE, 200), (ETRANGERE, 401)):
        reponse = await itsm.dire("prise_en_charge", secret=secret, demande_id=demande["id"])
        assert reponse.status_code == statut
    for age in (timedelta(minutes=6), timedelta(minutes=-6)):
        perime = await itsm.dire("prise_en_charge", age=age, demande_id=demande["id"])
        assert perime.status_code == 401


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "v1",
        "v1,",
        "v1,é",
        "v1,=",
        "v1,a",
        "v1,AAAA v2",
        ",",
        "v1,AAAA,BBBB",
        "v2,AAAA",
        "\x7f,",
    ],
)
async def test_dem_10_une_signature_mal_formee_est_un_401(
    parcours: Parcours, itsm: Itsm, signature: str
) -> None:
    maintenant = str(int(datetime.now(UTC).timestamp()))  # noqa: TID251 — signature
    for corps, instant in ((b"{}", maintenant), (b"\xff", maintenant), (b"{}", "hier")):
        reponse = await itsm.client.post(
            "/v1/itsm/evenements",
            content=corps,
            headers=[
                (b"webhook-id", b"x"),
                (b"webhook-timestamp", instant.encode()),
                (b"webhook-signature", signature.encode()),
            ],
        )
        assert reponse.status_code == 401
        assert reponse.headers["content-type"] == "application/problem+json"


async def test_dem_10_un_corps_signe_mais_mal_forme_est_un_422(itsm: Itsm) -> None:
    for reponse in (
        await itsm.dire("prise_en_charge"),
        await itsm.dire("annulation", demande_id=str(uuid4())),
        await itsm.dire("suspension", demande_id=str(uuid4())),
        await itsm.dire("prise_en_charge", "2026-09-01T13:00:00", demande_id=str(uuid4())),
    ):
        assert reponse.status_code == 422
        assert reponse.json()["fautes"]
    assert (await itsm.dire("prise_en_charge", demande_id=str(uuid4()))).status_code == 404


async def test_dem_10_un_type_inconnu_dit_son_champ_et_les_types_permis(itsm: Itsm) -> None:
    inconnu = await itsm.dire("annulation", demande_id=str(uuid4()))
    (faute,) = inconnu.json()["fautes"]
    assert (inconnu.status_code, faute["champ"]) == (422, "corps.type")
    assert faute["faute"].startswith("Valeurs permises : 'prise_en_charge', 'suspension', ")
    assert faute["faute"].endswith(" ou 'recuperation'.")
    assert "annulation" not in inconnu.text


async def test_dem_10_des_heures_et_une_fin_differees_s_inscrivent_ensemble(
    parcours: Parcours, itsm: Itsm
) -> None:
    amenagement = await parcours.creer(sorte="amenagement_utilisateur", articles=[])
    await parcours.agir(parcours.signataire, amenagement, "approbation")
    qui = {"demande_id": amenagement["id"]}
    heures = [{"tarif": "AMENAGEMENT-BUR", "minutes": 45}]
    encore = [{"tarif": "AMENAGEMENT-BUR", "minutes": 30}]
    assert (await itsm.dire("heures_travaillees", travaux=heures, **qui)).status_code == 202
    assert (await itsm.dire("completion", travaux=encore, **qui)).status_code == 202
    assert (await itsm.dire("prise_en_charge", **qui)).status_code == 200
    travaux = await parcours.banc.sortants("travail.effectué")
    assert sorted(t.donnees["minutes"] for t in travaux) == [30, 45]
    assert len(await parcours.banc.sortants("aménagement.complété")) == 1


async def test_dem_10_une_intervention_et_une_recuperation_n_ont_qu_un_effet(
    parcours: Parcours, itsm: Itsm
) -> None:
    soutien = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[])
    await itsm.dire("completion", demande_id=soutien["id"])
    intervention: dict[str, Any] = {
        "organisme": "MTQ",
        "incident_id": str(uuid4()),
        "intervention_id": str(uuid4()),
        "debut": "2026-09-01T22:00:00Z",
        "minutes": 20,
        "cloture": True,
    }
    parcours.banc.horloge.aller("2026-09-02T13:00Z")
    for _ in range(2):
        reponse = await itsm.dire("intervention", **intervention)
        assert reponse.status_code == 200, reponse.text
    assert len(await parcours.banc.sortants("intervention.effectuée")) == 1

    poste = await parcours.prise_en_charge()
    livree = await parcours.agir(
        parcours.csc, poste, "livraison", article_id=poste["articles"][0]["id"]
    )
    actif = livree["articles"][0]["actif_id"]
    quand = "2026-09-02T13:00:00Z"
    for _ in range(2):
        assert (await itsm.dire("recuperation", quand, actif_id=actif)).status_code == 200
    assert len(await parcours.banc.sortants("actif.récupéré")) == 1, "annoncée deux fois"
    parcours.banc.horloge.aller("2026-09-03T13:00Z")
    encore_une = await itsm.dire("recuperation", "2026-09-03T13:00:00Z", actif_id=actif)
    assert encore_une.status_code == 409
    assert encore_une.json()["details"]["acte_contredit"]["acte"] == "recuperation"


async def test_dem_10_un_differe_qui_ne_peut_aboutir_n_arrete_pas_les_autres(
    parcours: Parcours, itsm: Itsm
) -> None:
    abonne = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[])
    await parcours.agir(parcours.csc, abonne, "completion")
    seconde = await parcours.creer(sorte="soutien_etendu", articles=[])
    await parcours.agir(parcours.signataire, seconde, "approbation")
    assert (await itsm.dire("completion", demande_id=seconde["id"])).status_code == 202
    prise = await parcours.agir(parcours.csc, seconde, "prise-en-charge")
    assert prise["etat"] == "prise_en_charge", "l'organisme est déjà abonné : elle attend"
    differes = await parcours.csc.get("/v1/itsm/evenements", params={"sort": "differe"})
    assert [d["geste"] for d in differes.json()["elements"]] == ["completion"]
    assert len(await parcours.banc.sortants("abonnement.souscrit")) == 1


async def test_dem_10_un_acte_differe_qui_dure_est_signale_une_fois(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.prise_en_charge()
    await itsm.dire("reprise", demande_id=demande["id"])
    assert await parcours.banc.tache("actes-differes") == 0
    parcours.banc.horloge.aller("2026-09-01T18:00Z")
    assert await parcours.banc.tache("actes-differes") == 1
    assert await parcours.banc.tache("actes-differes") == 0
    (acte,) = (await parcours.csc.get("/v1/itsm/evenements")).json()["elements"]
    assert acte["signale_le"] == "2026-09-01T18:00:00Z"


async def test_dem_10_la_commande_liste_les_actes_en_souffrance(
    parcours: Parcours, itsm: Itsm
) -> None:
    """Sortie 1 tant qu'il y en a : `differes lister` se lit d'un terminal comme d'un script."""
    b, dits = parcours.banc, list[str]()
    (groupe,) = (c for c in b.service.commandes if isinstance(c, Groupe))
    (lister,) = groupe.commandes
    assert await lister.faire(b.contexte, dits.append)
    demande = await parcours.creer()
    await parcours.agir(parcours.signataire, demande, "approbation")
    differe = await itsm.dire("completion", identifiant="itsm-9", demande_id=demande["id"])
    assert differe.status_code == 202
    dits.clear()
    assert not await lister.faire(b.contexte, dits.append)
    assert dits[0].startswith(f"itsm-9  differe  demande {demande['id']}  completion")
    assert dits[1] == "Actes en souffrance : 1 (au plus 50)."
