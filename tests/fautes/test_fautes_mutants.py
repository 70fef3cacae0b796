"""Les mutants témoins sont attrapés; le produit, dans la même épreuve, ne l'est pas."""

import asyncio
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from outils.essais.greffon import Modeles
from socle.bd.transaction import Portee
from socle.bus.enveloppe import TYPE_JALON
from socle.envoi.jalonneur import Jalonneur
from socle.execution.deroulement import Deroulement
from socle.exploitation.sante import Sante
from tests.fautes import trous
from tests.fautes.bus_memoire import BusMemoire
from tests.fautes.concurrence import courir
from tests.fautes.mutants import (
    ConsommateurPresse,
    DeroulementSansJalon,
    ExecuteurSansCle,
    JalonneurPresse,
    PorteeSansIdentifiant,
    ReceptionQuiSaute,
    ReceptionSansAttente,
    ReceptionSansReclamation,
    RelaisACurseur,
    RelaisSansVerrouDeFragment,
)
from tests.fautes.pilote import BUS, MESURES, Pieces, RelaisMemoire, campagne
from tests.fautes.terrain import Rafale, Terrain
from tests.fautes.verdicts import juger_bus

pytestmark = pytest.mark.integration


async def test_produit_a_seize_ecrivains(modeles: Modeles) -> None:
    course = await courir(modeles, ecritures=10, faits=8)
    assert course.verdict.tenu, course
    assert course.jalons > 0


async def test_relais_a_curseur_perd(modeles: Modeles) -> None:
    course = await courir(modeles, ecritures=10, faits=8, pieces=Pieces(relais=RelaisACurseur))
    assert course.taux_perdu > 0.01, course


async def test_jalon_a_maintenant_devance(modeles: Modeles) -> None:
    course = await courir(modeles, ecritures=10, faits=4, pieces=Pieces(jalonneur=JalonneurPresse))
    assert course.verdict.jalons_en_avance > 0, course


async def test_sans_verrou_de_fragment_desordonne(modeles: Modeles) -> None:
    pieces = Pieces(relais=RelaisSansVerrouDeFragment)
    course = await courir(modeles, ecritures=8, faits=8, pieces=pieces, lenteur=0.0005)
    assert course.verdict.desordres > 0, course


@pytest.mark.parametrize(
    "pieces",
    [
        Pieces(reception=ReceptionSansReclamation),
        Pieces(consommateur=ConsommateurPresse),
        Pieces(reception=ReceptionQuiSaute),
        Pieces(executeur=ExecuteurSansCle),
    ],
    ids=["sans réclamation", "position d'abord", "poison sauté", "sans clé"],
)
async def test_mutant_attrape(modeles: Modeles, pieces: Pieces) -> None:
    bilan = await campagne(modeles, range(1, 81), pieces=pieces, au_premier_echec=True)
    assert bilan.graines_fautives, bilan


async def test_sequence_trouee_gardee_dite_et_liberee(modeles: Modeles) -> None:
    vue = await trous.eprouver(modeles, 1)
    assert (vue.ecarts, vue.tus, vue.restes) == (0, 0, 0), vue
    assert vue.gardes > 0
    assert (await trous.eprouver(modeles, 1, ReceptionSansAttente)).ecarts > 0


@pytest.mark.parametrize(
    ("portee", "tenu"), [(Portee("ORG"), True), (PorteeSansIdentifiant("ORG"), False)]
)
async def test_jalon_attend_une_ecriture_a_l_horloge_en_retard(
    modeles: Modeles, portee: Portee, *, tenu: bool
) -> None:
    """Une écriture commencée pendant l'annonce, sur une machine en retard, retient le jalon.

    Il la voit à l'identifiant qu'elle a reçu en commençant : sans lui, le jalon la devance.
    """
    bus, libre = BusMemoire(), asyncio.Event()
    async with Terrain.ouvrir(modeles) as terrain:
        await terrain.proprietaire.execute(
            "CREATE FUNCTION essai_tard() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(0.6); RETURN NULL; END $$;"
            "CREATE TRIGGER essai_tard AFTER INSERT ON socle_jalon_annonce"
            " FOR EACH STATEMENT EXECUTE FUNCTION essai_tard()"
        )
        relais = RelaisMemoire(terrain.interne, BUS, "r", Sante(), MESURES, journaux=bus)
        ici = terrain.horloge.instant
        jalonneur = Jalonneur(
            terrain.interne, relais, terrain.service.sujet, lambda: ici, attente=1.0
        )
        annonce = asyncio.create_task(jalonneur.faire())
        await asyncio.sleep(0.25)
        terrain.horloge.instant = ici - timedelta(hours=1)
        ecriture = asyncio.create_task(
            terrain.ecrire_lentement(Rafale(organisme="ORG", code="a", des=[1]), libre, portee)
        )
        await annonce
        libre.set()
        await ecriture
        await relais.tour()
        verdict = juger_bus({"ORG-a": 1}, bus.messages(terrain.service.sujet))
        assert verdict.tenu is tenu, verdict
        assert (verdict.jalons_en_avance == 0) is tenu, verdict


@pytest.mark.parametrize(
    ("deroulement", "tenu"), [(Deroulement, True), (DeroulementSansJalon, False)]
)
async def test_un_acte_plus_vieux_que_le_jalon_s_enregistre_au_jalon(
    modeles: Modeles, deroulement: type[Deroulement], *, tenu: bool
) -> None:
    """Une machine en retard écrit après l'annonce : le jalon, déjà parti, garde raison."""
    bus = BusMemoire()
    async with Terrain.ouvrir(modeles) as terrain:
        produit = terrain.ecrivain.deroulement
        pieces = {champ.name: getattr(produit, champ.name) for champ in fields(produit)}
        terrain.ecrivain = replace(terrain.ecrivain, deroulement=deroulement(**pieces))
        relais = RelaisMemoire(terrain.interne, BUS, "r", Sante(), MESURES, journaux=bus)
        sujet, horloge = terrain.service.sujet, terrain.horloge
        await Jalonneur(terrain.interne, relais, sujet, horloge).faire()
        horloge.instant -= timedelta(hours=1)
        await terrain.ecrire(Rafale(organisme="ORG", code="a", des=[1]))
        await relais.tour()
        assert any(m.type == TYPE_JALON for m in bus.messages(sujet))
        assert juger_bus({"ORG-a": 1}, bus.messages(sujet)).tenu is tenu
