"""L'opérateur : ce qui attend se liste, se rejoue ou s'écarte, avec un motif que l'audit garde."""

import asyncio
import os
import sys
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from outils.essais.banc import DEPART, Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import CompteAugmente, CompteSuivi, service, service_isole
from outils.moteurs import Moteurs
from socle.bus.enveloppe import EN_TETE_ECARTE, TYPE_ECARTE, Message
from socle.execution.sceaux import sceller, verifier
from socle.lanceur import commande
from socle.operateur import Attente, Choix, Garde, Operateur, decrire
from socle.surveillance.sondes import sonde_jalon

pytestmark = pytest.mark.integration
MOTIF = "double d'un fait saisi à la main, billet 4512"


def operateur(b: Banc) -> Operateur:
    return Operateur(b.reception, b.service.sujet)


async def effets(b: Banc) -> list[tuple[str, int]]:
    async with b.interne() as cx:
        lignes = await cx.lignes(text("SELECT cle, sequence FROM effets ORDER BY rang"))
        return [(ligne.cle, ligne.sequence) for ligne in lignes]


async def objets(b: Banc, operation: str) -> list[str]:
    """Ce que l'audit garde d'un geste, une fois scellé et vérifié."""
    while await sceller(b.moteur_interne):
        pass
    assert (await verifier(b.moteur_interne)).rupture is None
    async with b.interne() as cx:
        requete = text("SELECT objet FROM socle_audit WHERE operation = :nom ORDER BY id")
        return await cx.colonne(requete, {"nom": operation})


async def seule(b: Banc, attente: Attente) -> Garde:
    (garde,) = await operateur(b).lister(attente, Choix(), 10)
    return garde


def suivi(b: Banc, code: str, de: int = 1) -> Message:
    return b.message(CompteSuivi(code=code, organisme="MTQ", de=de))


async def test_un_rebut_strict_ecarte_laisse_passer_la_suite(banc: MonterBanc) -> None:
    b = await banc(service())
    await b.recevoir_messages([suivi(b, "a", -1), suivi(b, "a"), suivi(b, "a")])
    assert await effets(b) == []
    garde = await seule(b, Attente.REBUTS)
    assert await operateur(b).ecarter(Attente.REBUTS, garde, MOTIF)
    assert await effets(b) == [("MTQ-a", 2), ("MTQ-a", 3)]
    assert not await operateur(b).ecarter(Attente.REBUTS, garde, MOTIF), "déjà réglé"
    (objet,) = await objets(b, "rebuts.ecarter")
    assert objet == f"sbg.guide.v1 MTQ-a nº 1 ({garde.id}) : {MOTIF}"


async def test_un_rebut_ecarte_avant_son_tour_garde_sa_place(banc: MonterBanc) -> None:
    """Son prédécesseur manque encore : à sa place, rien ne s'appliquera, et rien n'attendra."""
    b = await banc(service())
    un, deux, trois = suivi(b, "a"), suivi(b, "a", -1), suivi(b, "a")
    deux = Message(**{**{n: getattr(deux, n) for n in Message.__slots__}, "charge": b"{"})
    await b.recevoir_messages([un, deux, trois])
    await operateur(b).ecarter(Attente.REBUTS, await seule(b, Attente.REBUTS), MOTIF)
    assert await effets(b) == [("MTQ-a", 1), ("MTQ-a", 3)]


async def test_un_stationne_ecarte_disparait_et_laisse_un_trou(banc: MonterBanc) -> None:
    """Son numéro est peut-être un faux : rien ne l'attend, et nul âge ne se remet à zéro."""
    b = await banc(service())
    await b.recevoir_messages([suivi(b, "a")])
    faux = b.message(CompteSuivi(code="a", organisme="MTQ", de=1), sequence=1_000_000)
    await b.recevoir_messages([faux])
    assert await operateur(b).ecarter(Attente.STATIONNES, await seule(b, Attente.STATIONNES), MOTIF)
    assert await operateur(b).lister(Attente.STATIONNES, Choix(), 10) == []
    await b.recevoir_messages([suivi(b, "a")])
    assert await effets(b) == [("MTQ-a", 1), ("MTQ-a", 2)]
    assert len(await objets(b, "stationnes.ecarter")) == 1


async def test_un_rebut_libre_ecarte_disparait(banc: MonterBanc) -> None:
    b = await banc(service())
    await b.recevoir_messages([b.message(CompteAugmente(code="a", organisme="MTQ", de=-1))])
    assert await operateur(b).ecarter(Attente.REBUTS, await seule(b, Attente.REBUTS), MOTIF)
    assert await b.rebuts() == []
    assert await effets(b) == []


