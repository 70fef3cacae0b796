"""Les jetons, par la porte : aucun mauvais ne passe, et l'émetteur n'est pas noyé de questions."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest

from noyau import ANNUAIRE
from outils.emetteur import AUDIENCE, EMETTEUR, Emetteur
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from socle.reglages import ReglagesIdentite
from socle.web.appel import Etat
from socle.web.jetons import (
    FRAICHEUR,
    LIMITE_DURE,
    RETENUE,
    ClesPubliques,
    Verificateur,
)
from tests.securite.constat import constater
from tests.securite.jetons_forges import bon, claims, kid_au_hasard, mauvais, signer

pytestmark = pytest.mark.integration

CHEMIN = "/v1/demandes?limite=1"
HASARDS, FENETRES, LOT = 250, 4, 25


@dataclass(slots=True)
class Emission:
    """Un émetteur qui publie ses clés par HTTP, et compte qui les lit."""

    emetteur: Emetteur
    cles: bytes
    lectures: int = 0
    statut: int = 200
    goutte_s: float = 0.0
    adresse: str = ""


@contextmanager
def publier(emetteur: Emetteur, dossier: Path) -> Iterator[Emission]:
    emetteur.publier(dossier / "jwks.json")
    emission = Emission(emetteur, (dossier / "jwks.json").read_bytes())

    class Publier(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            emission.lectures += 1
            self.send_response(emission.statut)
            self.send_header("content-length", str(len(emission.cles)))
            self.end_headers()
            with suppress(OSError):
                for octet in emission.cles if emission.goutte_s else ():
                    self.wfile.write(bytes([octet]))
                    time.sleep(emission.goutte_s)
                self.wfile.write(emission.cles)

        def log_message(self, *_: object) -> None:
            """Rien sur l'erreur standard."""

    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Publier)
    fil = threading.Thread(target=serveur.serve_forever, daemon=True)
    fil.start()
    emission.adresse = f"http://127.0.0.1:{serveur.server_port}/jwks"
    try:
        yield emission
    finally:
        serveur.shutdown()
        serveur.server_close()
        fil.join()


@pytest.fixture
def emission(tmp_path: Path) -> Iterator[Emission]:
    with publier(Emetteur(), tmp_path) as ouverte:
        yield ouverte


async def monter(banc: MonterBanc, emission: Emission, cles: ClesPubliques | None = None) -> Banc:
    """Les demandes, qui ne croient que cet émetteur, lu par HTTP."""
    monte = await banc("demandes")
    identite = ReglagesIdentite(emetteur=EMETTEUR, audience=AUDIENCE, jwks=emission.adresse)
    verificateur = Verificateur(identite, cles or ClesPubliques(emission.adresse), ANNUAIRE)
    etat: Etat = monte.application.state.sbg
    monte.application.state.sbg = replace(etat, verificateur=verificateur)
    return monte


def vieillir(banc: Banc, secondes: float) -> None:
    """Le temps passe, pour les clés seulement."""
    cles: ClesPubliques = banc.application.state.sbg.verificateur.cles
    cles._lues -= secondes
    cles._essai -= secondes


async def statut(banc: Banc, jeton: str) -> int:
    reponse = await banc.client().get(CHEMIN, headers={"Authorization": f"Bearer {jeton}"})
    if reponse.status_code == 401:
        assert set(reponse.json()) == {"type", "title", "status", "detail"}
        assert reponse.json()["detail"] in {"Le jeton est refusé.", "Le jeton est expiré."}
    return reponse.status_code


async def test_aucun_mauvais_jeton_ne_passe(banc: MonterBanc, emission: Emission) -> None:
    """Chacun n'a qu'un défaut : le même jeton sans lui passe, ou la suite ne prouverait rien."""
    monte = await monter(banc, emission)
    assert await statut(monte, bon(emission.emetteur)) == 200
    assert await statut(monte, bon(emission.emetteur, roles=["demandeur"], organisme="MTQ")) == 200
    faux = mauvais(emission.emetteur)
    constater("jetons : mauvais jetons distincts", len(set(faux.values())))
    rendus = {nom: await statut(monte, jeton) for nom, jeton in faux.items()}
    expire = {"Authorization": f"Bearer {faux['expiré']}"}
    refus = await monte.client().get(CHEMIN, headers=expire)
    assert refus.json()["detail"] == "Le jeton est expiré."
    assert "invalid_token" in refus.headers["www-authenticate"]
    acceptes = [nom for nom, rendu in rendus.items() if rendu != 401]
    assert not acceptes, {nom: rendus[nom] for nom in acceptes}
    constater("jetons : mauvais jetons acceptés", len(acceptes))


USAGES: dict[str, dict[str, object]] = {
    "use de chiffrement": {"use": "enc"},
    "use inconnu": {"use": "signature"},
    "use liste": {"use": ["sig"]},
    "key_ops de chiffrement": {"key_ops": ["encrypt", "wrapKey"]},
    "key_ops de signature seule": {"key_ops": ["sign"]},
    "key_ops vide": {"key_ops": []},
    "key_ops texte": {"key_ops": "verify"},
    "use et key_ops contraires": {"use": "enc", "key_ops": ["verify"]},
}


