"""L'ITSM entrant : signé, idempotent, hors ordre toléré (DEM-10)."""

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from outils.essais.banc import Banc
from services.demandes.tests.parcours import Parcours
from socle.horloge import horloge_systeme

pytestmark = pytest.mark.integration

ANCIENNE = "whsec_" + base64.b64encode(b"une ancienne cle de l'ITSM").decode()
NEUVE = "whsec_" + base64.b64encode(b"une cle neuve de l'ITSM").decode()
ETRANGERE = "whsec_" + base64.b64encode(b"la cle de quelqu'un d'autre").decode()


@dataclass(slots=True)
class Itsm:
    """L'outil du CSC, qui annonce et signe."""

    client: httpx.AsyncClient

    async def dire(
        self,
        type_evenement: str,
        time: str = "2026-09-01T13:00:00Z",
        *,
        identifiant: str | None = None,
        secret: str = NEUVE,
        age: timedelta = timedelta(),
        **donnees: Any,
    ) -> httpx.Response:
        corps = json.dumps({"type": type_evenement, "time": time, "data": donnees})
        identifiant = identifiant or f"itsm-{uuid4()}"
        instant = horloge_systeme() - age
        return await self.envoyer(
            corps.encode(),
            **{
                "webhook-id": identifiant,
                "webhook-timestamp": str(int(instant.timestamp())),
                "webhook-signature": Webhook(secret).sign(identifiant, instant, corps),
            },
        )

    async def envoyer(self, corps: bytes, **en_tetes: str) -> httpx.Response:
        return await self.client.post("/v1/itsm/evenements", content=corps, headers=en_tetes)


@pytest.fixture
async def parcours(banc: Callable[..., Awaitable[Banc]]) -> Parcours:
    return await Parcours.monter(await banc("demandes", itsm_secrets=f"{NEUVE}, {ANCIENNE}"))


@pytest.fixture
def itsm(parcours: Parcours) -> Itsm:
    return Itsm(parcours.banc.client())


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