async def test_franchir_un_trou_traite_ce_qui_attendait(banc: MonterBanc) -> None:
    b = await banc(service())
    _, _, trois, quatre = (suivi(b, "a") for _ in range(4))
    await b.recevoir_messages([quatre, trois, *[suivi(b, "b"), suivi(b, "b")][1:]])
    choix = Choix(cle="MTQ-a")
    gardes = await operateur(b).lister(Attente.STATIONNES, choix, 10)
    assert [g.sequence for g in gardes] == [3, 4], "une clé, par rang"
    assert await operateur(b).franchir(gardes[0], MOTIF) == (1, 2)
    assert await effets(b) == [("MTQ-a", 3), ("MTQ-a", 4)]
    assert await operateur(b).franchir(gardes[0], MOTIF) is None, "plus rien ne manque"
    assert len(await objets(b, "stationnes.franchir")) == 1


async def test_franchir_un_rebut_se_refuse(banc: MonterBanc) -> None:
    """Passer par-dessus ferait de lui un dépassé : son rejeu n'aurait plus d'effet."""
    b = await banc(service())
    await b.recevoir_messages([suivi(b, "a", -1), suivi(b, "a")])
    with pytest.raises(ValueError, match="tient la place"):
        await operateur(b).franchir(await seule(b, Attente.STATIONNES), MOTIF)
    assert await effets(b) == []


async def test_une_liste_est_bornee(banc: MonterBanc) -> None:
    b = await banc(service())
    poisons = [CompteAugmente(code=f"c{i}", organisme="MTQ", de=-1) for i in range(5)]
    await b.recevoir_messages([b.message(p) for p in poisons])
    assert len(await operateur(b).lister(Attente.REBUTS, Choix(), 3)) == 3
    gardes = await operateur(b).lister(Attente.REBUTS, Choix(cle="MTQ-c2"), 3)
    assert [g.cle for g in gardes] == ["MTQ-c2"]


def test_une_liste_ne_commande_pas_le_terminal() -> None:
    """Une clé vient de qui écrit au bus : un échappement ANSI n'y efface pas l'écran."""
    piege = "\x1b[2J\u202eMTQ"
    garde = Garde(UUID(int=1), "sbg.x.v1", piege, 1, DEPART, piege, 0)
    assert all(str(valeur).isprintable() for valeur in decrire(garde).values())


async def test_un_rebut_que_le_bus_refuse_ne_retient_pas_le_jalon(banc: MonterBanc) -> None:
    """Un rebut écarté de la boîte d'envoi n'est pas un fait du service; y renoncer l'efface."""
    b = await banc(service())
    await b.recevoir_messages([b.message(CompteAugmente(code="a", organisme="MTQ", de=-1))])
    async with b.interne() as cx:
        await cx.ecrire(
            text(
                "INSERT INTO socle_ecartes SELECT id, sujet, cle, 'essai', clock_timestamp()"
                " FROM socle_outbox"
            )
        )
    assert await sonde_jalon(b.moteur_interne, b.service.sujet)() is None
    garde = await seule(b, Attente.ENVOIS)
    assert garde.sujet == "sbg.temoin.v1.dlq.temoin"
    assert await operateur(b).ecarter(Attente.ENVOIS, garde, MOTIF)
    assert await b.sortants() == []
    assert len(await objets(b, "envois.ecarter")) == 1


async def test_un_fait_ecarte_se_rend_au_relais_ou_part_vide(banc: MonterBanc) -> None:
    b = await banc(service())
    for code in "ab":
        client = b.client("demandeur", organisme="MTQ")
        await client.post(f"/v1/comptes/{code}/augmentation", json={"de": 1})
    async with b.interne() as cx:
        ecarter = "INSERT INTO socle_ecartes SELECT id, sujet, cle, 'essai', clock_timestamp()"
        await cx.ecrire(text(f"{ecarter} FROM socle_outbox"))
    assert "écartés : 2" in (await sonde_jalon(b.moteur_interne, b.service.sujet)() or "")
    rendu, vide = await operateur(b).lister(Attente.ENVOIS, Choix(), 10)
    assert await operateur(b).rejouer(Attente.ENVOIS, rendu)
    assert await operateur(b).ecarter(Attente.ENVOIS, vide, MOTIF)
    assert await sonde_jalon(b.moteur_interne, b.service.sujet)() is None
    types = {s.cle: (s.type, s.sequence, s.donnees) for s in await b.sortants()}
    assert types["MTQ-b"] == (TYPE_ECARTE, 1, {})
    async with b.interne() as cx:
        requete = text("SELECT en_tetes FROM socle_outbox WHERE cle = 'MTQ-b'")
        assert orjson.loads(await cx.valeur(requete)) == {EN_TETE_ECARTE: "compte.augmenté"}
    assert types["MTQ-a"][0] == "compte.augmenté"


