"""La réception : doubles, désordre, séquences trouées, poison, jalons."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.journal import journal_lu
from outils.essais.temoin.service import CompteAugmente, CompteSuivi, service
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.bd.transaction import Portee, transaction
from socle.bus.enveloppe import Message
from socle.conservation import du_socle, purger
from socle.execution import sceaux
from socle.execution.sceaux import oublier, sceller, verifier
from socle.reception.reception import raison_de
from socle.reglages import ReglagesConservation
from socle.surveillance.sondes import sonde_trous

pytestmark = pytest.mark.integration
DU_SOCLE = du_socle(ReglagesConservation())


async def _effets(b: Banc) -> list[tuple[str, int]]:
    async with b.interne() as cx:
        lignes = await cx.lignes(text("SELECT cle, sequence FROM effets ORDER BY rang"))
        return [(ligne.cle, ligne.sequence) for ligne in lignes]


async def _compte(b: Banc, table: str) -> int:
    async with b.interne() as cx:
        return int(await cx.valeur(text(f"SELECT count(*) FROM {table}")))


def _fait(code: str, de: int = 1) -> CompteAugmente:
    return CompteAugmente(code=code, organisme="MTQ", de=de)


def _suivi(code: str, de: int = 1) -> CompteSuivi:
    return CompteSuivi(code=code, organisme="MTQ", de=de)


async def test_double_reception_un_effet(banc: MonterBanc) -> None:
    b = await banc(service())
    message = b.message(_fait("a"))
    await b.recevoir_messages([message, message])
    await b.recevoir_messages([message])
    assert await _effets(b) == [("MTQ-a", 1)]


async def test_l_identifiant_d_une_source_ne_tait_pas_celui_d_une_autre(banc: MonterBanc) -> None:
    """CloudEvents : deux sources peuvent donner le même identifiant; ce sont deux événements."""
    b = await banc(service())
    identifiant = uuid4()
    await b.recevoir(_fait("a"), id=identifiant)
    await b.recevoir_messages([b.message(_suivi("b"), id=identifiant, sequence=2)])
    assert await _effets(b) == [("MTQ-a", 1)]
    assert await _compte(b, "socle_stationnement") == 1
    await b.recevoir_messages([b.message(_suivi("b"), sequence=1)])
    assert await _compte(b, "socle_stationnement") == 0
    assert b.reception.mesures.doubles._value.get() == 0


async def test_sequence_stricte_en_desordre(banc: MonterBanc) -> None:
    b = await banc(service())
    messages = [b.message(_suivi(code)) for code in "ab" for _ in range(12)]
    Random(7).shuffle(messages)
    for message in messages:
        await b.recevoir_messages([message])
    effets = await _effets(b)
    for cle in ("MTQ-a", "MTQ-b"):
        assert [s for c, s in effets if c == cle] == list(range(1, 13))
    assert await _compte(b, "socle_stationnement") == 0


async def test_sequence_trouee_attend(banc: MonterBanc) -> None:
    b = await banc(service())
    un, deux, trois = (b.message(_suivi("a")) for _ in range(3))
    await b.recevoir_messages([un, trois])
    assert await _effets(b) == [("MTQ-a", 1)]
    assert await _compte(b, "socle_stationnement") == 1
    await b.recevoir_messages([deux])
    assert [s for _, s in await _effets(b)] == [1, 2, 3]


async def test_un_depasse_sous_un_autre_identifiant_n_a_pas_d_effet_et_se_compte(
    banc: MonterBanc,
) -> None:
    """Un numéro déjà traité ne se tait pas : un faux, ou un producteur qui recompte, se voit."""
    b = await banc(service())
    await b.recevoir(_suivi("a"), _suivi("a"))
    with journal_lu() as dits:
        await b.recevoir_messages([b.message(_suivi("a", de=500), sequence=2)])
    assert await _effets(b) == [("MTQ-a", 1), ("MTQ-a", 2)]
    assert b.reception.mesures.depasses._value.get() == 1
    dit = {"event": "reception.depasse", "sujet": "sbg.guide.v1", "cle": "MTQ-a", "sequence": 2}
    assert any(dit.items() <= ligne.items() for ligne in dits)


async def test_un_trou_qui_dure_se_signale_et_se_tait_comble(banc: MonterBanc) -> None:
    b = await banc(service())
    un, deux, trois = (b.message(_suivi("a")) for _ in range(3))
    await b.recevoir_messages([un, trois])
    patiente, pressee = (sonde_trous(b.moteur_interne, timedelta(seconds=s)) for s in (60, 0))
    assert await patiente() is None
    sans_base = ouvrir_moteur("postgresql://x@127.0.0.1:1/x", DelaisBase())
    assert "base injoignable" in (await sonde_trous(sans_base)() or "")
    motif = await pressee()
    assert motif is not None
    assert motif.startswith("1 événement attend son prédécesseur depuis")
    assert "sbg.guide.v1" in motif
    await b.recevoir_messages([deux])
    assert await pressee() is None


async def test_poison_isole_et_rejoue(banc: MonterBanc) -> None:
    b = await banc(service())
    bons = [b.message(_fait(f"c{i}")) for i in range(5)]
    poison = b.message(_fait("p", de=-1))
    await b.recevoir_messages([*bons[:2], poison, *bons[2:]])
    assert len(await _effets(b)) == 5
    assert await b.rebuts() == ["ValueError : un écho négatif n'a pas de sens"]
    (rebut,) = await b.sortants("rebut")
    assert rebut.donnees["cle"] == "MTQ-p"
    gueri = Message(
        **{
            **{n: getattr(poison, n) for n in Message.__slots__},
            "charge": b'{"code":"p","organisme":"MTQ","de":1}',
        }
    )
    assert await b.reception.rejouer(gueri)
    assert len(await _effets(b)) == 6
    assert await b.rebuts() == []


async def test_poison_strict_retient_sa_cle_seulement(banc: MonterBanc) -> None:
    b = await banc(service())
    poison, suivant, autre = (
        b.message(_suivi("a", de=-1)),
        b.message(_suivi("a")),
        b.message(_suivi("b")),
    )
    await b.recevoir_messages([poison, suivant, autre])
    assert await _effets(b) == [("MTQ-b", 1)]
    assert await _compte(b, "socle_stationnement") == 1


async def test_illisible_au_rebut(banc: MonterBanc) -> None:
    b = await banc(service())
    await b.recevoir_messages(
        [
            Message("sbg.temoin.v1", 0, 1, "x", {}, b"\xff\xfe"),
            Message("sbg.temoin.v1", 0, 2, "x", {"ce_type": "compte.augmenté"}, b"{}"),
            b.message(_fait("a")),
        ]
    )
    assert len(await b.rebuts()) == 2
    assert len(await _effets(b)) == 1


@pytest.mark.parametrize(
    "en_tete",
    [
        {"ce_sequence": "²"},
        {"ce_sequence": "9" * 30},
        {"ce_sequence": "-1"},
        {"ce_time": "0001-01-01T00:00:00+14:00"},
        # PostgreSQL les tiendrait pour des infinis, et les rendrait sans fuseau.
        {"ce_time": "0001-01-01T00:00:00Z"},
        {"ce_time": "9999-12-31T23:59:59.999999Z"},
        {"ce_time": "1999-12-31T23:59:59Z"},
        {"ce_recordedtime": "2101-01-01T00:00:00Z"},
        # Ce que le sujet ne publie pas vient d'un faux, ou d'un producteur mal réglé.
        {"ce_source": "/sbg/temoin"},
        {"ce_source": ""},
        {"ce_type": "compte.augmenté"},
    ],
)
async def test_un_en_tete_impossible_va_au_rebut(banc: MonterBanc, en_tete: dict[str, str]) -> None:
    """Ce que ni la base ni Python ne savent tenir n'arrête pas la boucle : le reste passe."""
    b = await banc(service())
    bon, mauvais = b.message(_suivi("a")), b.message(_suivi("b"))
    mauvais = replace(mauvais, en_tetes={**mauvais.en_tetes, **en_tete})
    await b.recevoir_messages([mauvais, bon])
    assert len(await b.rebuts()) == 1
    assert await _effets(b) == [("MTQ-a", 1)]


