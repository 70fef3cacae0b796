"""Les jetons : le bon passe, et ce qu'on garde de lui ne lui survit pas.

Les mauvais jetons, les clés au hasard et l'émetteur en panne : tests/securite.
"""

import asyncio
from pathlib import Path

import pytest

from noyau import ANNUAIRE
from outils.emetteur import AUDIENCE, EMETTEUR, Emetteur
from socle.web.jetons import JETONS_GARDES, ClesPubliques, ReglagesIdentite, Verificateur
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
