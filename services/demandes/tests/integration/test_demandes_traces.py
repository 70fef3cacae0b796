"""La trace d'une demande : portée à l'ITSM, rendue par lui ou non, jamais crue (DEM-10)."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import pytest
from opentelemetry.sdk.trace import Span, TracerProvider
from sqlalchemy import text

from demandes.demande.adaptateurs.depots import DemandesSql
from outils.essais.banc import Banc
from services.demandes.tests.abonne import abonne, abonner, annulee
from services.demandes.tests.itsm import Itsm
from services.demandes.tests.parcours import Parcours

pytestmark = pytest.mark.integration
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


async def en_tetes_de(parcours: Parcours, type_evenement: str) -> dict[str, str]:
    """Les en-têtes, hors de l'enveloppe, du seul fait de ce type dans la boîte d'envoi."""
    requete = text("SELECT en_tetes FROM socle_outbox WHERE type = :type")
    async with parcours.banc.interne() as connexion:
        (dits,) = await connexion.colonne(requete, {"type": type_evenement})
    en_tetes: dict[str, str] = json.loads(dits)
    return en_tetes


async def test_dem_10_l_envoi_porte_la_trace_du_fait(
    banc: Callable[..., Awaitable[Banc]],
) -> None:
    """En en-tête, et dans le corps signé : le rejeu porte la même."""
    parcours = await Parcours.monter(await banc("demandes", webhooks_reseaux_permis="127.0.0.0/8"))
    async with abonne() as recepteur:
        await abonner(parcours, recepteur.url, types=["demande.annulée"])
        suivi, muet = parcours.banc.message(annulee()), parcours.banc.message(annulee())
        suivi = replace(suivi, en_tetes={**suivi.en_tetes, "traceparent": PARENT})
        await parcours.banc.recevoir_messages([suivi, muet])
        await parcours.banc.tache("webhooks")
    dits = {en_tetes["webhook-id"]: (en_tetes, corps) for en_tetes, corps in recepteur.recus}
    en_tetes, corps = dits[str(suivi.identifiant)]
    assert en_tetes["traceparent"] == json.loads(corps)["traceparent"] == PARENT
    en_tetes, corps = dits[str(muet.identifiant)]
    assert "traceparent" not in en_tetes
    assert "traceparent" not in json.loads(corps)


async def test_dem_10_un_acte_de_l_itsm_suit_la_trace_qu_il_rend(
    parcours: Parcours, itsm: Itsm
) -> None:
    demande = await parcours.creer()
    await parcours.agir(parcours.signataire, demande, "approbation")
    itsm.client.headers["traceparent"] = PARENT
    prise = await itsm.dire("prise_en_charge", demande_id=demande["id"])
    assert prise.status_code == 200
    assert TRACE in (await en_tetes_de(parcours, "demande.prise_en_charge"))["traceparent"]


@pytest.mark.parametrize("faux", ["x" * 9_000, f"00-{'0' * 32}-{'0' * 16}-01", PARENT + "-x"])
async def test_dem_10_une_trace_fausse_n_empeche_aucun_acte(
    parcours: Parcours, itsm: Itsm, faux: str
) -> None:
    demande = await parcours.creer()
    await parcours.agir(parcours.signataire, demande, "approbation")
    itsm.client.headers["traceparent"] = faux
    prise = await itsm.dire("prise_en_charge", demande_id=demande["id"])
    assert prise.status_code == 200
    assert await en_tetes_de(parcours, "demande.prise_en_charge") == {}


async def test_dem_10_sans_trace_rendue_l_acte_se_relie_a_celle_de_sa_demande(
    parcours: Parcours,
) -> None:
    parcours.demandeur.headers["traceparent"] = PARENT
    demande = await parcours.creer()
    del parcours.demandeur.headers["traceparent"]
    autre = await parcours.creer()
    async with parcours.banc.interne() as connexion:
        gardees = await connexion.lignes(text("SELECT id, trace FROM demandes"))
        assert {str(i): t and TRACE in t for i, t in gardees} == {
            demande["id"]: True,
            autre["id"]: None,
        }
        with TracerProvider().get_tracer("essai").start_as_current_span("acte") as span:
            await DemandesSql(connexion).charger(UUID(demande["id"]))
            await DemandesSql(connexion).charger(UUID(autre["id"]))
    assert isinstance(span, Span)
    assert [f"{lien.context.trace_id:032x}" for lien in span.links] == [TRACE]
