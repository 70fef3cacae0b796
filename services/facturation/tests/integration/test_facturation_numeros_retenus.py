"""FAC-6 : après une restauration, un numéro publié ne sert qu'à son document, sans trou ni double.

Deux bases reçoivent les mêmes faits. La première émet et publie; la seconde est ce que rendrait une
restauration d'avant l'émission, réalignée de ce que le bus garde (`make exercices` le fait d'une
vraie sauvegarde).
"""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from contrats import facturation as evenements
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.decisions import crediter
from services.facturation.tests.scene import (
    executer,
    facture,
    fermer_septembre,
    fiche,
    jour,
    livraison,
    organisme,
    prix,
    produits,
)
from socle.bus.enveloppe import Message

pytestmark = pytest.mark.integration
CODES = ("MTQ", "RAMQ", "SAAQ")
_CLASSES = {c.TYPE: c for c in (evenements.FactureEmise, evenements.NoteDeCreditEmise)}


async def _jumelles(banc: MonterBanc) -> tuple[Banc, Banc]:
    """Deux bases où tout est reçu de même, le 1er octobre, rien d'émis."""
    b, restauree = await banc("facturation"), await banc("facturation")
    b.horloge.aller("2026-09-01T08:00-04:00")
    connus = [fiche(), *produits(), prix("LOGICIEL-X", "89.99"), prix("VIRTUEL-M", "62.50")]
    messages = [b.message(e) for e in (*connus, *map(organisme, CODES))]
    livres = [livraison(uuid4(), code=code) for code in CODES for _ in range(2)]
    messages += [b.message(e, survenu_le=a(jour(1))) for e in livres]
    for une in (b, restauree):
        await une.recevoir_messages(messages)
        await fermer_septembre(une)
    return b, restauree


async def _publies(b: Banc) -> list[Message]:
    """Les documents de cette base, tels que le bus les garde."""
    sortants = [s for s in await b.sortants() if s.type in _CLASSES]
    return [
        b.message(
            _CLASSES[s.type].model_validate(s.donnees),
            id=s.id,
            survenu_le=s.survenu_le,
            enregistre_le=s.enregistre_le,
            sequence=s.sequence,
        )
        for s in sortants
    ]


async def _retenir(b: Banc, messages: list[Message]) -> None:
    await b.roles.orphelins(b.moteur_interne).traiter(messages)
    assert await b.rebuts() == []


async def _numeros(b: Banc) -> dict[str, str]:
    async with b.interne() as cx:
        lignes = await cx.lignes(text("SELECT organisme, numero FROM factures WHERE piece = 0"))
        return {ligne.organisme: ligne.numero for ligne in lignes}


def _sort(execution: dict[str, Any], code: str) -> dict[str, Any]:
    return next(s for s in execution["sorts"] if s["organisme"] == code)


async def test_fac_6_apres_restauration_un_document_reprend_son_numero(banc: MonterBanc) -> None:
    """Réémis dans un autre ordre : mêmes numéros, mêmes empreintes, et rien ne se republie."""
    b, restauree = await _jumelles(banc)
    await executer(b)
    premiers = await _numeros(b)
    publies = await _publies(b)
    await _retenir(restauree, publies)
    await _retenir(restauree, publies)
    for code in reversed(CODES):
        await executer(restauree, organisme=code)
    assert await _numeros(restauree) == premiers
    assert sorted(premiers.values()) == [f"2026-2027-00000{n}" for n in (1, 2, 3)]
    for numero in premiers.values():
        assert await facture(restauree, numero) == await facture(b, numero)
    assert await restauree.sortants("facture.émise") == [], "le bus a déjà ce fait"


async def test_fac_6_un_autre_document_ne_prend_jamais_un_numero_retenu(banc: MonterBanc) -> None:
    """Deux étaient émis; le troisième, jamais, vient après eux."""
    b, restauree = await _jumelles(banc)
    await executer(b, organisme="RAMQ")
    await executer(b, organisme="SAAQ")
    await _retenir(restauree, await _publies(b))
    await executer(restauree)
    assert await _numeros(restauree) == {
        "RAMQ": "2026-2027-000001",
        "SAAQ": "2026-2027-000002",
        "MTQ": "2026-2027-000003",
    }
    (neuf,) = await restauree.sortants("facture.émise")
    assert neuf.donnees["organisme"] == "MTQ"


async def test_fac_6_sans_retenue_un_autre_document_prendrait_le_numero(banc: MonterBanc) -> None:
    """Ce que vaudrait une restauration non réalignée : le relais la retient (socle)."""
    b, restauree = await _jumelles(banc)
    await executer(b, organisme="SAAQ")
    await executer(restauree, organisme="MTQ")
    assert (await _numeros(b))["SAAQ"] == (await _numeros(restauree))["MTQ"]


async def test_fac_7_un_document_que_le_calcul_ne_redonne_pas_attend(banc: MonterBanc) -> None:
    """Un fait perdu, et le document serait autre : mis de côté; annulé, son numéro ne sert plus."""
    b, restauree = await _jumelles(banc)
    tardif = b.message(livraison(uuid4(), code="MTQ"), survenu_le=a(jour(3)))
    await b.recevoir_messages([tardif])
    await executer(b)
    await _retenir(restauree, await _publies(b))
    sort = _sort(await executer(restauree), "MTQ")
    assert sort["etat"] == "en_attente"
    assert "fut publié" in sort["raison"]
    assert set(await _numeros(restauree)) == {"RAMQ", "SAAQ"}

    dits: list[str] = []
    groupe = next(c for c in restauree.service.commandes if c.nom == "numeros")
    lister, annuler = groupe.commandes  # type: ignore[union-attr]
    assert not await lister.faire(restauree.contexte, dits.append)
    assert dits[0].startswith((await _numeros(b))["MTQ"])
    perdu = (await _numeros(b))["MTQ"]
    assert await annuler.faire(restauree.contexte, dits.append, perdu, "refait, billet 4612")
    assert await lister.faire(restauree.contexte, dits.append), "plus rien à réémettre"
    await executer(restauree)
    numeros = await _numeros(restauree)
    assert numeros["MTQ"] == "2026-2027-000004"
    assert perdu not in numeros.values()


async def test_fac_13_la_note_d_une_decision_reprend_aussi_son_numero(banc: MonterBanc) -> None:
    b, restauree = await _jumelles(banc)
    await executer(b)
    numero = (await _numeros(b))["MTQ"]
    assert await crediter(b, numero, L1="40.00") == "NC-2026-2027-000001"
    assert await crediter(b, numero, L2="98.00") == "NC-2026-2027-000002"
    await _retenir(restauree, await _publies(b))
    await executer(restauree)
    assert await crediter(restauree, numero, L2="98.00") == "NC-2026-2027-000002"
    assert await crediter(restauree, numero, L1="25.00") == "NC-2026-2027-000003"
    assert await crediter(restauree, numero, L1="40.00") == "NC-2026-2027-000001"
