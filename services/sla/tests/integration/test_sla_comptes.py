"""SLA-4 : les comptes que la base tient égalent toujours ceux que l'on referait."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid5

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import create_async_engine

from outils.essais.banc import Banc
from outils.essais.greffon import Modeles, MonterBanc
from services.sla.tests.builders import ESPACE, Recit, sept
from services.sla.tests.evenements import messages
from services.sla.tests.scene import (
    DEMANDES,
    comptees,
    elements,
    recomptees,
    semer,
    toutes,
)
from sla.main import service
from sla.mesures.adaptateurs.tables import comptes, mesures
from socle.bd.instructions import parmi
from socle.schema.migrer import configuration

pytestmark = pytest.mark.integration

REMPLACER = insert(mesures)
REMPLACER = REMPLACER.on_conflict_do_update(
    constraint=mesures.primary_key,
    set_={c.name: REMPLACER.excluded[c.name] for c in mesures.columns if not c.primary_key},
)


def ligne(
    numero: int, organisme: str, indicateur: str, periode: str | None, verdict: str, *, exclue: bool
) -> dict[str, Any]:
    """Une mesure de plus, ou ce qu'elle devient."""
    jugee = None if verdict == "en_cours" else periode
    return {
        "id": uuid5(ESPACE, str(numero)),
        "organisme": organisme,
        "sujet": "demande",
        "sujet_id": str(numero),
        "indicateur": indicateur,
        "fiche": "POSTES",
        "fiche_version": 1,
        "horloge": "jours_ouvrables",
        "verdict": verdict,
        "raison": "",
        "calendrier": "2026-1",
        "periode": jugee,
        "exercice": jugee and "2026-2027",
        "exclue": exclue,
        "signalee": False,
        "examens": [],
        "cible": "0.95" if numero % 3 else None,
    }


LIGNES = st.builds(
    ligne,
    st.integers(0, 11),
    st.sampled_from(("MTQ", "SQ")),
    st.sampled_from(("PT-1", "PT-2")),
    st.sampled_from(("2026-08", "2026-09")),
    st.sampled_from(("conforme", "manquee", "depassee", "en_cours")),
    exclue=st.booleans(),
)
ACTES = st.lists(
    st.tuples(st.booleans(), st.lists(LIGNES, max_size=8, unique_by=lambda m: m["id"])), max_size=6
)


@pytest.fixture
async def vierge(banc: MonterBanc) -> Banc:
    return await banc("sla")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actes=ACTES)
async def test_sla_4_ajoutes_remplaces_retires_les_comptes_suivent(
    vierge: Banc, actes: list[tuple[bool, list[dict[str, Any]]]]
) -> None:
    async with vierge.interne() as connexion:
        await connexion.ecrire(delete(mesures))
    assert await comptees(vierge) == Counter()
    for retire, lignes in actes:
        async with vierge.interne() as connexion:
            if retire:
                ids = [m["id"] for m in lignes]
                await connexion.ecrire(delete(mesures).where(parmi(mesures.c.id, ids)))
            else:
                await connexion.ecrire_lot(REMPLACER, lignes)
        assert await comptees(vierge) == recomptees(await toutes(vierge))


def test_reconstruire_vide_les_mesures_avant_leurs_comptes() -> None:
    """Les vider les décompte : dans l'autre ordre, il en resterait de négatifs."""
    effacees = [table.name for table in reversed(service().tables.sorted_tables)]
    assert effacees.index("mesures") < effacees.index("comptes")


async def test_sla_4_deux_ecritures_croisees_se_comptent_toutes_les_deux(vierge: Banc) -> None:
    """L'une prend août puis septembre, l'autre l'inverse : ni attente mutuelle, ni perte."""

    async def ecrire(rang: int, *periodes: str) -> None:
        async with vierge.interne() as connexion:
            for n, periode in enumerate(periodes):
                une = ligne(100 * rang + n, "MTQ", "PT-1", periode, "conforme", exclue=False)
                await connexion.ecrire_lot(REMPLACER, [une])

    mois = ("2026-08", "2026-09")
    await asyncio.gather(*(ecrire(rang, *mois[:: 1 if rang % 2 else -1]) for rang in range(6)))
    attendus = recomptees(await toutes(vierge))
    assert attendus.total() == 24
    assert await comptees(vierge) == attendus


async def test_sla_4_la_migration_compte_ce_qui_est_deja_la(modeles: Modeles) -> None:
    """Des mesures d'avant la table se comptent comme le déclencheur les aurait comptées."""
    acces = await modeles.copie(service())
    moteur = create_async_engine(acces["migrer"].replace("postgresql://", "postgresql+asyncpg://"))
    reglages = configuration(service().migrations)

    def descendre_puis_monter(connexion: Connection) -> tuple[list[Any], list[Any]]:
        lire = select(comptes).order_by(*comptes.c)
        for n in range(12):
            verdict = ("conforme", "manquee", "en_cours")[n % 3]
            une = ligne(n, "MTQ" if n % 2 else "SQ", "PT-1", "2026-09", verdict, exclue=n > 8)
            connexion.execute(REMPLACER.values([une]))
        tenus = list(connexion.execute(lire))
        reglages.attributes["connection"] = connexion
        revisions = ScriptDirectory.from_config(reglages).walk_revisions()
        visee = next(r.down_revision for r in revisions if "comptes" in r.path)
        command.downgrade(reglages, str(visee))
        command.upgrade(reglages, "head")
        return tenus, list(connexion.execute(lire))

    async with moteur.connect() as connexion:
        tenus, repris = await connexion.run_sync(descendre_puis_monter)
    await moteur.dispose()
    assert tenus
    assert tenus == repris


async def test_sla_4_le_taux_suit_un_fait_tardif_et_le_compte_vide_est_sans_objet(
    banc: MonterBanc,
) -> None:
    """Rouverte, une demande quitte son mois; seule, elle y laisse une ligne vide, et court."""
    sla = await semer(await banc("sla"))
    mcn = sla.client("mesure")
    avant = await elements(mcn, "/v1/taux", indicateur="PT-1", organisme="SQ")
    assert [(t["periode"], t["brut"]["mesurees"]) for t in avant] == [("2026-09", 1)]
    rouverte = Recit().creee(sept(1)).livree(sept(2)).rouverte(sept(3))
    await sla.recevoir_messages(messages(sla, rouverte, DEMANDES["autre"], "SQ"))
    (vide,) = await elements(mcn, "/v1/taux", indicateur="PT-1", organisme="SQ")
    assert (vide["brut"]["mesurees"], vide["brut"]["taux"], vide["en_cours"]) == (0, None, 1)
    async with sla.interne() as connexion:
        siens = select(comptes.c.nombre).where(comptes.c.organisme == "SQ")
        assert await connexion.colonne(siens) == [0]
