"""Un calendrier iCalendar (RFC 5545) des obligations qui courent, une journée chacune."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from courtier.obligations.domaine import Obligation
from noyau import QUEBEC

MEDIA: Final = "text/calendar"
_LARGEUR: Final = 75
"""Octets d'une ligne, au plus; elle se plie au-delà (RFC 5545, § 3.1)."""
_HEURE: Final = 8
"""L'heure de Québec où un rappel sonne."""
_DEBUT: Final = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//SBG//Courtier//FR")


async def diffuser(lots: AsyncIterator[Sequence[Obligation]]) -> AsyncIterator[bytes]:
    """Le calendrier, lot par lot : jamais tout entier en mémoire."""
    yield _ecrire((*_DEBUT, "CALSCALE:GREGORIAN"))
    async for lot in lots:
        yield _ecrire(ligne for obligation in lot for ligne in _journee(obligation))
    yield _ecrire(("END:VCALENDAR",))


def _journee(obligation: Obligation) -> Iterator[str]:
    libelle = _texte(obligation.nature.libelle)
    yield "BEGIN:VEVENT"
    yield f"UID:{obligation.id}"
    yield f"DTSTAMP:{_instant(obligation.ouverte_le)}"
    yield f"DTSTART;VALUE=DATE:{_jour(obligation.due_le)}"
    yield f"DTEND;VALUE=DATE:{_jour(obligation.due_le + timedelta(days=1))}"
    yield f"SUMMARY:{_texte(obligation.organisme)} : {libelle}"
    yield f"DESCRIPTION:{_texte(_description(obligation))}"
    yield f"CATEGORIES:{_texte(obligation.nature)}"
    yield "TRANSP:TRANSPARENT"
    for rappel in obligation.rappels:
        sonne = datetime(rappel.year, rappel.month, rappel.day, _HEURE, tzinfo=QUEBEC)
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{libelle}"
        yield f"TRIGGER;VALUE=DATE-TIME:{_instant(sonne)}"
        yield "END:VALARM"
    yield "END:VEVENT"


def _description(obligation: Obligation) -> str:
    de = f"Contrat {obligation.contrat_id}" if obligation.contrat_id else "Dossier"
    return f"{obligation.nature.regle}. {de}, objet {obligation.objet_id}."


def _texte(dit: str) -> str:
    """Une valeur de texte, ses séparateurs échappés."""
    for signe in ("\\", ";", ","):
        dit = dit.replace(signe, f"\\{signe}")
    return dit.replace("\n", "\\n")


def _jour(jour: date) -> str:
    return f"{jour:%Y%m%d}"


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _ecrire(lignes: Iterable[str]) -> bytes:
    return b"".join(morceau + b"\r\n" for ligne in lignes for morceau in _plier(ligne.encode()))


def _plier(ligne: bytes) -> Iterator[bytes]:
    """Les morceaux d'une ligne; un caractère de plusieurs octets ne se coupe pas."""
    prefixe = b""
    while len(ligne) > _LARGEUR - len(prefixe):
        coupe = _LARGEUR - len(prefixe)
        while ligne[coupe] & 0xC0 == 0x80:
            coupe -= 1
        yield prefixe + ligne[:coupe]
        ligne, prefixe = ligne[coupe:], b" "
    yield prefixe + ligne