async def test_dem_10_un_acte_arrive_avant_son_predecesseur_attend_son_tour(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.creer()
    qui = {"demande_id": demande["id"]}
    parcours.banc.horloge.aller("2026-09-05T12:00Z")
    article = demande["articles"][0]["id"]
    for reponse in (
        await itsm.dire("livraison", "2026-09-04T20:00:00Z", article_id=article, **qui),
        await itsm.dire("reprise", "2026-09-04T13:00:00Z", **qui),
        await itsm.dire("suspension", "2026-09-03T13:00:00Z", motif="Attente.", **qui),
        await itsm.dire("prise_en_charge", "2026-09-02T13:00:00Z", **qui),
    ):
        assert (reponse.status_code, reponse.json()["sort"]) == (202, "differe")
    differes = await parcours.csc.get("/v1/itsm/evenements", params={"sort": "differe"})
    assert len(differes.json()["elements"]) == 4
    approuvee = await parcours.agir(parcours.signataire, demande, "approbation")
    assert approuvee["etat"] == "completee"
    assert await parcours.types(demande) == [
        "demande.créée",
        "demande.approuvée",
        "demande.prise_en_charge",
        "demande.suspendue",
        "demande.reprise",
        "poste.livré",
        "demande.complétée",
    ]
    differes = await parcours.csc.get("/v1/itsm/evenements", params={"sort": "differe"})
    assert differes.json()["elements"] == []


async def test_dem_10_depuis_un_etat_final_l_acte_est_refuse(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.creer()
    qui = {"demande_id": demande["id"]}
    assert (await itsm.dire("prise_en_charge", **qui)).status_code == 202
    await parcours.agir(parcours.signataire, demande, "refus", motif="Budget.")
    refus = await itsm.dire("suspension", motif="x", **qui)
    assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-4")
    refuses = await parcours.csc.get("/v1/itsm/evenements", params={"sort": "refuse"})
    (acte,) = refuses.json()["elements"]
    assert (acte["geste"], acte["raison"] is not None) == ("prise_en_charge", True)


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
    for secret, statut in ((ANCIENNE, 202), (NEUVE, 202), (ETRANGERE, 401)):
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


async def test_dem_10_un_acte_du_futur_est_refuse(parcours: Parcours, itsm: Itsm) -> None:
    demande = await parcours.creer()
    refus = await itsm.dire("prise_en_charge", "2026-09-01T13:00:01Z", demande_id=demande["id"])
    assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-10")


async def test_dem_10_heures_intervention_recuperation(parcours: Parcours, itsm: Itsm) -> None:
    amenagement = await parcours.creer(sorte="amenagement_utilisateur", articles=[])
    await parcours.agir(parcours.signataire, amenagement, "approbation")
    qui = {"demande_id": amenagement["id"]}
    heures = [{"tarif": "AMENAGEMENT-BUR", "minutes": 45}]
    assert (await itsm.dire("heures_travaillees", travaux=heures, **qui)).status_code == 202
    assert (await itsm.dire("completion", travaux=heures, **qui)).status_code == 202
    assert (await itsm.dire("prise_en_charge", **qui)).status_code == 200
    (fin,) = await parcours.banc.sortants("aménagement.complété")
    assert fin.donnees["travaux"] == heures * 2

    soutien = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[])
    await itsm.dire("completion", demande_id=soutien["id"])
    intervention: dict[str, Any] = {
        "organisme": "MTQ",
        "incident_id": str(uuid4()),
        "intervention_id": str(uuid4()),
        "debut": "2026-09-01T12:00:00Z",
        "minutes": 20,
        "cloture": True,
    }
    for _ in range(2):
        reponse = await itsm.dire("intervention", **intervention)
        assert reponse.status_code == 200, reponse.text
    assert len(await parcours.banc.sortants("intervention.effectuée")) == 1

    poste = await parcours.prise_en_charge()
    livree = await parcours.agir(
        parcours.csc, poste, "livraison", article_id=poste["articles"][0]["id"]
    )
    actif = livree["articles"][0]["actif_id"]
    assert (await itsm.dire("recuperation", actif_id=actif)).status_code == 200
    assert (await itsm.dire("recuperation", actif_id=actif)).status_code == 409


async def test_dem_10_le_refus_d_un_acte_differe_n_arrete_pas_l_approbation(
    parcours: Parcours, itsm: Itsm
) -> None:
    abonne = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[])
    await parcours.agir(parcours.csc, abonne, "completion")
    seconde = await parcours.creer(sorte="soutien_etendu", articles=[])
    for geste in ("prise_en_charge", "completion"):
        assert (await itsm.dire(geste, demande_id=seconde["id"])).status_code == 202
    suite = await parcours.agir(parcours.signataire, seconde, "approbation")
    assert suite["etat"] == "prise_en_charge"
    refuses = await parcours.csc.get("/v1/itsm/evenements", params={"sort": "refuse"})
    (acte,) = refuses.json()["elements"]
    assert (acte["geste"], "déjà abonné" in acte["raison"]) == ("completion", True)
    assert len(await parcours.banc.sortants("abonnement.souscrit")) == 1


async def test_dem_10_des_heures_apres_la_fin_ne_se_perdent_pas_en_silence(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.prise_en_charge(sorte="amenagement_utilisateur", articles=[])
    await parcours.agir(parcours.csc, demande, "completion")
    heures = [{"tarif": "AMENAGEMENT-BUR", "minutes": 45}]
    vide = await itsm.dire("completion", demande_id=demande["id"])
    assert vide.status_code == 200
    tard = await itsm.dire("completion", demande_id=demande["id"], travaux=heures)
    assert tard.status_code == 409


async def test_dem_10_un_acte_differe_qui_dure_est_signale_une_fois(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.creer()
    await itsm.dire("prise_en_charge", demande_id=demande["id"])
    assert await parcours.banc.tache("actes-differes") == 0
    parcours.banc.horloge.aller("2026-09-01T18:00Z")
    assert await parcours.banc.tache("actes-differes") == 1
    assert await parcours.banc.tache("actes-differes") == 0
    (acte,) = (await parcours.csc.get("/v1/itsm/evenements")).json()["elements"]
    assert acte["signale_le"] == "2026-09-01T18:00:00Z"
