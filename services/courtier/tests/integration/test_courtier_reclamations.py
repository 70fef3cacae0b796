"""Courtier ne réclame de demandes que ce qu'il traite (ADR 0005)."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from contrats import EVENEMENTS
from contrats.demandes import ActeRectifie, DemandeAnnulee
from courtier.main import service
from services.courtier.tests.marche import Marche, mandat, organisme
from socle.reception.ecoutes import types_passes


def test_il_suit_les_organismes_et_les_mandats_et_passe_le_reste() -> None:
    passes = {nom for _, nom in types_passes(service().ecoutes, service().evenements)}
    suivis = {c.TYPE for c in EVENEMENTS.values() if c.PRODUCTEUR == "demandes"} - passes
    assert suivis == {
        "organisme.inscrit",
        "organisme.modifié",
        "signataire.inscrit",
        "signataire.retiré",
        "substitution.inscrite",
    }


@pytest.mark.integration
async def test_les_faits_des_demandes_ne_laissent_ni_reception_ni_sequence(marche: Marche) -> None:
    banc, demande = marche.banc, uuid4()
    annulee = DemandeAnnulee(organisme="MTQ", demande_id=demande)
    rectifiee = ActeRectifie(
        organisme="MTQ",
        agregat_id=demande,
        acte_id=uuid4(),
        acte="poste.livré",
        cause="rectification",
    )
    await banc.recevoir(annulee, organisme("BANQ"), rectifiee, mandat("MTQ", "alice"))
    # Le rang d'une demande peut bien sauter : nul n'y compte.
    await banc.recevoir_messages([banc.message(annulee, sequence=40)])
    async with banc.interne() as cx:
        cles = await cx.colonne(text("SELECT cle FROM socle_suivi"))
        recus = await cx.valeur(text("SELECT count(*) FROM socle_inbox"))
        attentes = await cx.valeur(text("SELECT count(*) FROM socle_stationnement"))
    assert str(demande) not in cles
    assert "BANQ" in cles
    assert (recus, attentes) == (5, 0)
