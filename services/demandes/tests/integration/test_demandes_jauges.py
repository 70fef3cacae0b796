"""DEM-4 : les demandes en cours se surveillent par état, par sorte et par âge."""

import re

import pytest
from sqlalchemy import text

from demandes.demande.adaptateurs.jauges import TRANCHES
from outils.essais.jauges import jauges_dites
from services.demandes.tests.parcours import Parcours

pytestmark = pytest.mark.integration


async def test_dem_4_les_demandes_en_cours_par_etat_sorte_et_age(parcours: Parcours) -> None:
    await parcours.creer(soumettre=False)
    await parcours.creer()
    pris = await parcours.prise_en_charge()
    async with parcours.banc.interne() as cx:
        await cx.ecrire(
            text("UPDATE demandes SET soumise_le = soumise_le - interval '6 days' WHERE id = :id"),
            {"id": pris["id"]},
        )
        await cx.ecrire(text("UPDATE demandes SET cree_le = cree_le - interval '1 hour'"))
    dites = await jauges_dites(parcours.banc)
    assert dites["sbg_demandes_en_cours"] == {"brouillon": 1, "creee": 1, "prise_en_charge": 1}
    assert dites["sbg_demandes_age_maximal_secondes"]["creee"] >= 3_600
    assert dites["sbg_demandes_par_sorte"] == {"poste_physique": 2}
    ages = dites["sbg_demandes_par_age"]
    assert ages == dict.fromkeys(TRANCHES, 0) | {"0 à 1 j": 1, "5 à 9 j": 1}


async def test_dem_3_un_signataire_nomme_est_un_evenement_de_securite(parcours: Parcours) -> None:
    """Monter le parcours en a nommé deux; les routes dites sensibles existent toutes."""
    b = parcours.banc
    texte = (await b.gerer("/metrics")).text
    (nombre,) = re.findall(r'securite_evenements_total{genre="mandat_change".*} (\S+)', texte)
    assert float(nombre) == 2
    chemins = (await parcours.csc.get("/openapi.json")).json()["paths"]
    assert set(b.service.sensibles) <= chemins.keys()