async def test_un_enorme_illisible_va_au_rebut(banc: MonterBanc) -> None:
    """Recopié en base 64, il ne tiendrait plus sur le bus : il y part sans sa charge."""
    b = await banc(service())
    enorme = Message("sbg.temoin.v1", 0, 1, "x", {}, b"\xff" * 800_000)
    await b.recevoir_messages([enorme, b.message(_fait("a"))])
    assert len(await _effets(b)) == 1
    (rebut,) = await b.sortants("rebut")
    assert (rebut.donnees["position"], rebut.donnees["charge"]) == (1, "")
    async with b.interne() as cx:
        garde = await cx.valeur(text("SELECT message FROM socle_rebuts"))
    assert Message.relire(garde) == enorme


async def test_la_raison_d_un_rebut_ne_dit_pas_les_valeurs_refusees(banc: MonterBanc) -> None:
    """Une erreur de base cite la ligne refusée; le sujet des rebuts est gardé sans limite."""
    b = await banc(service())
    with pytest.raises(asyncpg.PostgresError) as refus:
        async with b.interne() as cx:
            await cx.ecrire(text("SELECT CAST(:nom AS int)"), {"nom": "Camille Tremblay"})
    assert "Camille" in str(refus.value)
    assert raison_de(refus.value) == "DataError (22000)"


