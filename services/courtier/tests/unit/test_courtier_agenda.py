"""L'agenda des obligations, relu comme le veut la RFC 5545."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from courtier.obligations.domaine import NatureObligation, Obligation
from courtier.obligations.entrees.agenda import diffuser

OBLIGATION = Obligation(
    id=UUID(int=1),
    organisme="MTQ",
    nature=NatureObligation.COPIE,
    objet_id=UUID(int=2),
    contrat_id=UUID(int=3),
    due_le=date(2026, 12, 31),
    ouverte_le=datetime(2026, 9, 8, 19, tzinfo=UTC),
    rappels=(date(2026, 7, 2), date(2026, 12, 31)),
)


async def _agenda(*obligations: Obligation) -> list[str]:
    async def lots() -> AsyncIterator[Sequence[Obligation]]:
        yield obligations

    octets = b"".join([morceau async for morceau in diffuser(lots())])
    assert octets.endswith(b"\r\n")
    lignes = octets.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(ligne) <= 75 for ligne in lignes)
    for ligne in lignes:
        ligne.decode()
    return octets.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


async def test_une_journee_par_obligation_et_un_rappel_a_huit_heures() -> None:
    lignes = await _agenda(OBLIGATION)
    assert lignes[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for attendue in (
        f"UID:{UUID(int=1)}",
        "DTSTAMP:20260908T190000Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:MTQ : Copie signée à transmettre au Courtier",
        "CATEGORIES:copie",
    ):
        assert attendue in lignes
    sonnent = {ligne.rpartition(":")[2] for ligne in lignes if ligne.startswith("TRIGGER")}
    assert sonnent == {"20260702T120000Z", "20261231T130000Z"}
    assert lignes.count("BEGIN:VALARM") == lignes.count("END:VALARM") == 2
    description = next(x for x in lignes if x.startswith("DESCRIPTION:CI-16"))
    assert description == (f"DESCRIPTION:CI-16. Contrat {UUID(int=3)}\\, objet {UUID(int=2)}.")


async def test_un_agenda_vide_est_encore_un_agenda() -> None:
    assert await _agenda() == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//SBG//Courtier//FR", "CALSCALE:GREGORIAN",
        "END:VCALENDAR",
    ]  # fmt: skip


def test_chaque_rappel_se_dit_une_fois_le_dernier_passe_seul() -> None:
    ouverte = OBLIGATION
    assert ouverte.rappel_le == date(2026, 7, 2)
    assert ouverte.rappel_du(date(2026, 7, 1)) is None
    rappelee, fait = ouverte.rappeler(date(2026, 12, 31), datetime(2027, 1, 5, 12, tzinfo=UTC))
    assert ouverte.rappel_du(date(2027, 1, 5)) == fait.rappel == date(2026, 12, 31)
    assert (rappelee.rappel_le, rappelee.rappel_du(date(2027, 1, 5))) == (None, None)
    remplie = ouverte.remplir(datetime(2026, 9, 9, tzinfo=UTC))
    assert (remplie.rappel_le, remplie.rappel_du(date(2027, 1, 5))) == (None, None)
