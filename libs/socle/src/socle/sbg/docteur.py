"""Le docteur : il examine un service de bout en bout, et dit quoi faire de ce qui ne va pas."""

import asyncio
import json
import platform
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import entry_points
from typing import Any, Final

import asyncpg
import typer
from pydantic import ValidationError

from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction
from socle.bus.kafka import preparer_sujets
from socle.horloge import horloge_systeme
from socle.lanceur import fautes_des_reglages, lire_reglages, reglages_inconnus
from socle.operateur import visible
from socle.reception.realignement import devancee, retard
from socle.reglages import ReglageManquant
from socle.roles import Roles
from socle.service import Service
from socle.surveillance.controle import BaseRefusee, RoleDeService

POSTGRES_MINIMAL: Final = 170_000
"""`transaction_timeout`, que tout rôle pose, est de PostgreSQL 17."""
ECART_PERMIS: Final = 1.0
"""Secondes entre notre horloge et celle de la base; au-delà, délais et jalons se faussent."""
RETARD_PERMIS: Final = 1_000
"""Messages; au-delà, le consommateur ne suit pas, ou ne tourne pas."""
_SERVEUR: Final = """
SELECT current_setting('server_version_num')::int AS numero,
       current_setting('server_version') AS version,
       current_setting('default_transaction_read_only') = 'on' AS lecture_seule,
       clock_timestamp() AS heure
"""
_TARDENT: Final = """
SELECT count(*) FROM socle_outbox o WHERE enregistre_le < clock_timestamp() - interval '5 minutes'
AND NOT EXISTS (SELECT 1 FROM socle_ecartes e WHERE (e.sujet, e.cle) = (o.sujet, o.cle))
"""
_STATIONNES: Final = """
SELECT count(*) FROM socle_stationnement
WHERE stationne_le < clock_timestamp() - interval '1 minute'
"""
_ATTENTES: Final = {
    "rebuts": ("SELECT count(*) FROM socle_rebuts", "voyez « rebuts lister », puis rejouez"),
    "stationnés": (
        _STATIONNES,
        "voyez « stationnes lister » : un prédécesseur manque",
    ),
    "envois écartés": ("SELECT count(*) FROM socle_ecartes", "voyez « envois lister »"),
    "boîte d'envoi": (
        _TARDENT,
        "le relais tourne-t-il? Le bus répond-il?",
    ),
}


class Etat(StrEnum):
    """Bon; avis : à savoir; mauvais : à régler."""

    BON = "bon"
    AVIS = "avis"
    MAUVAIS = "mauvais"


@dataclass(frozen=True, slots=True)
class Constat:
    """Ce qu'un examen trouve, et ce qu'il y a à faire; rien à faire : vide."""

    examen: str
    etat: Etat
    dit: str
    faire: str = ""


_MARQUES: Final = {Etat.BON: "✓", Etat.AVIS: "!", Etat.MAUVAIS: "✗"}


def examiner_tous(noms: Sequence[str], *, en_json: bool) -> int:
    """Examine ces services; rend 0, 1 si quelque chose est mauvais, 2 si un réglage manque."""
    pire = 0
    for nom in noms:
        code, constats = asyncio.run(_un(nom))
        pire = max(pire, code)
        if en_json:
            dits = [asdict(c) for c in constats]
            ligne = {"service": nom, "sortie": code, "constats": dits}
            typer.echo(json.dumps(ligne, ensure_ascii=False))
            continue
        typer.echo(f"── {nom}")
        for constat in constats:
            typer.echo(f"  {_MARQUES[constat.etat]} {constat.examen:<22} {visible(constat.dit)}")
            if constat.faire:
                typer.echo(f"      → {constat.faire}")
    return pire


async def _un(nom: str) -> tuple[int, list[Constat]]:
    (point,) = entry_points(group="sbg.services", name=nom)
    service: Service[Any] = point.load()()
    try:
        roles = Roles(service, lire_reglages(service))
    except ValidationError as erreur:
        fautes = fautes_des_reglages(erreur)
        return 2, [Constat("réglages", Etat.MAUVAIS, f"{v} : {f}", _REGLER) for v, f in fautes]
    except (ReglageManquant, ValueError) as erreur:
        return 2, [Constat("réglages", Etat.MAUVAIS, str(erreur), _REGLER)]
    constats = [constat async for constat in examiner(roles)]
    mauvais = any(constat.etat is Etat.MAUVAIS for constat in constats)
    return (1 if mauvais else 0), constats


_REGLER: Final = "docs/REGLAGES.md dit ce que chaque réglage attend"


async def examiner(roles: Roles[Any]) -> AsyncIterator[Constat]:
    """Tout ce qui s'examine d'un service sans rien y changer."""
    yield _du_code(roles)
    for constat in _des_reglages(roles):
        yield constat
    base_bonne = True
    roles_de_base: tuple[RoleDeService, ...] = ("api", "interne")
    for role in roles_de_base:
        constat = await _du_role(roles, role)
        base_bonne &= constat.etat is not Etat.MAUVAIS
        yield constat
    if base_bonne:
        async with roles.moteur("interne") as moteur:
            async for constat in _de_la_base(moteur):
                yield constat
            async for constat in _du_bus(roles, moteur):
                yield constat


def _du_code(roles: Roles[Any]) -> Constat:
    service = roles.service
    dit = f"{service.nom} {service.version}, Python {platform.python_version()}"
    return Constat("version", Etat.BON, dit)