@pytest.mark.parametrize(
    "forme",
    [
        {"cle": "k" * 5_000 + os.urandom(4_000).hex()},
        {"en_tetes": {"ce_type": "compte.augmenté", "bruit": "x" * 950_000}},
        {"cle": "k" * 990_000, "charge": b"\xff"},
        {"charge": b'{"code":"a\\u0000","organisme":"MTQ","de":-1}'},
    ],
    ids=["clé longue", "en-têtes énormes", "clé énorme", "octet nul"],
)
async def test_rien_de_ce_que_porte_un_message_n_empeche_de_l_ecarter(
    banc: MonterBanc, forme: dict[str, object]
) -> None:
    """Un rebut qu'on ne saurait écrire arrêterait toute la consommation, pour toujours."""
    b = await banc(service())
    bon = b.message(CompteAugmente(code="b", organisme="MTQ", de=1))
    modele = b.message(CompteAugmente(code="a", organisme="MTQ", de=-1))
    champs = {nom: getattr(modele, nom) for nom in Message.__slots__}
    mauvais = Message(**{**champs, **forme})
    await b.recevoir_messages([mauvais, bon])
    assert await effets(b) == [("MTQ-b", 1)]
    garde = await seule(b, Attente.REBUTS)
    assert await operateur(b)._message("socle_rebuts", garde) == mauvais
    assert len(await b.sortants("rebut")) == 1


async def _commander(b: Banc, bus: str, *arguments: str) -> tuple[int, str]:
    """Lance une commande du témoin; rend son code de sortie et ce qu'elle dit."""
    environnement = {c: v for c, v in os.environ.items() if not c.startswith("SBG_")} | {
        "SBG_MODE": "essai",
        "SBG_BASE__INTERNE": b.roles.dsn("interne").get_secret_value(),
        "SBG_BUS__ADRESSES": bus,
        "SBG_ESSAI_ORDRE": "strict",
    }
    processus = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "outils.essais.temoin", *arguments),
        env=environnement,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    sortie, _ = await processus.communicate()
    return processus.returncode or 0, sortie.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ("rebuts", "rejouer"),
        ("rebuts", "ecarter", "--tous"),
        ("rebuts", "ecarter", "--tous", "--motif", " "),
        ("rebuts", "ecarter", "--tous", "--motif", "m" * 501),
        ("envois", "rejouer", "--tous", "--cle", "x"),
        ("stationnes", "franchir", "--motif", MOTIF),
        ("rebuts", "lister", "--limite", "100000"),
    ],
)
def test_une_commande_mal_dite_ne_fait_rien(arguments: tuple[str, ...]) -> None:
    """Ni « tous » sous-entendu, ni motif vide : sortie 2 avant d'ouvrir la base."""
    assert CliRunner().invoke(commande(service()), list(arguments)).exit_code == 2


async def test_les_commandes_disent_ce_qu_elles_font_et_leur_code(
    banc: MonterBanc, les_moteurs: Moteurs
) -> None:
    isole = service_isole("temoin")
    b = await banc(isole)
    (classe,) = isole.ecoutes
    messages = [b.message(classe(code=code, organisme="MTQ", de=-1)) for code in "ab"]
    await b.recevoir_messages(messages)
    bus = les_moteurs.bootstrap
    code, dit = await _commander(b, bus, "rebuts", "lister", "--cle", "MTQ-a")
    assert (code, dit.count("un écho négatif")) == (0, 1), dit
    code, dit = await _commander(b, bus, "conservation", "--json")
    lues = (orjson.loads(ligne) for ligne in dit.splitlines())
    gardees = {f["famille"]: f for f in lues if "famille" in f}
    assert (code, gardees["audit"]["duree"], gardees["reponses"]["echues"]) == (0, "7 ans", 0), dit
    code, dit = await _commander(b, bus, "rebuts", "rejouer", "--tous")
    assert (code, dit.count("échoue encore")) == (1, 2), dit
    code, dit = await _commander(b, bus, "rebuts", "ecarter", "--cle", "MTQ-a", "--motif", MOTIF)
    assert (code, len(await b.rebuts())) == (0, 1), dit
    code, dit = await _commander(b, bus, "stationnes", "franchir", "--cle", "x", "--motif", MOTIF)
    assert code == 1, dit
    code, dit = await _commander(b, bus, "reconstruire")
    assert (code, "socle_rebuts : 1" in dit, "--oui" in dit) == (2, True, True), dit
    assert len(await b.rebuts()) == 1, "rien n'est effacé sans qu'on l'ait dit"


async def test_ce_que_le_relais_fait_d_office_se_fait_aussi_a_la_main(
    banc: MonterBanc, les_moteurs: Moteurs
) -> None:
    """La purge et les années de l'audit, que l'exploitation nomme."""
    b = await banc(service_isole("temoin"))
    bus = les_moteurs.bootstrap
    for nom in ("purge", "sceaux", "annees-audit"):
        code, dit = await _commander(b, bus, "tache", nom)
        assert (code, f"Tâche {nom}; faits : 0." in dit) == (0, True), dit
    code, dit = await _commander(b, bus, "tache", "purger")
    assert (code, "tâche inconnue : purger" in dit, "purge," in dit) == (2, True, True), dit
