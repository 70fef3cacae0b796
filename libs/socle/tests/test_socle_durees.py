"""Les durées de conservation : un fichier daté; faux, il refuse de démarrer, et dit pourquoi."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from noyau import PREMIER_JOUR
from outils.essais.temoin.service import service
from socle.conservation import en_mots
from socle.durees import MOIS_MINIMUM, lire_durees
from socle.execution.sceaux import CONSERVATION_AUDIT_MINIMALE
from socle.lanceur import commande, fautes_des_reglages
from socle.reglages import Reglages, ReglagesConservation

MOIS = {"audit": 84, "documents": 84, "personnes": 84}


def version(depuis: str = "2000-01-01", motif: str = "D'office.", **mois: object) -> str:
    dits = ", ".join(f"{nom} = {valeur}" for nom, valeur in {**MOIS, **mois}.items())
    return f'[[versions]]\ndepuis = {depuis}\nmotif = "{motif}"\nmois = {{ {dits} }}\n'


def ecrire(dossier: Path, texte: str) -> Path:
    fichier = dossier / "conservation.toml"
    fichier.write_text(texte, "utf-8")
    return fichier


def test_d_office_sept_ans_pour_l_audit_les_documents_et_les_personnes() -> None:
    durees = lire_durees()
    for garde in (durees.audit, durees.documents, durees.personnes):
        assert en_mots(garde) == "7 ans"
        assert garde.gardees(date(2026, 11, 28)) == ((date(2019, 11, 28), None),)


def test_le_minimum_en_mois_passe_toujours_celui_que_la_base_impose() -> None:
    mois = (date(an, m, 1) for an in (2023, 2024) for m in range(1, 13))
    for debut in mois:
        annee, rang = divmod(debut.month - 1 + MOIS_MINIMUM, 12)
        assert (date(debut.year + annee, rang + 1, 1) - debut).days >= CONSERVATION_AUDIT_MINIMALE


def test_un_fichier_donne_remplace_celui_du_socle(tmp_path: Path) -> None:
    fichier = ecrire(tmp_path, version() + version("2027-01-01", "Décision.", personnes=18))
    durees = ReglagesConservation(fichier=fichier).durees
    assert en_mots(durees.personnes) == "7 ans; dès le 2027-01-01, 18 mois"
    assert en_mots(durees.audit) == "7 ans"
    assert durees.personnes.chronologie.versions[0].debut == PREMIER_JOUR


FAUX = {
    "minimum": (version(audit=12), "versions[0].mois.audit : La valeur doit être au moins 13."),
    "documents": (version(documents=0), "mois.documents : La valeur doit être au moins 13."),
    "cent_ans": (version(personnes=1_201), "mois.personnes : La valeur doit être au plus 1200."),
    "texte": (version(audit='"84"'), "mois.audit : Un entier est attendu."),
    "inconnue": (version(factures=84), "mois.factures : Ce champ n'est pas connu."),
    "manque": (version().replace("personnes", "p"), "mois.personnes : Ce champ est requis."),
    "motif": (version(motif=""), "motif : Nombre de caractères : au moins 1."),
    "sans_passe": (version("2030-01-01"), "doit valoir dès le 2000-01-01"),
    "melees": (version() + version("2030-01-01") + version("2028-01-01"), "se suivent"),
    "double": (version() + version(), "se suivent"),
    "vide": ("", "versions : Ce champ est requis."),
    "illisible": ("[[versions", "n'est pas du TOML"),
}


@pytest.mark.parametrize("cas", FAUX)
def test_un_fichier_faux_refuse_de_demarrer_et_dit_ou(cas: str, tmp_path: Path) -> None:
    texte, attendu = FAUX[cas]
    fichier = ecrire(tmp_path, texte)
    with pytest.raises(ValidationError) as refus:
        Reglages.model_validate({"conservation": {"fichier": fichier}})
    ((variable, faute),) = fautes_des_reglages(refus.value)
    assert variable == "Réglage SBG_CONSERVATION"
    assert faute.startswith(str(fichier))
    assert attendu in faute


def test_un_fichier_absent_n_ouvre_pas_sur_les_durees_d_office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBG_CONSERVATION__FICHIER", str(tmp_path / "absent.toml"))
    sortie = CliRunner().invoke(commande(service()), ["conservation"])
    assert sortie.exit_code == 2
    assert "ce fichier ne se lit pas" in sortie.output


@pytest.mark.parametrize("nom", ["AUDIT", "DOCUMENTS", "PERSONNES"])
def test_un_ancien_reglage_ne_s_ignore_pas(nom: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ignoré, qui gardait dix ans n'en garderait que sept sans le savoir."""
    monkeypatch.setenv(f"SBG_CONSERVATION__{nom}", "3650")
    with pytest.raises(ValidationError, match=f"SBG_CONSERVATION__{nom} : cette durée se dit"):
        Reglages()
