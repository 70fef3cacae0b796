"""Le choix du format : le plus précis, le plus pesant, et à égalité le premier offert."""

import pytest

from socle.web import Probleme, format_prefere

JSON, CSV, PDF, HTML = "application/json", "text/csv", "application/pdf", "text/html"


@pytest.mark.parametrize(
    ("accept", "attendu"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("application/pdf", PDF),
        ("application/*;q=0.2, text/csv;q=0.9", CSV),
        ("application/json;q=0, */*", CSV),
        ("image/png, application/pdf;q=0.5", PDF),
        ("text/html,application/xhtml+xml,*/*;q=0.8", HTML),
        ("application/json,text/html;q=0.9", JSON),
        ("text/html;q=0.5, application/json;q=0.4", HTML),
    ],
)
def test_le_format_suit_accept(accept: str, attendu: str) -> None:
    assert format_prefere(accept, (JSON, CSV, PDF, HTML)) == attendu


@pytest.mark.parametrize("accept", ["image/png", "application/pdf;q=0", "text/csv;q=beaucoup"])
def test_un_format_inconnu_est_refuse(accept: str) -> None:
    with pytest.raises(Probleme) as refus:
        format_prefere(accept, (JSON, CSV, PDF))
    assert refus.value.statut == 406
