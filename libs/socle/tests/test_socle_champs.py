"""Les champs partagés : NFC, sans blanc autour, sans caractère qui cache ou renverse, bornés."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from noyau import jour_de_quebec
from socle import champs
from socle.validation import fautes_en_francais
from socle.web import exemple
from socle.web.modeles import Entree

EN_LIGNE = (champs.Nom, champs.NomFacultatif)
EN_LIGNES = (champs.Adresse, champs.Motif, champs.Texte)
COMMANDES = [chr(n) for n in (*range(0x20), *range(0x7F, 0xA0))]
SENS = list("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _lire(champ: Any, valeur: object) -> Any:  # noqa: ANN401 -- un champ est un type annoté
    return TypeAdapter(champ).validate_python(valeur)


def _faute(champ: Any, valeur: object) -> str:  # noqa: ANN401
    with pytest.raises(ValidationError) as refus:
        _lire(champ, valeur)
    (faute,) = fautes_en_francais(refus.value.errors())
    return faute["faute"]


@pytest.mark.parametrize("champ", [*EN_LIGNE, *EN_LIGNES])
def test_un_texte_se_range_en_nfc_sans_blanc_autour(champ: object) -> None:
    assert _lire(champ, "\u00a0 E\u0301milie\u2003 d’Arc \t\r\n") == "Émilie\u2003 d’Arc"


@pytest.mark.parametrize("champ", [*EN_LIGNE, *EN_LIGNES])
def test_ce_que_les_logiciels_de_bureau_laissent_s_en_va(champ: object) -> None:
    assert _lire(champ, "\ufeffSer\u00advice\u200b des\u2060 achats") == "Service des achats"


@pytest.mark.parametrize("texte", ["\u200b", "\u2060\u00ad", "\ufeff"])
def test_un_texte_invisible_est_un_texte_vide(texte: str) -> None:
    assert _faute(champs.Nom, texte) == "Nombre de caractères : au moins 1."


CACHES = list("\u115f\u1160\u2028\u2029\u2800\u3164\ufdd0\uffa0\ufff9\uffff\U000e0041")


@pytest.mark.parametrize("caractere", CACHES, ids=lambda c: f"U+{ord(c):04X}")
def test_un_caractere_invisible_est_refuse(caractere: str) -> None:
    for champ in (*EN_LIGNE, *EN_LIGNES):
        assert "invisible" in _faute(champ, f"a{caractere}b")


@pytest.mark.parametrize(
    "texte", ["Émilie d’Arc", "李 (王)", "ᐃᓄᒃᑎᑐᑦ", "नमस्ते", "می\u200cخواهم", "5 m²"]
)
def test_les_ecritures_du_monde_passent(texte: str) -> None:
    assert _lire(champs.Nom, texte) == texte


@pytest.mark.parametrize("champ", EN_LIGNES)
def test_les_fins_de_ligne_s_unissent(champ: object) -> None:
    assert _lire(champ, "un\r\ndeux\n\ttrois") == "un\ndeux\n\ttrois"


@pytest.mark.parametrize("caractere", COMMANDES + SENS, ids=lambda c: f"U+{ord(c):04X}")
def test_un_caractere_de_commande_ou_de_sens_de_lecture_est_refuse(caractere: str) -> None:
    for champ in EN_LIGNE:
        assert "caractère de commande" in _faute(champ, f"a{caractere}b")
    for champ in EN_LIGNES:
        if caractere in "\t\n":
            assert _lire(champ, f"a{caractere}b") == f"a{caractere}b"
        else:
            assert "caractère de commande" in _faute(champ, f"a{caractere}b")


@pytest.mark.parametrize(
    ("champ", "minimum", "maximum"),
    [
        (champs.Nom, 1, 200),
        (champs.NomFacultatif, 0, 200),
        (champs.Adresse, 0, 500),
        (champs.Motif, 1, 2_000),
        (champs.Texte, 0, 4_000),
    ],
)
def test_un_texte_est_borne_une_fois_range(champ: object, minimum: int, maximum: int) -> None:
    """« é » décomposé compte pour un; des blancs ne font pas un texte."""
    decompose = "e\u0301" * maximum
    assert len(_lire(champ, f"  {decompose}  ")) == maximum
    assert _faute(champ, "a" * (maximum + 1)) == f"Nombre de caractères : au plus {maximum}."
    if minimum:
        assert _faute(champ, " \u2003\t ") == "Nombre de caractères : au moins 1."
    else:
        assert _lire(champ, " \u2003 ") == ""


@pytest.mark.parametrize("valeur", [3, None, ["a"], True])
def test_autre_chose_qu_un_texte_n_en_devient_pas_un(valeur: object) -> None:
    assert _faute(champs.Nom, valeur) == "Un texte est attendu."


def test_les_bornes_se_lisent_dans_le_schema() -> None:
    """L'OpenAPI dit ce que le champ exige; `SUR` et `NORMALISE` n'y ajoutent rien."""
    schema = TypeAdapter(champs.Nom).json_schema()
    assert schema == {"type": "string", "minLength": 1, "maxLength": 200}


def test_un_jour_plausible() -> None:
    assert _lire(champs.Jour, "2026-09-01") == date(2026, 9, 1)
    for jour in ("1999-12-31", "2101-01-01"):
        assert "La valeur doit être" in _faute(champs.Jour, jour)
    assert _faute(champs.Jour, "2026-02-30") == "Une date (aaaa-mm-jj) est attendue."


def test_un_instant_conscient_se_ramene_en_utc() -> None:
    lu = _lire(champs.Instant, "2026-09-01T09:00:00-04:00")
    assert (lu, lu.tzinfo) == (datetime(2026, 9, 1, 13, tzinfo=UTC), UTC)
    assert "fuseau" in _faute(champs.Instant, "2026-09-01T09:00:00")
    for instant in ("1999-12-31T23:59:59Z", "2101-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"):
        assert "La valeur doit être" in _faute(champs.Instant, instant)


@pytest.mark.parametrize(
    "instant",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "2000-01-01T04:59:59.999999Z",  # encore 1999 à Québec
        "2000-01-01T00:00:00+00:00",
        "2101-01-01T00:00:00Z",
        "2100-12-31T20:00:00-05:00",  # déjà 2101 en UTC
        "9999-12-31T23:59:59.999999-23:59",
    ],
)
def test_un_instant_hors_de_2000_a_2100_est_refuse(instant: str) -> None:
    """À Québec comme en UTC, décalages qui débordent compris."""
    assert "La valeur doit être" in _faute(champs.Instant, instant)


@pytest.mark.parametrize(
    "instant", ["2000-01-01T00:00:00-05:00", "2100-12-31T23:59:59.999999+00:00"]
)
def test_le_jour_d_un_instant_permis_est_un_jour_permis(instant: str) -> None:
    jour = jour_de_quebec(_lire(champs.Instant, instant))
    assert _lire(champs.Jour, jour.isoformat()) == jour


def test_une_periode_et_un_exercice_sont_de_2000_a_2100() -> None:
    for periode in ("2000-01", "2026-09", "2100-12"):
        assert _lire(champs.Periode, periode) == periode
    for periode in ("0001-01", "1999-12", "2101-01", "9999-12", "2026-13", "2026-9", "٢٠٢٦-٠٩"):
        assert _faute(champs.Periode, periode) == "Le texte n'a pas la forme attendue."
    for exercice in ("1999-2000", "2000-2001", "2026-2027", "2100-2101"):
        assert _lire(champs.Exercice, exercice) == exercice
    for exercice in ("1998-1999", "2101-2102", "9999-10000", "1-2", "2026", "-"):
        assert _faute(champs.Exercice, exercice) == "Le texte n'a pas la forme attendue."
    assert "qui se suivent" in _faute(champs.Exercice, "2026-2028")


def test_un_exemple_s_ajoute_a_la_configuration_du_schema() -> None:
    class NomIn(Entree):
        nom: Annotated[champs.Nom, FieldInfo(description="Le nom.")]
        model_config = exemple({"nom": "Réseau"})

    schema = NomIn.model_json_schema()
    assert schema["examples"] == [{"nom": "Réseau"}]
    assert schema["additionalProperties"] is False, "l'exemple n'efface pas ce qu'Entree exige"


@pytest.mark.parametrize("jour", ["2026-11-25T00:00:00Z", "2026-11-25 00:00", 0, 1_795_655_464, ""])
def test_une_date_ne_se_devine_pas(jour: object) -> None:
    """Minuit UTC est encore la veille à Québec; un nombre n'est pas une date."""
    assert _faute(champs.Jour, jour) == "Une date (aaaa-mm-jj) est attendue."


@pytest.mark.parametrize("instant", [1_795_655_464, "1795655464", "2026-11-25", True])
def test_un_instant_ne_se_devine_pas(instant: object) -> None:
    assert _faute(champs.Instant, instant) == "Un instant avec son fuseau est attendu."


def test_une_donnee_deja_typee_passe() -> None:
    """Les données de mise en route sont du TOML, qui a ses dates."""
    assert _lire(champs.Jour, date(2026, 9, 1)) == date(2026, 9, 1)
    instant = datetime(2026, 9, 1, 13, tzinfo=UTC)
    assert _lire(champs.Instant, instant) == instant
