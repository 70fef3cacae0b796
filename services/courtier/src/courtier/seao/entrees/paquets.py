"""Écrire un paquet OCDS : d'un seul tenant, ou morceau par morceau (CI-25)."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date, datetime
from typing import Any

from courtier.seao.domaine.ocds import VERSION, Json, minuit
from courtier.seao.domaine.profil import Profil
from noyau import QUEBEC, Mois


def octets(objet: Json) -> bytes:
    """L'objet en JSON; une somme y est un nombre, comme au SEAO : deux décimales y sont exactes."""
    return json.dumps(objet, default=float, ensure_ascii=False).encode()


def entete(uri: str, paru_le: str, profil: Profil) -> Json:
    """Ce que porte tout paquet, avant ce qu'il contient."""
    return {
        "uri": f"urn:sbg:ocds:{uri}",
        "version": VERSION,
        "publishedDate": paru_le,
        "publisher": {"name": profil.acheteur.nom},
    }


def paru_le(publications: Sequence[Json], maintenant: datetime) -> str:
    """La date de la plus récente; sans aucune, maintenant."""
    dites: list[str] = [publication["date"] for publication in publications]
    return dites[-1] if dites else maintenant.astimezone(QUEBEC).isoformat(timespec="seconds")


def fichier(mois: Mois) -> str:
    """Le nom du fichier d'un mois, comme ceux du gouvernement."""
    return f"mensuel_{mois.debut:%Y%m%d}_{_dernier(mois):%Y%m%d}.json"


def _dernier(mois: Mois) -> date:
    return mois.debut.replace(day=mois.jours)


async def morceaux(
    mois: Mois,
    lots: AsyncIterator[Sequence[Any]],
    presenter: Callable[[Any], Json],
    profil: Profil,
) -> AsyncIterator[bytes]:
    """Le paquet d'un mois, publication par publication; paru au premier instant du suivant."""
    debut = octets(entete(f"mensuel:{mois}", minuit(mois.suivant.debut), profil))
    yield debut[:-1] + b', "releases": ['
    premier = True
    async for lot in lots:
        for ligne in lot:
            yield (b"" if premier else b", ") + octets(presenter(ligne))
            premier = False
    yield b"]}"
