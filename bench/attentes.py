"""Combien de fois une requête REST attend la base : chacune est un aller-retour du réseau."""

from itertools import count

from bench.charge import debit
from bench.nu import ORGANISME
from bench.rest import COMPTES, ecritures, lectures
from bench.resultats import But, Resultats
from bench.scene import Scene
from outils.essais.mandataire import Mandataire
from outils.essais.temoin.service import service

REQUETES = 50
_SEULE = {"SBG_BASE__DELAIS__RESERVE": "1"}


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:  # noqa: ARG001 -- un compte ne varie pas
    """Les allers-retours par requête, instructions préparées, comptés entre l'API et sa base."""
    acces = await scene.modeles.copie(service())
    jeton, comptes = scene.emetteur.jeton(["demandeur"], organisme=ORGANISME), count()
    async with Mandataire.devant(acces["api"]) as mandataire:
        reglages = scene.reglages({**acces, "api": mandataire.dsn}) | _SEULE
        port = await scene.servir("attentes", "outils.essais.temoin", "api", **reglages)
        # La première fois, chaque compte naît, et le pilote prépare ses instructions.
        await debit(port, ecritures(jeton, comptes, COMPTES), 1)
        objet, liste = f"/v1/comptes/{ORGANISME}/c1", "/v1/comptes?limite=50"
        for nom, requetes, but in (
            ("écriture", ecritures(jeton, comptes, REQUETES + 1), 6),
            ("lecture", lectures(jeton, objet, REQUETES + 1), 3),
            ("liste", lectures(jeton, liste, REQUETES + 1), 3),
        ):
            await debit(port, requetes[:1], 1)
            avant = mandataire.attentes
            await debit(port, requetes[1:], 1)
            attentes = (mandataire.attentes - avant) / REQUETES
            resultats.seul(f"{nom} REST, attentes", "par requête", [attentes], But("≤", but))
