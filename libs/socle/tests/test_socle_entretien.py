"""Un entretien s'ouvre dans une plage d, et y finit; hors d'elle, on dit pourquoi (SLA-5)."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from socle import sbg
from socle.sbg.regles import (
    Etat,
    Plage,
    Refuse,
    entretien_voulu,
    fin_prevue,
    motif_juge,
)

DEBUT = datetime(2026, 9, 16, 2, tzinfo=UTC)
FIN = DEBUT + timedelta(hours=8)
DEDANS, APRES = DEBUT + timedelta(hours=1), FIN + timedelta(hours=1)


def plage(le: datetime) -> Plage:
    return (DEBUT, FIN) if le < FIN else (DEBUT + timedelta(days=1), FIN + timedelta(days=1))


def test_sla_5_dans_la_plage_sa_fin_est_la_fin_prevue() -> None:
    assert fin_prevue(DEDANS, None, None, plage) == FIN
    assert fin_prevue(DEDANS, DEDANS + timedelta(hours=2), None, plage) < FIN  # type: ignore[operator]


@pytest.mark.parametrize(
    ("maintenant", "jusqua", "motif", "dit"),
    [
        (APRES, None, None, "Prochaine : du 16 septembre 2026"),
        (DEDANS, FIN + timedelta(minutes=1), None, "La plage finit le 16 septembre 2026"),
        (DEDANS, DEDANS, None, "passée"),
        (DEDANS, DEDANS + timedelta(days=8), "billet 4512", "7 jours au plus"),
    ],
)
def test_sla_5_hors_de_la_plage_il_se_refuse(
    maintenant: datetime, jusqua: datetime | None, motif: str | None, dit: str
) -> None:
    with pytest.raises(Refuse) as refus:
        fin_prevue(maintenant, jusqua, motif, plage)
    assert dit in str(refus.value).replace("\N{NO-BREAK SPACE}", " ")


def test_sla_5_avec_un_motif_il_s_ouvre_hors_plage() -> None:
    assert fin_prevue(APRES, None, "faille à corriger, billet 4512", plage) is None
    fin = APRES + timedelta(hours=1)
    assert fin_prevue(APRES, fin, "faille à corriger, billet 4512", plage) == fin


@pytest.mark.parametrize("motif", [" ", "a\nb", "a\u2028b", "a" * 501])
def test_sla_5_un_motif_tient_en_une_ligne(motif: str) -> None:
    with pytest.raises(Refuse, match="motif"):
        motif_juge(motif)
    assert motif_juge(" faille : billet\u00a04512 ") == "faille : billet\u00a04512"


def test_sla_5_une_fin_deja_dite_ne_s_efface_pas() -> None:
    """Rouvrir sans fin garde celle qui tient; passée, elle ne vaut plus rien."""
    ouvert = Etat(lecture_seule=True, fin=FIN, motif="billet 4512")
    assert entretien_voulu(DEDANS, ouvert, None, "autre") == ouvert._replace(motif="autre")
    assert entretien_voulu(DEDANS, ouvert, None, None) == ouvert
    assert entretien_voulu(APRES, ouvert, None, None).fin is None
    ferme = Etat(lecture_seule=False, fin=FIN, motif="d'une autre fois")
    assert entretien_voulu(DEDANS, ferme, None, None) == Etat(lecture_seule=True)


@pytest.mark.parametrize("geste", ["ouvrir", "voir", "fermer"])
@pytest.mark.parametrize(
    "dsn", ["nimporte quoi", "postgresql://r:s3cret@127.0.0.1:1/b", "postgresql://r:s3cret@h/b?x=1"]
)
def test_un_acces_qui_ne_mene_nulle_part_se_dit_en_une_phrase(geste: str, dsn: str) -> None:
    """Le secret qu'il porte ne se redit pas."""
    mots = ["entretien", geste, "--dsn", dsn]
    hors = ["--hors-plage", "essai"] if geste == "ouvrir" else []
    lu = CliRunner().invoke(sbg.application(), [*mots, *hors])
    assert (lu.exit_code, len(lu.output.splitlines())) == (2, 1), lu.output
    assert "DSN" in lu.output
    assert "s3cret" not in lu.output


def test_sla_5_un_calendrier_publie_change_la_plage(tmp_path: Path) -> None:
    """Les plages sont des données : une version publiée en dit d'autres."""
    livre = Path(__file__).parents[2] / "calendrier/src/calendrier/donnees/2015-1.json"
    document = json.loads(livre.read_text("utf-8"))
    horaires = document["horaires"]["maintenance"]
    for genre in list(horaires):
        horaires[genre] = ["00:00-24:00"]
    fichier = tmp_path / "calendriers.json"
    fichier.write_text(json.dumps(document), "utf-8")
    mots = ["entretien", "plage", "--json", "--calendrier", str(fichier)]
    lu = CliRunner().invoke(sbg.application(), mots)
    assert lu.exit_code == 0, lu.output
    assert json.loads(lu.output)["en_cours"] is True
    fichier.write_text("rien", "utf-8")
    assert CliRunner().invoke(sbg.application(), mots).exit_code == 2
