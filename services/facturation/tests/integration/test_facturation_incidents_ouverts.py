"""FAC-4 : un incident resté ouvert se signale à son jour, sans qu'aucun fait n'arrive."""

from uuid import UUID, uuid4

import pytest

from contrats import demandes
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests import livrees
from services.facturation.tests.builders import a
from services.facturation.tests.integration.test_facturation_catalogue import publiee
from services.facturation.tests.scene import jour, organisme

pytestmark = pytest.mark.integration


def intervention(incident: UUID, *, cloture: bool = False) -> demandes.InterventionEffectuee:
    return demandes.InterventionEffectuee(
        organisme="MTQ", incident_id=incident, intervention_id=uuid4(), debut=a(jour(8)),
        minutes=20, cloture=cloture,
    )  # fmt: skip


async def _planter(b: Banc) -> None:
    """Les fiches livrées, telles quelles."""
    b.horloge.aller("2026-09-01T08:00-04:00")
    await b.recevoir(*map(publiee, livrees.fiches()), organisme())


async def _revoir(b: Banc, le: str) -> list[str]:
    """Ce jour-là, les motifs de ce qui attend."""
    b.horloge.aller(le)
    await b.tache("reveils")
    await b.recevoir_jalons(b.horloge(), "sbg.catalogue.v1")
    await b.tache("attentes")
    lues = await b.client("facturation").get("/v1/lignes-en-attente")
    return [x["motif"] for x in lues.json()["elements"]]


async def test_fac_4_un_incident_reste_ouvert_se_signale_une_fois_puis_se_facture(
    banc: MonterBanc,
) -> None:
    b, incident = await banc("facturation"), uuid4()
    await _planter(b)
    await b.recevoir(intervention(incident), survenu_le=a(jour(8)))
    assert await _revoir(b, "2026-09-09T09:00-04:00") == []
    assert await _revoir(b, "2026-10-07T23:00-04:00") == []
    assert await b.sortants("ligne.mise_en_attente") == []

    motif = "Ouvert le 2026-09-08, et toujours pas clos après 30 jours."
    assert await _revoir(b, "2026-10-08T00:30-04:00") == [motif]
    assert await _revoir(b, "2026-10-09T09:00-04:00") == [motif]
    (signal,) = await b.sortants("ligne.mise_en_attente")
    assert (signal.donnees["tarif"], signal.donnees["source_id"]) == (
        "SOUTIEN-APPEL",
        str(incident),
    )

    await b.recevoir(intervention(incident, cloture=True), survenu_le=a(jour(9, 10)))
    assert await _revoir(b, "2026-10-10T09:00-04:00") == []
    # Rien n'attend plus son jour : le temps ne fait plus rien revoir.
    b.horloge.aller("2027-01-10T09:00-05:00")
    assert await b.tache("reveils") == 0


async def test_fac_4_un_incident_que_l_on_rouvre_au_fil_des_jours_se_signale_pareil(
    banc: MonterBanc,
) -> None:
    """Le délai court de la première intervention : en ajouter n'y échappe pas."""
    b, incident = await banc("facturation"), uuid4()
    await _planter(b)
    for j in (8, 20, 30):
        await b.recevoir(intervention(incident), survenu_le=a(jour(j)))
        await _revoir(b, f"2026-09-{j}T23:00-04:00" if j > 9 else "2026-09-08T23:00-04:00")
    assert len(await _revoir(b, "2026-10-08T09:00-04:00")) == 1
