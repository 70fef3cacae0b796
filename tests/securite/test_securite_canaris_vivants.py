"""Les mêmes canaris, dans les cinq vrais processus : sorties standard, traces, mesures, bus."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest

from demo.ports import SERVICES
from demo.systeme import Systeme
from outils.essais.banc import Banc
from socle.bus.kafka import ReglagesBus, nouveau_consommateur
from tests.securite.constat import constater
from tests.securite.gestes import ORGANISMES, fait
from tests.securite.puits import Puits, collecteur
from tests.securite.semeur import REFUSEES, REFUSER, Semeur, ressortis, semer
from tests.securite.semis import SECRET_ITSM, demander, registre
from tests.securite.semis_courtier import semer_courtier
from tests.securite.test_securite_locataires import alterer
from tests.securite.vivant import banc_vivant, systeme_vivant

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("systeme")]

SILENCES = 3


@contextmanager
def abonne(recus: list[str]) -> Iterator[str]:
    """Un abonné qui accepte tout, et garde les en-têtes qu'il reçoit."""

    class Recevoir(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            recus.append(f"{self.path} {self.headers}")
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Rien sur l'erreur standard."""

    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Recevoir)
    fil = Thread(target=serveur.serve_forever, daemon=True)
    fil.start()
    try:
        yield f"http://127.0.0.1:{serveur.server_port}/recu"
    finally:
        serveur.shutdown()
        serveur.server_close()
        fil.join()


async def peupler(systeme: Systeme, bancs: dict[str, Banc], url: str) -> None:
    """Deux organismes et leurs données, par les seules portes du système et son bus."""
    await fait(bancs["demandes"].client("itsm"), "webhooks", {"url": url})
    await systeme.vider()
    for organisme in ORGANISMES:
        await registre(bancs["demandes"], organisme, "https://abonne.example/recu")
    await systeme.vider()
    for organisme in ORGANISMES:
        await demander(bancs["demandes"], organisme)
    await semer_courtier(bancs["courtier"], finis=False)
    await systeme.vider()


async def attributs_du_bus(systeme: Systeme) -> list[str]:
    """La clé et les en-têtes de chaque message de chaque sujet."""
    bus = ReglagesBus(adresses=systeme.moteurs.bootstrap)
    sujets = [f"sbg.{nom}.v1" for nom in SERVICES]
    client = nouveau_consommateur(bus, sujets, f"canaris-{uuid4().hex}")
    await client.start()
    lus: list[str] = []
    silences = 0
    try:
        while silences < SILENCES:
            lots = await client.getmany(timeout_ms=1_000)
            silences = 0 if lots else silences + 1
            lus += [f"{r.topic} {r.key!r} {r.headers}" for lot in lots.values() for r in lot]
    finally:
        await client.stop()
    return lus


async def mesures(systeme: Systeme) -> list[str]:
    """Ce qu'exposent les trois rôles des cinq services."""
    ports = [port for ports in systeme.ports.values() for port in ports.de_gestion]
    adresses = [f"http://127.0.0.1:{port}/metrics" for port in ports]
    return [(await systeme.client.get(adresse)).text for adresse in adresses]


async def planter(bancs: dict[str, Banc], puits: Puits, url: str) -> list[Semeur]:
    """Plante partout, puis encore, chaque écriture refusée par la base."""
    semeurs = []
    for nom, banc in bancs.items():
        semeur = await semer(banc, puits, abonne=url)
        if table := REFUSEES.get(nom):
            await alterer(banc, REFUSER.format(table=table))
            await semeur.semer()
        semeurs.append(semeur)
    return semeurs


async def test_aucun_canari_ne_sort_des_vrais_processus(tmp_path: Path) -> None:
    puits = Puits()
    with abonne(puits.attributs) as url, collecteur(puits.traces) as otlp:
        reglages = {
            "SBG_ITSM_SECRETS": SECRET_ITSM,
            "SBG_JOURNAL": "DEBUG",
            "SBG_TRACES__OTLP": otlp,
            "SBG_TRACES__PART": "1.0",
        }
        async with systeme_vivant(tmp_path, lambda _: reglages) as systeme:
            bancs: dict[str, Banc] = {nom: banc_vivant(systeme, nom) for nom in SERVICES}
            try:
                await peupler(systeme, bancs, url)
                semeurs = await planter(bancs, puits, url)
                await systeme.vider()
                puits.metriques += await mesures(systeme)
                portes = len(puits.attributs)
                puits.attributs += await attributs_du_bus(systeme)
            finally:
                for banc in bancs.values():
                    await banc.fermer()
    sorties = {nom: (tmp_path / f"{nom}.log").read_text("utf-8") for nom in SERVICES}
    assert all("http" in sortie for sortie in sorties.values()), sorties
    puits.journaux.write("\n".join(sorties.values()))
    contenu = puits.contenu()
    assert portes, "aucun webhook n'est parti"
    assert len(puits.attributs) > portes + 20, "le bus n'a presque rien porté"
    assert all(contenu.values()), {genre: len(c) for genre, c in contenu.items()}
    assert "http.imprevu" in contenu["journaux"]
    canaris = [canari for semeur in semeurs for canari in semeur.canaris]
    constater("canaris, vrais processus : plantés", len(canaris))
    gardes = sum(semeur.gardes for semeur in semeurs)
    constater("canaris, vrais processus : gardés par le produit", gardes)
    vus = ressortis(puits, canaris)
    assert not vus, vus
    constater("canaris, vrais processus : ressortis", len(vus))
