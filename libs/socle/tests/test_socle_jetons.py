"""Les jetons : le bon passe, le reste est refusé, les clés se relisent avec retenue."""

import asyncio
import base64
import time
from pathlib import Path
from typing import Any

import jwt
import orjson
import pytest

from outils.emetteur import AUDIENCE, EMETTEUR, Emetteur
from socle.web.jetons import JETONS_RETENUS, ClesPubliques, ReglagesIdentite, Verificateur
from socle.web.problemes import Probleme


class ClesComptees(ClesPubliques):
    """Des clés qui comptent leurs lectures."""

    lectures = 0

    async def _charger(self) -> str:
        self.lectures += 1
        return await super()._charger()


@pytest.fixture
def emetteur() -> Emetteur:
    return Emetteur()


@pytest.fixture
def cles(emetteur: Emetteur, tmp_path: Path) -> ClesComptees:
    emetteur.publier(tmp_path / "jwks.json")
    return ClesComptees(str(tmp_path / "jwks.json"))


@pytest.fixture
def verificateur(cles: ClesComptees) -> Verificateur:
    identite = ReglagesIdentite(emetteur=EMETTEUR, audience=AUDIENCE, jwks=cles.source)
    return Verificateur(identite, cles)


async def test_bon_jeton(verificateur: Verificateur, emetteur: Emetteur) -> None:
    acteur = await verificateur.acteur(emetteur.jeton(["signataire"], organisme="MTQ", sujet="s-1"))
    assert (acteur.sujet, acteur.organisme) == ("s-1", "MTQ")
    assert acteur.roles == frozenset({"signataire"})
    assert not acteur.est_mcn


async def test_un_jeton_retenu_ne_survit_ni_a_sa_fin_ni_a_sa_cle(
    verificateur: Verificateur, emetteur: Emetteur, cles: ClesComptees
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


async def test_les_jetons_retenus_sont_bornes(
    verificateur: Verificateur, emetteur: Emetteur
) -> None:
    jetons = [emetteur.jeton(["admin"], sujet=f"s-{n}") for n in range(JETONS_RETENUS + 2)]
    sujets = [(await verificateur.acteur(jeton)).sujet for jeton in jetons]
    assert sujets == [f"s-{n}" for n in range(JETONS_RETENUS + 2)]
    assert len(verificateur._verifies) == 2


def _claims(maintenant: int) -> dict[str, dict[str, Any]]:
    """Les claims fautifs, par leur nom."""
    return {
        "émetteur": {"iss": "https://autre.example"},
        "audience": {"aud": "autre"},
        "périmé": {"exp": maintenant - 60},
        "pas encore": {"nbf": maintenant + 600},
        "émis demain": {"iat": maintenant + 86_400},
        "sans sujet": {"sub": ""},
        "sujet numérique": {"sub": 12},
        "roles en texte": {"roles": "admin"},
        "organisme vide": {"organisme": ""},
        "organisme liste": {"organisme": ["MTQ"]},
        "organisme minuscule": {"organisme": "mtq", "roles": ["demandeur"]},
        "organisme injecté": {"organisme": "M'; RESET ROLE; --", "roles": ["demandeur"]},
        "rôle du MCN sur un organisme": {"organisme": "MTQ"},
        "rôle d'organisme au MCN": {"roles": ["signataire"]},
    }


def _forge(emetteur: Emetteur, cas: str) -> str:
    """Un mauvais jeton, par son nom."""
    autres = _claims(int(time.time()))  # noqa: TID251 -- les jetons vivent à l'heure système
    if cas in autres:
        return emetteur.jeton(["admin"], claims=autres[cas])
    bon = emetteur.jeton(["admin"])
    entete, corps, signature = bon.split(".")
    secret = orjson.dumps(emetteur.kid).ljust(64, b"x")
    charge = jwt.decode(bon, options={"verify_signature": False})
    formes = {
        "alg none": f"{_b64({'alg': 'none', 'kid': emetteur.kid})}.{corps}.",
        "HS256": jwt.encode(charge, secret, "HS256", {"kid": emetteur.kid}),
        "autre clé": Emetteur(kid=emetteur.kid).jeton(["admin"]),
        "kid inconnu": Emetteur().jeton(["admin"]),
        "kid absent": f"{_b64({'alg': 'ES256'})}.{corps}.{signature}",
        "kid chemin": f"{_b64({'alg': 'ES256', 'kid': '../../etc/passwd'})}.{corps}.{signature}",
        "kid objet": f"{_b64({'alg': 'ES256', 'kid': {'a': 1}})}.{corps}.{signature}",
        "jku": f"{_b64({'alg': 'ES256', 'kid': 'x', 'jku': 'http://127.0.0.1/'})}.{corps}.{signature}",
        "corps altéré": f"{entete}.{_b64({**charge, 'sub': 'autre'})}.{signature}",
        "signature vide": f"{entete}.{corps}.",
        "signature tronquée": f"{entete}.{corps}.{signature[:-4]}",
        "claims doublés": f"{entete}.{_double(charge)}.{signature}",
        "deux parties": f"{entete}.{corps}",
        "pas un jeton": "n'importe quoi",
        "énorme": "a" * 10_000,
        "binaire": "\x00.\x01.\x02",
    }
    return formes[cas]


def _b64(valeur: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(valeur)).decode().rstrip("=")


def _double(charge: dict[str, Any]) -> str:
    texte = orjson.dumps(charge)[:-1] + b',"sub":"autre"}'
    return base64.urlsafe_b64encode(texte).decode().rstrip("=")


MAUVAIS = (
    "émetteur", "audience", "périmé", "pas encore", "émis demain", "sans sujet", "sujet numérique",
    "roles en texte", "organisme vide", "organisme liste", "organisme minuscule",
    "organisme injecté", "rôle du MCN sur un organisme",
    "rôle d'organisme au MCN", "alg none", "HS256", "autre clé", "kid inconnu", "kid absent",
    "kid chemin", "kid objet", "jku", "corps altéré", "signature vide", "signature tronquée",
    "claims doublés", "deux parties", "pas un jeton", "énorme", "binaire",
)  # fmt: skip


@pytest.mark.parametrize("cas", MAUVAIS)
async def test_mauvais_jeton(verificateur: Verificateur, emetteur: Emetteur, cas: str) -> None:
    with pytest.raises(Probleme) as refus:
        await verificateur.acteur(_forge(emetteur, cas))
    assert refus.value.statut == 401
    dit = "expiré" if cas == "périmé" else "refusé"
    assert refus.value.detail == f"Le jeton est {dit}."


async def test_kid_inconnus_une_seule_relecture(
    verificateur: Verificateur, cles: ClesComptees, emetteur: Emetteur
) -> None:
    await verificateur.acteur(emetteur.jeton(["admin"]))
    for _ in range(1_000):
        assert (
            await cles.trouver(base64.b64encode(orjson.dumps(time.perf_counter())).decode()) is None
        )
    assert cles.lectures == 1


async def test_emetteur_en_panne_les_bons_jetons_passent(
    verificateur: Verificateur, cles: ClesComptees, emetteur: Emetteur
) -> None:
    await verificateur.acteur(emetteur.jeton(["admin"]))
    cles.source += ".disparu"
    cles._lues -= 3_600  # des clés vieillies, à relire
    cles._essai -= 3_600
    assert (await verificateur.acteur(emetteur.jeton(["admin"]))).est_mcn
    cles._lues -= 100_000  # au-delà de la limite dure
    with pytest.raises(Probleme) as refus:
        await verificateur.acteur(emetteur.jeton(["admin"]))
    assert refus.value.statut == 503
