"""Une base qui n'est pas la bonne, ou un rôle qui en voit trop, ferme le service."""

import os
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from pydantic import SecretStr

from outils.essais.banc import Banc, monter
from outils.essais.greffon import Modeles, MonterBanc
from outils.essais.temoin.service import service
from outils.moteurs import port_libre
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.reglages import RoleBase
from socle.roles import Roles
from socle.schema.migrer import migrer, revisions
from socle.surveillance.controle import BaseAttendue, BaseRefusee, ControleBase, RoleDeService

pytestmark = pytest.mark.integration


async def _alterer(dsn: str, *instructions: str) -> None:
    pilote = await asyncpg.connect(dsn)
    try:
        for instruction in instructions:
            await pilote.execute(instruction)
    finally:
        await pilote.close()


def _dsn(b: Banc, role: RoleBase) -> str:
    return b.roles.dsn(role).get_secret_value()


def _sur(dsn: str, base_de: str) -> str:
    """Le même compte, sur la base d'un autre DSN."""
    return urlsplit(dsn)._replace(path=urlsplit(base_de).path).geturl()


def _avec(b: Banc, role: RoleDeService, dsn: str) -> Roles[Any]:
    """Les rôles du banc, l'un de ses accès changé."""
    base = b.roles.reglages.base.model_copy(update={role: SecretStr(dsn)})
    return Roles(b.service, b.roles.reglages.model_copy(update={"base": base}))


async def _refus(b: Banc, role: RoleDeService, dsn: str) -> str:
    """Ce que dit le démarrage, qui est aussi ce que dit la disponibilité."""
    roles = _avec(b, role, dsn)
    with pytest.raises(BaseRefusee) as refus:
        async with roles.moteur(role):
            pass
    if role == "api":
        monte = monter(b.service, roles.reglages, b.emetteur, b.horloge)
        reponse = await monte.gerer("/sante/disponibilite")
        await monte.fermer()
        assert reponse.status_code == 503
        assert reponse.json()["motifs"]["base"] in str(refus.value)
    assert str(refus.value).startswith(f"SBG_BASE__{role.upper()} : ")
    return str(refus.value)


async def test_la_bonne_base_est_prete(banc: MonterBanc) -> None:
    b = await banc(service())
    roles: tuple[RoleDeService, ...] = ("api", "interne")
    for role in roles:
        async with b.roles.moteur(role):
            pass
    assert (await b.gerer("/sante/disponibilite")).json() == {"etat": "prêt"}


@pytest.mark.parametrize(
    ("role", "acces", "raison"),
    [
        ("api", "interne", "a les droits de « interne »"),
        ("api", "migrer", "possède les tables"),
        ("interne", "api", "n'a pas les droits de « interne »"),
        ("interne", "migrer", "possède les tables"),
    ],
)
async def test_un_role_ne_prend_pas_l_acces_d_un_autre(
    banc: MonterBanc, role: RoleDeService, acces: RoleBase, raison: str
) -> None:
    b = await banc(service())
    assert raison in await _refus(b, role, _dsn(b, acces))


@pytest.mark.parametrize("role", ["api", "interne"])
async def test_un_superutilisateur_est_refuse(
    banc: MonterBanc, modeles: Modeles, role: RoleDeService
) -> None:
    b = await banc(service())
    assert "superutilisateur" in await _refus(b, role, _sur(modeles.dsn, _dsn(b, "api")))


