"""Le relais et le consommateur sur le bus : tout part, tout arrive, dans l'ordre de chaque clé."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.v1.kafka import KafkaMessage as KafkaMessageV1
from cloudevents.v1.kafka import from_binary as from_binary_v1
from rich.console import Console
from sqlalchemy import text

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service, service_isole
from outils.moteurs import Moteurs
from socle.bus.kafka import ReglagesBus, membres, nouveau_consommateur, preparer_sujets
from socle.envoi.jalonneur import Jalonneur
from socle.envoi.relais import Relais
from socle.exploitation.arret import Arret
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.identifiants import uuid7
from socle.reception import Ordre
from socle.reception.consommateur import Consommateur
from socle.reception.jalons import jalon_atteint
from socle.reception.reconstruction import ARefaire, reconstruire, vider

pytestmark = pytest.mark.integration


async def _effets(b: Banc) -> list[tuple[str, int]]:
    async with b.interne() as cx:
        lignes = await cx.lignes(text("SELECT cle, sequence FROM effets ORDER BY rang"))
        return [(ligne.cle, ligne.sequence) for ligne in lignes]


async def _attendre_effets(b: Banc, nombre: int) -> list[tuple[str, int]]:
    async with asyncio.timeout(30):
        while len(effets := await _effets(b)) < nombre:  # noqa: ASYNC110 -- on sonde la base
            await asyncio.sleep(0.05)
    return effets


async def test_aller_et_retour(banc: MonterBanc, les_moteurs: Moteurs) -> None:
    b = await banc(service())
    reglages = ReglagesBus(adresses=les_moteurs.bootstrap, creer_sujets=les_moteurs.bus == "kafka")
    await preparer_sujets(reglages, b.service.sujets)
    mesures, sante, arret = Mesures("temoin"), Sante(), Arret()
    relais = Relais(b.moteur_interne, reglages, "temoin", sante, mesures)
    groupe = f"temoin-{id(b)}"
    boucle = Consommateur(b.reception, reglages, b.service.sujets_lus, groupe, sante, mesures)
    taches = [
        asyncio.create_task(relais.tourner(arret)),
        asyncio.create_task(boucle.tourner(arret)),
    ]
    try:
        client = b.client("demandeur", organisme="MTQ")
        for numero in range(40):
            await client.post(f"/v1/comptes/c{numero % 5}/augmentation", json={"de": 1})
        effets = await _attendre_effets(b, 40)
        for code in range(5):
            sequence = [s for cle, s in effets if cle == f"MTQ-c{code}"]
            assert sequence == list(range(1, 9))
        assert await b.sortants() == []

        jalonneur = Jalonneur(b.moteur_interne, relais, b.service.sujet, b.horloge)
        b.horloge.instant = datetime(2026, 10, 1, 13, tzinfo=UTC)
        await jalonneur.faire()
        async with asyncio.timeout(30):
            while await _jalon(b) != b.horloge.instant:  # noqa: ASYNC110 -- on sonde la base
                await asyncio.sleep(0.05)
        assert not await sante.motifs()
    finally:
        arret.demander()
        await asyncio.gather(*taches)


async def test_reconstruire_refait_le_meme_modele(banc: MonterBanc, les_moteurs: Moteurs) -> None:
    """Un modèle de lecture perdu se refait des sujets, sans rien republier."""
    isole = service_isole(f"isole{uuid7().hex[-8:]}", Ordre.LIBRE)
    b = await banc(isole)
    reglages = ReglagesBus(adresses=les_moteurs.bootstrap, creer_sujets=les_moteurs.bus == "kafka")
    await preparer_sujets(reglages, b.service.sujets)
    relais = Relais(b.moteur_interne, reglages, "temoin", Sante(), Mesures("temoin"))
    try:
        client = b.client("demandeur", organisme="MTQ")
        for numero in range(12):
            await client.post(f"/v1/comptes/c{numero % 3}/augmentation", json={"de": 1})
        while await relais.tour():
            pass
    finally:
        await relais.jeter_producteur()
    console = Console(quiet=True)
    a_refaire = ARefaire(isole.nom, isole.tables.sorted_tables, isole.copies, isole.sujets_lus)
    for _ in range(2):
        b.reception.publier = True
        lus = await reconstruire(b.moteur_interne, a_refaire, b.reception, reglages, console)
        assert lus == 12
        effets = await _effets(b)
        assert sorted(effets) == [(f"MTQ-c{c}", s) for c in range(3) for s in range(1, 5)]
    assert await b.sortants() == []


@pytest.mark.parametrize("pages", [1, 500])
async def test_une_table_se_vide_entiere_par_plages_de_pages(banc: MonterBanc, pages: int) -> None:
    """D'un coup, une table à la taille du MCN passerait les délais de la base."""
    b = await banc(service_isole("vide"))
    async with b.interne() as cx:
        emplir = "INSERT INTO passages (evenement_id, cle, sequence)"
        mille = "SELECT gen_random_uuid(), 'c', n FROM generate_series(1, 1000) AS n"
        await cx.ecrire(text(f"{emplir} {mille}"))
        taille = await cx.valeur(text("SELECT pg_relation_size('passages') / 8192"))
    assert taille > 3
    await vider(b.moteur_interne, "passages", pages)
    async with b.interne() as cx:
        assert await cx.valeur(text("SELECT count(*) FROM passages")) == 0


