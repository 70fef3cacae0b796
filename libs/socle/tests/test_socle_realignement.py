"""Une base restaurée à un instant passé se remet d'accord avec le bus, sans rien perdre ni redire.

L'essai rend à la base les rangs d'avant, comme le ferait une restauration à cet instant; `make
exercices` restaure pour vrai, d'une sauvegarde et de son archive.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service, service_isole
from outils.moteurs import Moteurs
from socle.bus.enveloppe import Message
from socle.bus.kafka import ReglagesBus, preparer_sujets
from socle.envoi.jalonneur import Jalonneur
from socle.envoi.relais import Relais
from socle.exploitation.arret import Arret
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.identifiants import uuid7
from socle.reception import Ordre
from socle.reception.realignement import Bilan, Realigne, devancee, realigner
from socle.roles.relais import Barriere

pytestmark = pytest.mark.integration


@asynccontextmanager
async def _relais(b: Banc, bus: ReglagesBus) -> AsyncIterator[Relais]:
    relais = Relais(b.moteur_interne, bus, "temoin", Sante(), Mesures("temoin"))
    try:
        yield relais
    finally:
        await relais.jeter_producteur()


async def _augmenter(b: Banc, code: str, fois: int = 1) -> None:
    client = b.client("demandeur", organisme="MTQ")
    for _ in range(fois):
        reponse = await client.post(f"/v1/comptes/{code}/augmentation", json={"de": 1})
        assert reponse.status_code == 200, reponse.text


async def _porter(b: Banc, bus: ReglagesBus) -> None:
    async with _relais(b, bus) as relais:
        while await relais.tour():
            pass


async def _monter(banc: MonterBanc, moteurs: Moteurs) -> tuple[Banc, ReglagesBus]:
    b = await banc(service_isole(f"isole{uuid7().hex[-8:]}", Ordre.STRICT))
    bus = ReglagesBus(adresses=moteurs.bootstrap, creer_sujets=moteurs.bus == "kafka")
    await preparer_sujets(bus, b.service.sujets)
    return b, bus


async def _perdre(b: Banc, cle: str, rang: int) -> None:
    """Rend la base telle qu'elle était quand cette clé en était à ce rang."""
    async with b.interne() as cx:
        valeurs = {"cle": cle, "rang": rang}
        await cx.ecrire(
            text("UPDATE socle_sequences SET derniere = :rang WHERE cle = :cle"), valeurs
        )
        await cx.ecrire(text("DELETE FROM socle_jalon_annonce"))


async def _realigner(b: Banc, bus: ReglagesBus) -> tuple[Bilan, list[Message]]:
    s, perdus = b.service, list[Message]()
    vise = Realigne(s.nom, s.sujet, s.sujets_lus, None)
    orphelins = b.roles.orphelins(b.moteur_interne)
    bilan = await realigner(b.moteur_interne, vise, orphelins, bus, perdus.append, "essai")
    return bilan, perdus


async def _rang(b: Banc, cle: str) -> int:
    async with b.interne() as cx:
        requete = text("SELECT derniere FROM socle_sequences WHERE cle = :cle")
        rang: int = await cx.valeur(requete, {"cle": cle})
        return rang


async def test_les_rangs_suivent_le_bus_et_les_faits_perdus_se_disent(
    banc: MonterBanc, les_moteurs: Moteurs
) -> None:
    b, bus = await _monter(banc, les_moteurs)
    await _augmenter(b, "a", 3)
    await _augmenter(b, "b", 1)
    await _porter(b, bus)
    await _perdre(b, "MTQ-a", 1)
    bilan, perdus = await _realigner(b, bus)
    assert (bilan.lus, bilan.orphelins) == (4, 2)
    assert [(m.cle, m.sequence) for m in perdus] == [("MTQ-a", 2), ("MTQ-a", 3)]
    assert await _rang(b, "MTQ-a") == 3
    await _augmenter(b, "a")
    (neuf,) = await b.sortants()
    assert neuf.sequence == 4, "un rang déjà pris se serait écarté comme dépassé"
    bilan, perdus = await _realigner(b, bus)
    assert (bilan.orphelins, perdus) == (0, []), "rejoué, il ne trouve plus rien"


async def test_sans_realigner_un_fait_neuf_reprendrait_un_rang_pris(
    banc: MonterBanc, les_moteurs: Moteurs
) -> None:
    """La raison d'être du geste : qui écoute dans l'ordre écarterait le fait neuf comme dépassé."""
    b, bus = await _monter(banc, les_moteurs)
    await _augmenter(b, "a", 2)
    await _porter(b, bus)
    await _perdre(b, "MTQ-a", 1)
    await _augmenter(b, "a")
    (neuf,) = await b.sortants()
    assert neuf.sequence == 2