@pytest.mark.parametrize(
    ("droits", "raison"),
    [
        ("ALTER ROLE {role} BYPASSRLS", "porte BYPASSRLS"),
        ("GRANT {migrer} TO {role}", "possède les tables"),
        ("GRANT {interne} TO {role}", "a les droits de « interne »"),
        ("GRANT pg_read_all_data TO {role}", "a les droits de « interne »"),
        ("REVOKE {api} FROM {role}", "n'a pas les droits de « api »"),
    ],
)
async def test_on_regarde_les_droits_et_non_les_noms(
    banc: MonterBanc, modeles: Modeles, droits: str, raison: str
) -> None:
    """Un compte infogéré au nom libre convient s'il n'a que les droits de l'API."""
    b = await banc(service())
    noms = {r: urlsplit(_dsn(b, r)).username for r in ("api", "interne", "migrer")}
    role = f"infogere_{os.getpid()}"
    ici = _sur(modeles.dsn, _dsn(b, "api"))
    await _alterer(
        ici,
        f"CREATE ROLE {role} LOGIN PASSWORD 'x'",
        f"GRANT {noms['api']} TO {role}",
        f"GRANT CONNECT ON DATABASE {urlsplit(ici).path[1:]} TO {role}",
    )
    try:
        parties = urlsplit(ici)
        dsn = parties._replace(netloc=f"{role}:x@{parties.netloc.rpartition('@')[2]}").geturl()
        async with _avec(b, "api", dsn).moteur("api"):
            pass
        await _alterer(ici, droits.format(role=role, **noms))
        assert raison in await _refus(b, "api", dsn)
    finally:
        await _alterer(ici, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


async def test_une_table_sans_securite_par_ligne_ferme_le_service(banc: MonterBanc) -> None:
    b = await banc(service())
    await _alterer(_dsn(b, "migrer"), "ALTER TABLE comptes DISABLE ROW LEVEL SECURITY")
    assert "comptes" in await _refus(b, "api", _dsn(b, "api"))


async def test_une_base_vide_se_dit(banc: MonterBanc, modeles: Modeles) -> None:
    b = await banc(service())
    vide = f"{urlsplit(_dsn(b, 'api')).path[1:]}_vide"
    await _alterer(modeles.dsn, f"CREATE DATABASE {vide}")
    dsn = _sur(_dsn(b, "api"), f"//x/{vide}")
    assert "la base est vide : lancez « python -m temoin migrer »" in await _refus(b, "api", dsn)


async def test_la_base_d_un_autre_service_est_refusee(banc: MonterBanc) -> None:
    """Même le bon rôle de l'autre service : ce ne sont pas nos tables."""
    b, autre = await banc(service()), await banc("courtier")
    await _alterer(_dsn(autre, "migrer"), "UPDATE alembic_version SET version_num = '0001'")
    roles: tuple[RoleDeService, ...] = ("api", "interne")
    for role in roles:
        refus = await _refus(b, role, _dsn(autre, role))
        assert "ce n'est pas la base de temoin : il y manque comptes" in refus


async def test_une_base_en_retard_est_refusee_et_une_en_avance_se_dit(banc: MonterBanc) -> None:
    """Le code d'avant tourne sur le schéma d'après, jamais l'inverse."""
    b = await banc(service())
    tables = frozenset({"comptes", "socle_outbox", "socle_inbox"})
    for connues, defaut, avance in (
        (("0000", "0001"), None, None),
        (("0001", "0002"), "à la révision 0001, ce code attend 0002", None),
        (("0000",), None, "à la révision 0001, ce code à 0000"),
    ):
        controle = ControleBase(b.moteur_api, BaseAttendue("temoin", "api", connues, tables))
        assert (defaut is None) == (await controle.sonder() is None)
        assert (defaut or "") in (await controle.sonder() or "")
        assert (avance is None) == (await controle.avance() is None)
        assert (avance or "") in (await controle.avance() or "")
    await _alterer(_dsn(b, "migrer"), "UPDATE alembic_version SET version_num = '0002'")
    async with b.roles.moteur("api"):
        reponse = await b.gerer("/sante/disponibilite")
    assert reponse.status_code == 200
    assert "admis" in reponse.json()["motifs"]["schéma"]


async def test_migrer_laisse_une_base_en_avance_ou_elle_est(banc: MonterBanc) -> None:
    """Un retour à la version d'avant rejoue ses migrations : elles n'ont rien à faire."""
    b = await banc(service())
    await _alterer(_dsn(b, "migrer"), "UPDATE alembic_version SET version_num = '0002'")
    await migrer(b.roles.dsn("migrer"), b.service.migrations)
    assert "0002" in (await b.gerer("/sante/disponibilite")).json()["motifs"]["schéma"]


async def test_migrer_refuse_un_autre_role_que_le_sien(banc: MonterBanc, modeles: Modeles) -> None:
    b = await banc(service())
    for dsn in (_dsn(b, "api"), _sur(modeles.dsn, _dsn(b, "api"))):
        with pytest.raises(ValueError, match="n'est pas celui des migrations"):
            await migrer(SecretStr(dsn), b.service.migrations)


async def test_une_base_muette_s_attend_et_s_examine_a_son_retour(banc: MonterBanc) -> None:
    b = await banc(service())
    attendue = BaseAttendue("temoin", "api", revisions(b.service.migrations), frozenset())
    muette = ouvrir_moteur(f"postgresql://x@127.0.0.1:{port_libre()}/x", DelaisBase())
    controle = ControleBase(muette, attendue)
    await controle.exiger()
    assert "injoignable" in (await controle.sonder() or "")
    controle.moteur = b.moteur_api
    assert "ce n'est pas la base de temoin" in (await controle.sonder() or "")
    await muette.fermer()


@pytest.mark.parametrize(
    ("partie", "dit"),
    [("mot", "refuse ce rôle ou son mot de passe"), ("base", "elle n'existe pas")],
)
async def test_un_acces_refuse_s_attend_et_se_dit(banc: MonterBanc, partie: str, dit: str) -> None:
    """Le provisionnement n'est peut-être pas encore passé : on attend, non prêt."""
    b = await banc(service())
    parties = urlsplit(_dsn(b, "api"))
    faux = {
        "mot": parties._replace(netloc=f"{parties.username}:faux@127.0.0.1:{parties.port}"),
        "base": parties._replace(path="/nulle_part"),
    }[partie]
    async with _avec(b, "api", faux.geturl()).moteur("api") as moteur:
        attendue = BaseAttendue("temoin", "api", ("0001",), frozenset())
        assert dit in (await ControleBase(moteur, attendue).sonder() or "")


async def test_un_verdict_se_garde_puis_se_refait(banc: MonterBanc) -> None:
    b = await banc(service())
    roles = replace(b.roles)
    async with roles.moteur("api") as moteur:
        sonder = roles._sante(moteur, "api").sondes["base"]
        assert await sonder() is None
        await _alterer(_dsn(b, "migrer"), "ALTER TABLE comptes DISABLE ROW LEVEL SECURITY")
        assert await sonder() is None
        sonder.__self__._echeance = 0.0  # type: ignore[attr-defined]
        assert "comptes" in (await sonder() or "")