async def test_un_groupe_dit_ses_membres(les_moteurs: Moteurs) -> None:
    """`reconstruire` s'y fie; la grappe simulée ne sait pas le dire, et le dit."""
    groupe = f"groupe-{uuid7().hex[-8:]}"
    reglages = ReglagesBus(adresses=les_moteurs.bootstrap, creer_sujets=les_moteurs.bus == "kafka")
    await preparer_sujets(reglages, [f"sbg.{groupe}.v1"])
    if les_moteurs.bus != "kafka":
        assert await membres(reglages, groupe) is None
        return
    lecteur = nouveau_consommateur(reglages, [f"sbg.{groupe}.v1"], groupe)
    assert await membres(reglages, groupe) == []
    await lecteur.start()
    assert await membres(reglages, groupe) == [f"{groupe}@127.0.0.1"]
    await lecteur.stop()
    assert await membres(reglages, groupe) == []


async def test_tout_message_du_bus_jalons_compris_est_un_cloudevents(
    banc: MonterBanc, les_moteurs: Moteurs
) -> None:
    """Deux lecteurs qui ne sont pas les nôtres les lisent; un jalon redit garde son identifiant."""
    isole = service_isole(f"isole{uuid7().hex[-8:]}", Ordre.LIBRE)
    b = await banc(isole)
    reglages = ReglagesBus(adresses=les_moteurs.bootstrap, creer_sujets=les_moteurs.bus == "kafka")
    await preparer_sujets(reglages, b.service.sujets)
    relais = Relais(b.moteur_interne, reglages, "temoin", Sante(), Mesures("temoin"))
    try:
        await b.client("demandeur", organisme="MTQ").post(
            "/v1/comptes/c0/augmentation", json={"de": 1}
        )
        while await relais.tour():
            pass
        for _ in range(2):  # le second jalonneur redit le jalon du premier
            await Jalonneur(b.moteur_interne, relais, isole.sujet, b.horloge).faire()
    finally:
        await relais.jeter_producteur()

    lus = await _lire_sujet(reglages, isole.sujet)
    evenements = [from_binary(KafkaMessage(h, cle, valeur), JSONFormat()) for h, cle, valeur in lus]
    anciens = [from_binary_v1(KafkaMessageV1(*message)) for message in lus]
    assert [e.get_id() for e in evenements] == [a["id"] for a in anciens]
    jalons = [e for e in evenements if e.get_type() == "jalon"]
    assert len(evenements) == len(jalons) + 1
    corps: list[Any] = [jalon.get_data() for jalon in jalons]
    partitions = corps[0]["partitions"]
    assert len(jalons) == 2 * partitions
    assert len({e.get_id() for e in jalons}) == partitions
    for jalon, dit in zip(jalons, corps, strict=True):
        assert jalon.get_source() == f"/sbg/{isole.nom}"
        assert jalon.get_time() == b.horloge.instant
        assert datetime.fromisoformat(dit["jusqua"]) == b.horloge.instant


async def _lire_sujet(
    reglages: ReglagesBus, sujet: str
) -> list[tuple[dict[str, bytes], bytes | None, bytes]]:
    """Tout ce que porte un sujet, tel que le bus le rend : en-têtes, clé, valeur."""
    lecteur = nouveau_consommateur(reglages, [sujet], None)
    await lecteur.start()
    try:
        fins = await lecteur.end_offsets(lecteur.assignment())
        lus: list[tuple[dict[str, bytes], bytes | None, bytes]] = []
        async with asyncio.timeout(30):
            while len(lus) < sum(fins.values()):
                lots = await lecteur.getmany(timeout_ms=200)
                lus += [(dict(r.headers), r.key, r.value) for lot in lots.values() for r in lot]
        return lus
    finally:
        await lecteur.stop()


async def _jalon(b: Banc) -> datetime | None:
    async with b.interne() as cx:
        return await jalon_atteint(cx, [b.service.sujet])