async def test_ce_que_le_bus_avait_deja_ne_repart_pas(
    banc: MonterBanc, les_moteurs: Moteurs
) -> None:
    b, bus = await _monter(banc, les_moteurs)
    await _augmenter(b, "a", 2)
    async with b.interne() as cx:
        lignes = [dict(r) for r in await cx.pilote.fetch("SELECT * FROM socle_outbox ORDER BY id")]
    await _porter(b, bus)
    async with b.interne() as cx:
        for ligne in lignes:
            del ligne["id"]
            marques = ",".join(f"${n}" for n in range(1, len(ligne) + 1))
            requete = f"INSERT INTO socle_outbox ({','.join(ligne)}) VALUES ({marques})"
            await cx.pilote.execute(requete, *ligne.values())
    bilan, _ = await _realigner(b, bus)
    assert (bilan.deja_partis, bilan.orphelins) == (2, 0)
    assert await b.sortants() == []


async def test_une_base_devancee_par_le_bus_se_reconnait(
    banc: MonterBanc, les_moteurs: Moteurs
) -> None:
    """Restaurée et non réalignée, elle retient le relais; réalignée, plus rien ne le retient."""
    b, bus = await _monter(banc, les_moteurs)
    sujet = b.service.sujet
    assert await devancee(b.moteur_interne, bus, sujet) is None, "rien n'est encore publié"
    await _augmenter(b, "a", 2)
    await _porter(b, bus)
    assert await devancee(b.moteur_interne, bus, sujet) is None
    await _perdre(b, "MTQ-a", 1)
    assert "realigner" in (await devancee(b.moteur_interne, bus, sujet) or "")
    await _realigner(b, bus)
    assert await devancee(b.moteur_interne, bus, sujet) is None
    async with _relais(b, bus) as relais:
        await Jalonneur(b.moteur_interne, relais, sujet, b.horloge).faire()
    assert await devancee(b.moteur_interne, bus, sujet) is None
    await _perdre(b, "MTQ-a", 2)
    assert await devancee(b.moteur_interne, bus, sujet), "le dernier jalon n'est plus le sien"
    await _realigner(b, bus)
    assert await devancee(b.moteur_interne, bus, sujet) is None


async def test_ce_que_la_base_avait_recu_et_perdu_se_recoit_encore(
    banc: MonterBanc, les_moteurs: Moteurs
) -> None:
    b, bus = await _monter(banc, les_moteurs)
    await _augmenter(b, "a", 3)
    await _porter(b, bus)
    bilan, _ = await _realigner(b, bus)
    assert bilan.relus == {b.service.sujet: 3}
    async with b.interne() as cx:
        requete = text("SELECT count(*) FROM socle_audit WHERE operation = 'realigner'")
        assert await cx.valeur(requete) == 1


async def test_une_base_devancee_retient_le_relais_et_ses_taches(
    banc: MonterBanc, les_moteurs: Moteurs
) -> None:
    """Ni fait ni facture n'en sort avant « realigner » : leurs numéros seraient déjà pris."""
    b, bus = await _monter(banc, les_moteurs)
    await _augmenter(b, "a", 2)
    await _porter(b, bus)
    await _perdre(b, "MTQ-a", 1)
    b.roles.reglages = b.roles.reglages.model_copy(update={"bus": bus})
    sante, arret = Sante(), Arret()
    barriere = Barriere(b.moteur_interne, b.roles, sante)

    numerotees = asyncio.Event()

    async def numeroter() -> None:
        numerotees.set()

    async def tourner(_: Arret) -> None:
        await numerotees.wait()

    taches = asyncio.create_task(barriere.ensuite(numeroter, arret))
    boucle = asyncio.create_task(barriere.puis(tourner, arret))
    async with asyncio.timeout(30):
        while "relais" not in await sante.motifs():  # noqa: ASYNC110 -- on sonde la santé
            await asyncio.sleep(0.05)
    assert "realigner" in (await sante.motifs())["relais"]
    assert not numerotees.is_set()
    await _realigner(b, bus)
    async with asyncio.timeout(30):
        await asyncio.gather(boucle, taches)
    assert numerotees.is_set()


async def test_retenue_une_tache_voit_quand_meme_l_arret(banc: MonterBanc) -> None:
    b = await banc(service())
    arret = Arret()
    barriere = Barriere(b.moteur_interne, b.roles, Sante())

    async def jamais() -> None:
        raise AssertionError

    taches = asyncio.create_task(barriere.ensuite(jamais, arret))
    await asyncio.sleep(0)
    arret.demander()
    async with asyncio.timeout(5):
        await taches
