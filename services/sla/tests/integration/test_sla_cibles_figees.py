"""D'un mois fermé, la cible se lit même sans rien à mesurer : « sans objet » (SLA-4, CAT-5)."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from contrats import demandes
from contrats.catalogue import StatuQuoAccorde
from noyau import sujet_de
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import LIVRE_LOGICIEL, Recit, fiche, indicateur, sept
from services.sla.tests.evenements import messages, messages_de_fiches
from services.sla.tests.scene import PT_3, elements, semer
from sla.taux.adaptateurs.tables import fiches_fermees
from sla.taux.domaine.fermetures import PRODUCTEURS

pytestmark = pytest.mark.integration
SEPTEMBRE = "/v1/rapports/2026-09"
SECONDE = fiche(indicateur(cible=Decimal("0.9")), PT_3, version=2, debut=date(2026, 9, 1))


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    """Septembre est fini, tout en est reçu; d'ABC, rien ne se mesure sous PT-1."""
    monte = await semer(await banc("sla"))
    inscrit = demandes.OrganismeInscrit(organisme="ABC", nom="ABC", assujetti_rcti=False)
    logiciel = Recit().creee(sept(1), LIVRE_LOGICIEL, sorte="logiciel")
    logiciel.livree(sept(2), LIVRE_LOGICIEL)
    await monte.recevoir_messages(
        [monte.message(inscrit), *messages(monte, logiciel, UUID(int=6), "ABC")]
    )
    monte.horloge.aller("2026-10-02T09:00-04:00")
    await monte.recevoir_jalons(monte.horloge(), *map(sujet_de, PRODUCTEURS))
    return monte


async def fermer(sla: Banc) -> None:
    reponse = await sla.client("mesure").post("/v1/periodes/2026-09/fermeture", json={})
    assert reponse.status_code == 201, reponse.text


async def taux(sla: Banc, organisme: str, **filtres: str) -> dict[str, Any]:
    """Le taux PT-1 de septembre, ou de l'exercice, d'un organisme."""
    portee = {"indicateur": "PT-1", **(filtres or {"periode": "2026-09", "organisme": organisme})}
    lignes = await elements(sla.client("mesure"), "/v1/taux", **portee)
    (sien,) = (t for t in lignes if t["organisme"] == organisme)
    rendu: dict[str, Any] = sien
    return rendu


async def rapportee(sla: Banc, organisme: str) -> tuple[str | None, str | None]:
    """La cible que dit le rapport de septembre, du mois et de l'exercice."""
    lu = (await sla.client("mesure").get(SEPTEMBRE, params={"organisme": organisme})).json()
    (pt_1,) = (i for i in lu["indicateurs"] if i["code"] == "PT-1")
    return pt_1["mois"][-1]["publie"]["cible"], pt_1["exercice"]["cible"]


async def test_sla_4_d_un_mois_ferme_sans_objet_n_est_pas_sans_cible(sla: Banc) -> None:
    """ABC n'a rien à mesurer : son taux est sans objet, et sa cible est celle de la fiche."""
    await fermer(sla)
    ligne = await taux(sla, "ABC")
    assert (ligne["cible"], ligne["ajuste"]["etat"]) == ("0.95", "sans_objet")
    assert await rapportee(sla, "ABC") == ("0.95", "0.95")
    html = {"Accept": "text/html"}
    page = await sla.client("mesure").get(SEPTEMBRE, params={"organisme": "ABC"}, headers=html)
    assert "sans cible" not in page.text
    # Nulle version publiée depuis ne la change (SLA-7).
    await sla.recevoir_messages(messages_de_fiches(sla, [SECONDE]))
    assert (await taux(sla, "ABC"))["cible"] == "0.95"


async def test_sla_7_un_fait_tardif_ne_publie_pas_sans_cible(sla: Banc) -> None:
    await fermer(sla)
    await sla.recevoir_messages(
        messages(sla, Recit().creee(sept(1)).livree(sept(3)), UUID(int=7), "ABC")
    )
    await sla.tache("corrections")
    ligne = await taux(sla, "ABC")
    assert (ligne["cible"], ligne["brut"]["mesurees"]) == ("0.95", 0)
    assert (ligne["corrige"]["cible"], ligne["corrige"]["brut"]["mesurees"]) == ("0.95", 1)
    assert (await taux(sla, "ABC", periode="2026-09"))["cible"] == "0.95"


async def test_cat_6_la_cible_figee_est_celle_que_l_organisme_gardait(sla: Banc) -> None:
    """ABC garde la première version; les autres lisent la seconde."""
    garde = StatuQuoAccorde(
        statu_quo_id=UUID(int=3), organisme="ABC", fiche="POSTES", version=1, debut=date(2026, 9, 1)
    )
    await sla.recevoir_messages([*messages_de_fiches(sla, [SECONDE]), sla.message(garde)])
    await fermer(sla)
    assert (await taux(sla, "ABC"))["cible"] == "0.95"
    async with sla.interne() as connexion:
        figees = await connexion.lignes(fiches_fermees.select())
    dites = {f.organisme: f.cibles for f in figees}
    assert dites["ABC"] == {"PT-1": "0.95", "PT-3": "0.95"}
    assert dites[""] == dites["MTQ"] == {"PT-1": "0.9", "PT-3": "0.95"}


async def test_cat_5_ferme_avant_qu_elle_se_fige_la_cible_se_lit_de_la_version_d_alors(
    sla: Banc,
) -> None:
    """Ce qui est fermé ne se récrit pas : à défaut, la version en vigueur ce mois-là."""
    await fermer(sla)
    async with sla.interne() as connexion:
        await connexion.ecrire(update(fiches_fermees).values(cibles=None))
    ensuite = fiche(indicateur(cible=Decimal("0.5")), PT_3, version=2, debut=date(2026, 10, 1))
    await sla.recevoir_messages(messages_de_fiches(sla, [ensuite]))
    assert (await taux(sla, "ABC"))["cible"] == "0.95"
    assert (await rapportee(sla, "ABC"))[0] == "0.95"