async def statut_sous(banc: MonterBanc, dossier: Path, autre: dict[str, object]) -> int:
    """Le sort d'un bon jeton dont l'émetteur dit la clé faite pour autre chose."""
    with publier(Emetteur(), dossier) as emission:
        (cle,) = json.loads(emission.cles)["keys"]
        utile = {**cle, "kid": "une autre"}
        emission.cles = json.dumps({"keys": [utile, cle | autre]}).encode()
        return await statut(await monter(banc, emission), bon(emission.emetteur))


async def test_une_cle_faite_pour_autre_chose_ne_verifie_rien(
    banc: MonterBanc, tmp_path: Path
) -> None:
    assert await statut_sous(banc, tmp_path, {}) == 200
    assert await statut_sous(banc, tmp_path, {"key_ops": ["verify"]}) == 200
    rendus = {nom: await statut_sous(banc, tmp_path, autre) for nom, autre in USAGES.items()}
    acceptes = [nom for nom, rendu in rendus.items() if rendu != 401]
    assert not acceptes
    constater("jetons : clés d'un autre usage acceptées", len(acceptes))


@pytest.mark.parametrize("typ", ["JWT", "jwt", "at+jwt", "application/at+jwt"])
async def test_le_type_d_un_jeton_d_acces_passe(
    banc: MonterBanc, emission: Emission, typ: str
) -> None:
    entete = {"alg": "ES256", "kid": emission.emetteur.kid, "typ": typ}
    jeton = signer(emission.emetteur, entete, json.dumps(claims()).encode())
    assert await statut(await monter(banc, emission), jeton) == 200


async def lectures_par_fenetre(banc: Banc, emission: Emission) -> list[int]:
    """Les lectures du JWKS que causent des kid au hasard, fenêtre de 30 s par fenêtre."""
    lues = []
    for _ in range(FENETRES):
        avant = emission.lectures
        jetons = [kid_au_hasard(emission.emetteur, uuid4().hex) for _ in range(HASARDS)]
        # Par lots : tous à la fois, une boucle lente dépasse le délai de lecture des clés.
        for debut in range(0, HASARDS, LOT):
            lot = jetons[debut : debut + LOT]
            assert set(await asyncio.gather(*(statut(banc, jeton) for jeton in lot))) == {401}
        lues.append(emission.lectures - avant)
        vieillir(banc, RETENUE + 1)
    return lues


async def test_mille_kid_au_hasard_ne_noient_pas_l_emetteur(
    banc: MonterBanc, emission: Emission
) -> None:
    monte = await monter(banc, emission)
    lues = await lectures_par_fenetre(monte, emission)
    constater("jetons : kid au hasard essayés", HASARDS * FENETRES)
    constater("jetons : lectures du JWKS par 30 s, au pire", max(lues))
    assert lues == [1] * FENETRES, "une clé neuve ne serait jamais lue"


class SansRetenue(ClesPubliques):
    """Relit les clés à chaque kid inconnu."""

    async def _relire(self) -> None:
        self._essai = float("-inf")
        await ClesPubliques._relire(self)


async def test_mutant_relire_a_chaque_kid_est_attrape(banc: MonterBanc, emission: Emission) -> None:
    monte = await monter(banc, emission, SansRetenue(emission.adresse))
    assert max(await lectures_par_fenetre(monte, emission)) > 1


PANNES: dict[str, Callable[[Emission, ClesPubliques], None]] = {
    "il ne répond plus": lambda _, cles: setattr(cles, "source", "http://127.0.0.1:9/jwks"),
    "il répond 503": lambda emission, _: setattr(emission, "statut", 503),
    "il redirige": lambda emission, _: setattr(emission, "statut", 302),
    "il rend autre chose": lambda emission, _: setattr(emission, "cles", b"<html>"),
    "il répond goutte à goutte": lambda emission, _: setattr(emission, "goutte_s", 0.5),
    "il rend un jeu vide": lambda emission, _: setattr(emission, "cles", b'{"keys": []}'),
}


async def test_un_jwks_en_panne_ne_refuse_aucun_bon_jeton(banc: MonterBanc, tmp_path: Path) -> None:
    """Jusqu'à la limite dure, puis 503; dès que l'émetteur revient, les bons jetons passent."""
    refuses = acceptes = 0
    for panne in PANNES.values():
        with publier(Emetteur(), tmp_path) as emission:
            monte = await monter(banc, emission)
            cles: ClesPubliques = monte.application.state.sbg.verificateur.cles
            assert await statut(monte, bon(emission.emetteur)) == 200
            source, publiees = cles.source, emission.cles
            panne(emission, cles)
            # Vieilles à relire, puis à une minute de la limite dure.
            for age in (FRAICHEUR + 1, LIMITE_DURE - FRAICHEUR - 61):
                vieillir(monte, age)
                rendus = [await statut(monte, bon(emission.emetteur, n=n)) for n in range(10)]
                refuses += sum(rendu != 200 for rendu in rendus)
            vieillir(monte, 120)
            acceptes += await statut(monte, bon(emission.emetteur)) != 503
            cles.source, emission.cles, emission.statut = source, publiees, 200
            emission.goutte_s = 0
            vieillir(monte, RETENUE + 1)
            assert await statut(monte, bon(emission.emetteur)) == 200
    constater("jetons : bons jetons refusés, JWKS en panne", refuses)
    constater("jetons : bons jetons acceptés passé la limite dure", acceptes)
