"""Ce que l'aire attend de la base."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from courtier.organismes.domaine import FaitDeMandat, Organisme, Registre
from noyau import Conflit, Introuvable


class Organismes(Protocol):
    """La copie locale des organismes, tenue par les événements de demandes."""

    async def lire(self, code: str) -> Organisme:
        """Lève `Introuvable` (DEM-8) si l'organisme n'est pas inscrit."""
        ...

    async def synchroniser(self, organismes: Sequence[Organisme]) -> None: ...


async def le_sien(organismes: Organismes, code: str) -> Organisme:
    """L'organisme de l'appelant; lève `Conflit` (DEM-8) s'il n'est pas inscrit."""
    try:
        return await organismes.lire(code)
    except Introuvable as absent:
        raise Conflit(absent.message, regle="DEM-8") from absent


class Mandats(Protocol):
    """La copie locale des mandats de signer, tenue par les événements de demandes."""

    async def registre(self, organisme: str, sujet: str) -> Registre:
        """Ce qui permet à cette personne de signer pour cet organisme."""
        ...

    async def synchroniser(self, faits: Sequence[FaitDeMandat]) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de la copie des organismes et de leurs mandats."""

    organismes: Organismes
    mandats: Mandats