async def test_la_raison_d_un_rebut_est_en_francais(banc: MonterBanc) -> None:
    b = await banc(service())
    await b.recevoir_messages([replace(b.message(_fait("b")), charge=b'{"code": 3}')])
    (dite,) = await b.rebuts()
    assert "code : Un texte est attendu." in dite


async def test_la_raison_d_un_rebut_ne_redit_pas_une_valeur_que_la_base_refuse(
    banc: MonterBanc,
) -> None:
    b = await banc(service())
    with pytest.raises(asyncpg.PostgresError, match="Camille") as refus:
        async with b.interne() as cx:
            await cx.valeur(text("SELECT CAST(CAST(:nom AS text) AS int)"), {"nom": "Camille"})
    assert raison_de(refus.value) == "InvalidTextRepresentationError (22P02)"


async def test_audit_scelle_et_rupture(banc: MonterBanc) -> None:
    b = await banc(service())
    client = b.client("demandeur", organisme="MTQ")
    for _ in range(5):
        await client.post("/v1/comptes/a/augmentation", json={"de": 1})
    assert await sceller(b.moteur_interne) == 5
    await client.post("/v1/comptes/a/augmentation", json={"de": 1})
    assert await sceller(b.moteur_interne) == 1
    assert (await verifier(b.moteur_interne)).rupture is None
    dsn = b.roles.dsn("migrer").get_secret_value()
    cx = await asyncpg.connect(dsn)
    await cx.execute("UPDATE socle_audit SET objet = 'autre' WHERE id = 6")
    await cx.close()
    assert (await verifier(b.moteur_interne)).rupture == 2


async def test_un_lot_a_sceller_se_lit_dans_l_ordre_de_son_index(banc: MonterBanc) -> None:
    """Triée, toute la table se relirait à chaque lot : soixante-dix fois le temps pour dix."""
    b = await banc(service())
    async with b.interne() as cx:
        await cx.pilote.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        for requete, bornes in ((sceaux._LIGNES, (0, 0, 9)), (sceaux._ENTRE, (0, 0, 9, 9))):
            plan = [ligne[0] for ligne in await cx.pilote.fetch(f"EXPLAIN {requete}", *bornes)]
            assert "Merge Append" in plan[0] or "Merge Append" in plan[1]
            assert any("socle_audit_origine_ordre" in etape for etape in plan)
            assert not any(mot in etape for mot in ("Sort  ", "Seq Scan") for etape in plan)