def _des_reglages(roles: Roles[Any]) -> list[Constat]:
    inconnus = reglages_inconnus(roles.service)
    constats = [
        Constat(
            "réglages",
            Etat.AVIS,
            f"{variable} n'est lue par personne",
            f"est-ce {proche}?" if proche else "retirez-la",
        )
        for variable, proche in inconnus
    ]
    if roles.reglages.identite is None:
        dit = "aucun émetteur de jetons : l'API refuserait de démarrer"
        constats.append(Constat("identité", Etat.MAUVAIS, dit, "SBG_IDENTITE__EMETTEUR et __JWKS"))
    return constats or [Constat("réglages", Etat.BON, f"lus, mode {roles.reglages.mode}")]


async def _du_role(roles: Roles[Any], role: RoleDeService) -> Constat:
    """La base répond sous ce rôle, et c'est la bonne : droits, politiques, schéma."""
    examen = f"base, rôle {role}"
    try:
        async with roles.moteur(role) as moteur:
            sante = roles.sante(moteur, role)
            motifs, degrade = await sante.lire()
    except (BaseRefusee, ReglageManquant) as erreur:
        return Constat(examen, Etat.MAUVAIS, str(erreur), "")
    if motifs:
        dit = "; ".join(motifs.values())
        return Constat(examen, Etat.MAUVAIS, dit, f"vérifiez SBG_BASE__{role.upper()}")
    if degrade:
        return Constat(examen, Etat.AVIS, "; ".join(degrade.values()), "déployez le code neuf")
    return Constat(examen, Etat.BON, "rôle, droits et schéma")


async def _de_la_base(moteur: Moteur) -> AsyncIterator[Constat]:
    async with transaction(moteur, INTERNE) as connexion:
        pilote: asyncpg.Connection = connexion.pilote
        avant = horloge_systeme()
        lu = await pilote.fetchrow(_SERVEUR)
        apres = horloge_systeme()
        attentes = {nom: await pilote.fetchval(requete) for nom, (requete, _) in _ATTENTES.items()}
    if lu["numero"] < POSTGRES_MINIMAL:
        dit = f"PostgreSQL {lu['version']}"
        yield Constat("PostgreSQL", Etat.MAUVAIS, dit, "il en faut un 17, ou plus neuf")
    else:
        yield Constat("PostgreSQL", Etat.BON, f"PostgreSQL {lu['version']}")
    if lu["lecture_seule"]:
        faire = "une fois réalignée, ou l'entretien fini : « sbg entretien fermer »"
        yield Constat("écritures", Etat.AVIS, "la base est en lecture seule", faire)
    # L'heure de la base est lue entre nos deux regards : le milieu en est le plus proche.
    ecart = abs((lu["heure"] - (avant + (apres - avant) / 2)).total_seconds())
    etat = Etat.BON if ecart <= ECART_PERMIS else Etat.MAUVAIS
    faire = "" if etat is Etat.BON else "réglez NTP ici et sur la base"
    yield Constat("horloges", etat, f"écart avec la base : {ecart:.3f} s", faire)
    for nom, nombre in attentes.items():
        faire = _ATTENTES[nom][1] if nombre else ""
        yield Constat(nom, Etat.MAUVAIS if nombre else Etat.BON, str(nombre), faire)


async def _du_bus(roles: Roles[Any], moteur: Moteur) -> AsyncIterator[Constat]:
    premier = await _essayer("sujets", lambda: _sujets(roles))
    yield premier
    if premier.etat is Etat.MAUVAIS:
        return
    yield await _essayer("accord avec le bus", lambda: _accord(roles, moteur))
    if roles.service.sujets_lus:
        yield await _essayer("retard", lambda: _retard(roles))


async def _essayer(examen: str, faire: Callable[[], Awaitable[Constat]]) -> Constat:
    """L'examen, ou ce qui l'empêche : le docteur dit tout ce qui ne va pas."""
    try:
        return await faire()
    except Exception as erreur:  # noqa: BLE001 -- c'est un constat
        dit = str(erreur) or type(erreur).__name__
        return Constat(examen, Etat.MAUVAIS, dit, "vérifiez SBG_BUS__ADRESSES et ses accès")


async def _sujets(roles: Roles[Any]) -> Constat:
    service = roles.service
    if absents := await preparer_sujets(roles.bus, service.sujets):
        faire = f"python -m {service.nom} migrer"
        return Constat("sujets", Etat.MAUVAIS, f"absents : {', '.join(absents)}", faire)
    return Constat("sujets", Etat.BON, f"{len(service.sujets)} présents")


async def _accord(roles: Roles[Any], moteur: Moteur) -> Constat:
    service = roles.service
    if motif := await devancee(moteur, roles.bus, service.sujet):
        faire = f"python -m {service.nom} realigner --depuis <l'instant restauré>"
        return Constat("accord avec le bus", Etat.MAUVAIS, motif, faire)
    return Constat("accord avec le bus", Etat.BON, "la base sait ce que le bus sait d'elle")


async def _retard(roles: Roles[Any]) -> Constat:
    nombre = await retard(roles.bus, roles.service.nom, roles.service.sujets_lus)
    etat = Etat.BON if nombre <= RETARD_PERMIS else Etat.MAUVAIS
    faire = "" if etat is Etat.BON else "le consommateur tourne-t-il? Voyez sa santé"
    return Constat("retard", etat, f"{nombre} messages à recevoir", faire)
