"""La plage d'entretien (condition d) : celle où l'on est, sinon la prochaine (SLA-5)."""

from datetime import datetime

import pytest

from calendrier.entretien import plage_d_entretien
from noyau import en_utc


def instant(texte: str) -> datetime:
    return en_utc(datetime.fromisoformat(texte))


@pytest.mark.parametrize(
    ("quand", "debut", "fin"),
    [
        # Un mardi : de 22 h au lendemain 6 h.
        ("2026-09-15T23:00-04:00", "2026-09-15T22:00-04:00", "2026-09-16T06:00-04:00"),
        ("2026-09-16T05:59-04:00", "2026-09-15T22:00-04:00", "2026-09-16T06:00-04:00"),
        ("2026-09-16T06:00-04:00", "2026-09-16T22:00-04:00", "2026-09-17T06:00-04:00"),
        # Du vendredi à 22 h au lundi à 0 h; le lundi de 0 h à 6 h est du service.
        ("2026-09-19T12:00-04:00", "2026-09-18T22:00-04:00", "2026-09-21T00:00-04:00"),
        ("2026-09-21T03:00-04:00", "2026-09-21T22:00-04:00", "2026-09-22T06:00-04:00"),
        # L'heure change dans la nuit du samedi 31 octobre.
        ("2026-11-01T12:00-05:00", "2026-10-30T22:00-04:00", "2026-11-02T00:00-05:00"),
    ],
)
def test_sla_5_la_plage_d_en_cours_ou_la_prochaine(quand: str, debut: str, fin: str) -> None:
    assert plage_d_entretien(instant(quand)) == (instant(debut), instant(fin))