async def test_audit_s_oublie_par_sceaux_et_la_chaine_tient(banc: MonterBanc) -> None:
    """L'échu part; le dernier sceau parti porte la suite; une ligne retirée se voit toujours."""
    b = await banc(service())
    client = b.client("demandeur", organisme="MTQ")
    for _ in range(5):
        await client.post("/v1/comptes/a/augmentation", json={"de": 1})
        await sceller(b.moteur_interne)
    assert await oublier(b.moteur_interne, timedelta()) == 0, "trop tôt : la base refuse"
    proprietaire = await asyncpg.connect(b.roles.dsn("migrer").get_secret_value())
    await proprietaire.execute("UPDATE socle_sceaux SET scelle_le = '2000-01-01Z' WHERE numero < 5")
    assert await oublier(b.moteur_interne, timedelta(days=500)) == 3
    assert await oublier(b.moteur_interne, timedelta(days=500)) == 1
    assert await oublier(b.moteur_interne, timedelta(days=500)) == 0
    verifiee = await verifier(b.moteur_interne)
    assert (verifiee.rupture, verifiee.oublies, verifiee.lignes) == (None, 4, 1)
    async with b.interne() as cx:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
            await cx.ecrire(text("DELETE FROM socle_audit"))
    async with transaction(b.moteur_api, Portee("MTQ")) as cx:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
            await cx.ecrire(text("SELECT socle_oublier_audit('500 days')"))
    await proprietaire.execute("DELETE FROM socle_audit")
    await proprietaire.close()
    assert (await verifier(b.moteur_interne)).rupture == 5


async def test_la_conservation_se_regle(banc: MonterBanc) -> None:
    """Réponses et réceptions échoient au jour réglé, et partent à la purge."""
    b = await banc(service(), conservation={"reponses": 2, "receptions": 3})
    await b.client("demandeur", organisme="MTQ").post("/v1/comptes/a/augmentation", json={"de": 1})
    await b.recevoir(CompteAugmente(code="a", organisme="MTQ", de=1))
    for table, jours in (("socle_idempotence", 2), ("socle_inbox", 3)):
        async with b.interne() as cx:
            duree = await cx.valeur(text(f"SELECT garde_jusqua - clock_timestamp() FROM {table}"))
        assert timedelta(days=jours) - duree < timedelta(minutes=5)
        assert await purger(b.moteur_interne, DU_SOCLE) == 0
        async with b.interne() as cx:
            await cx.ecrire(text(f"UPDATE {table} SET garde_jusqua = '2000-01-01Z'"))
        assert await purger(b.moteur_interne, DU_SOCLE) == 1


async def test_la_purge_ne_prend_pas_l_identifiant_d_une_autre_source(banc: MonterBanc) -> None:
    """Deux sources peuvent donner le même identifiant : l'une est échue, l'autre se garde."""
    b, identifiant = await banc(service()), uuid4()
    await b.recevoir(_fait("a"), id=identifiant)
    await b.recevoir(_suivi("a"), id=identifiant)
    async with b.interne() as cx:
        echoir = "UPDATE socle_inbox SET garde_jusqua = '2000-01-01Z' WHERE sujet = 'sbg.temoin.v1'"
        await cx.ecrire(text(echoir))
    assert await purger(b.moteur_interne, DU_SOCLE) == 1
    async with b.interne() as cx:
        assert await cx.colonne(text("SELECT sujet FROM socle_inbox")) == ["sbg.guide.v1"]


async def test_annulation_ne_laisse_rien_en_reserve(banc: MonterBanc) -> None:
    """Une tâche annulée au milieu d'une transaction ne rend pas la connexion à un autre."""
    b = await banc(service())

    async def lente() -> None:
        async with transaction(b.moteur_api, Portee("MTQ")) as cx:
            await cx.ecrire(text("SELECT pg_sleep(5)"))

    for _ in range(6):
        tache = asyncio.create_task(lente())
        await asyncio.sleep(0.05)
        tache.cancel()
        with pytest.raises(asyncio.CancelledError):
            await tache
    async with b.moteur_api.emprunter() as cx:
        reglage = await cx.valeur(text("SELECT current_setting('sbg.organisme', true)"))
        assert reglage in (None, "")
