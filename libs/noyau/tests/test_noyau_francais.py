"""L'élision."""

import pytest

from noyau import elider


@pytest.mark.parametrize(
    ("mot", "suivant", "attendu"),
    [
        ("de", "Émilie", "d'Émilie"),
        ("de", "E\u0301milie", "d'E\u0301milie"),
        ("de", "Marc", "de Marc"),
        ("de", "août 2026", "d'août 2026"),
        ("de", "avril 2026", "d'avril 2026"),
        ("de", "mai 2026", "de mai 2026"),
        ("de", "Œuvre", "d'Œuvre"),
        ("de", "Hélène", "d'Hélène"),
        ("de", "Hydro-Québec", "d'Hydro-Québec"),
        ("de", "Hamel", "de Hamel"),
        ("de", "Yves", "d'Yves"),
        ("de", "Yolande", "de Yolande"),
        ("de", "ÎLE", "d'ÎLE"),
        ("de", "Łucja", "de Łucja"),
        ("de", "ᐃᓄᒃ", "de ᐃᓄᒃ"),
        ("le", "organisme", "l'organisme"),
        ("la", "hôpital", "l'hôpital"),
        ("le", "onzième", "le onzième"),
        ("le", "huitième", "le huitième"),
        ("que", "elle", "qu'elle"),
        ("que", "lui", "que lui"),
        ("de", "", "de "),
    ],
)
def test_l_elision(mot: str, suivant: str, attendu: str) -> None:
    assert elider(mot, suivant) == attendu
