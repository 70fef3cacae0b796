"""Un calendrier iCalendar (RFC 5545) des obligations qui courent, une journée chacune."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, cast

from icalendar import Alarm, Calendar, Event

from courtier.obligations.domaine import Obligation
from noyau import QUEBEC

_SONNE: Final = 8
"""L'heure de Québec où un rappel sonne."""
_FIN: Final = b"END:VCALENDAR\r\n"


async def diffuser(lots: AsyncIterator[Sequence[Obligation]]) -> AsyncIterator[bytes]:
    """Le calendrier, lot par lot : jamais tout entier en mémoire."""
    yield _entete().removesuffix(_FIN)
    async for lot in lots:
        yield b"".join(_journee(obligation).to_ical() for obligation in lot)
    yield _FIN


def _entete() -> bytes:
    agenda = Calendar()
    agenda.add("version", "2.0")
    agenda.add("prodid", "-//SBG//Courtier//FR")
    agenda.add("calscale", "GREGORIAN")
    return cast("bytes", agenda.to_ical())


def _journee(obligation: Obligation) -> Event:
    journee = Event()
    journee.add("uid", str(obligation.id))
    journee.add("dtstamp", obligation.ouverte_le.astimezone(UTC))
    journee.add("dtstart", obligation.due_le)
    journee.add("dtend", obligation.due_le + timedelta(days=1))
    journee.add("summary", f"{obligation.organisme} : {obligation.nature.libelle}")
    journee.add("description", _description(obligation))
    journee.add("categories", [obligation.nature.value])
    journee.add("transp", "TRANSPARENT")
    for alarme in _alarmes(obligation):
        journee.add_component(alarme)
    return journee


def _alarmes(obligation: Obligation) -> Iterator[Alarm]:
    for rappel in obligation.rappels:
        alarme = Alarm()
        alarme.add("action", "DISPLAY")
        alarme.add("description", obligation.nature.libelle)
        alarme.add("trigger", _instant(rappel))
        yield alarme


def _instant(rappel: date) -> datetime:
    return datetime.combine(rappel, time(_SONNE), QUEBEC).astimezone(UTC)


def _description(obligation: Obligation) -> str:
    de = f"Contrat {obligation.contrat_id}" if obligation.contrat_id else "Dossier"
    return f"{obligation.nature.regle}. {de}, objet {obligation.objet_id}."
