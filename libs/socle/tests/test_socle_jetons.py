"""Les jetons : le bon passe, et ce qu'on garde de lui ne lui survit pas.

Les mauvais jetons, les clés au hasard et l'émetteur en panne : tests/securite.
"""

import asyncio
import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from noyau import ANNUAIRE
from outils.certificats import certificat_de
from outils.emetteur import AUDIENCE, EMETTEUR, Emetteur
from outils.moteurs import port_libre
from socle.reglages import ReglagesIdentite
from socle.web.jetons import JETONS_GARDES, ClesIndisponibles, ClesPubliques, Verificateur
from socle.web.problemes import Probleme


@pytest.fixture
def emetteur() -> Emetteur:
    return Emetteur()


@pytest.fixture
def cles(emetteur: Emetteur, tmp_path: Path) -> ClesPubliques:
    emetteur.publier(tmp_path / "jwks.json")
    return ClesPubliques(str(tmp_path / "jwks.json"))


@pytest.fixture
def verificateur(cles: ClesPubliques) -> Verificateur:
    identite = ReglagesIdentite(emetteur=EMETTEUR, audience=AUDIENCE, jwks=cles.source)
    return Verificateur(identite, cles, ANNUAIRE)


async def test_bon_jeton(verificateur: Verificateur, emetteur: Emetteur) -> None:
    acteur = await verificateur.acteur(emetteur.jeton(["signataire"], organisme="MTQ", sujet="s-1"))
    assert (acteur.sujet, acteur.organisme) == ("s-1", "MTQ")
    assert acteur.roles == frozenset({"signataire"})
    assert not acteur.est_mcn


async def test_un_jeton_garde_ne_survit_ni_a_sa_fin_ni_a_sa_cle(
    verificateur: Verificateur, emetteur: Emetteur, cles: ClesPubliques
) -> None:
    court = emetteur.jeton(["admin"], duree=-3)  # il reste deux secondes de tolérance
    long = emetteur.jeton(["admin"])
    acteurs = [await verificateur.acteur(jeton) for jeton in (court, long, court, long)]
    assert acteurs[:2] == acteurs[2:]
    await asyncio.sleep(2.1)
    with pytest.raises(Probleme):
        await verificateur.acteur(court)
    assert await verificateur.acteur(long) == acteurs[1]
    cles._cles = {}
    with pytest.raises(Probleme):
        await verificateur.acteur(long)


async def test_les_jetons_gardes_sont_bornes(
    verificateur: Verificateur, emetteur: Emetteur
) -> None:
    jetons = [emetteur.jeton(["admin"], sujet=f"s-{n}") for n in range(JETONS_GARDES + 2)]
    sujets = [(await verificateur.acteur(jeton)).sujet for jeton in jetons]
    assert sujets == [f"s-{n}" for n in range(JETONS_GARDES + 2)]
    assert len(verificateur._verifies) == 2


@pytest.fixture
def serveur(cles: ClesPubliques) -> Iterator[tuple[str, list[str]]]:
    """Un serveur qui donne les clés, et les cibles qu'on lui a demandées."""
    yield from _servir(cles)


@pytest.fixture
def serveur_chiffre(cles: ClesPubliques, tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """Le même, sous un certificat que nulle autorité publique ne signe."""
    certificat, cle = certificat_de("localhost", tmp_path)
    contexte = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    contexte.load_cert_chain(certificat, cle)
    yield from _servir(cles, contexte)


def _servir(
    cles: ClesPubliques, contexte: ssl.SSLContext | None = None
) -> Iterator[tuple[str, list[str]]]:
    demandees: list[str] = []

    class Donner(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            demandees.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(Path(cles.source).read_bytes())

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Donner) as http:
        if contexte:
            http.socket = contexte.wrap_socket(http.socket, server_side=True)
        fil = Thread(target=http.serve_forever)
        fil.start()
        yield f"{'https' if contexte else 'http'}://localhost:{http.server_port}", demandees
        http.shutdown()
        fil.join()


async def test_les_cles_ne_passent_par_un_proxy_que_declare(
    serveur: tuple[str, list[str]], emetteur: Emetteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Le proxy d'un poste de travail prendrait aussi nos appels internes : on l'ignore."""
    adresse, demandees = serveur
    for nom in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(nom, f"http://127.0.0.1:{port_libre()}")
    for nom in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(nom, raising=False)
    assert await ClesPubliques(f"{adresse}/jwks").trouver(emetteur.kid)
    dehors = "http://cles.exemple/jwks"
    declare = ReglagesIdentite.model_validate(
        {"emetteur": EMETTEUR, "jwks": dehors, "proxy": adresse}
    )
    assert await ClesPubliques.de(declare).trouver(emetteur.kid)
    assert demandees == ["/jwks", dehors]
    assert adresse not in repr(declare)


async def test_une_autorite_privee_ne_vaut_que_nommee(
    serveur_chiffre: tuple[str, list[str]], emetteur: Emetteur, tmp_path: Path
) -> None:
    """Nommée, elle suffit; sans elle, l'émetteur n'est pas cru, et rien ne lui est demandé."""
    adresse, demandees = serveur_chiffre
    donnes = {"emetteur": EMETTEUR, "jwks": f"{adresse}/jwks"}
    with pytest.raises(ClesIndisponibles):
        await ClesPubliques.de(ReglagesIdentite.model_validate(donnes)).trouver(emetteur.kid)
    assert demandees == []
    nommee = ReglagesIdentite.model_validate({**donnes, "autorite": tmp_path / "localhost.pem"})
    assert await ClesPubliques.de(nommee).trouver(emetteur.kid)
    assert ReglagesIdentite.model_validate({**donnes, "autorite": ""}).autorite is None
    with pytest.raises(ValueError, match="introuvable"):
        ReglagesIdentite.model_validate({**donnes, "autorite": tmp_path / "absente.pem"})
