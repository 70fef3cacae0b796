"""Le bac à sable : qui le tient, ce qu'il écrit, son heure, ses jetons, et ce qu'il refuse."""

import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import jwt
import pytest

from demo import acces, heure, jetons, permanence
from demo.__main__ import appli
from demo.acces import Acces, Bases, Itsm
from demo.defauts import SystemeEnDefaut
from demo.ports import SERVICES, Ports, service_de
from noyau import QUEBEC
from outils.emetteur import Emetteur
from socle.horloge import HorlogeFichier

MATIN = datetime(2026, 9, 1, 8, 0, tzinfo=QUEBEC)
COMMANDES = [["servir"], ["horloge", "2026-10-01T09:00"], ["jeton", "admin"], ["jouer"]]


@pytest.fixture(autouse=True)
def dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SBG_BAC", str(tmp_path))
    monkeypatch.delenv("SBG_MODE", raising=False)
    return tmp_path


@pytest.fixture
def bac(dossier: Path) -> Iterator[Acces]:
    """Un bac tenu, dont nul service ne répond."""
    HorlogeFichier(dossier / "horloge").avancer(MATIN)
    ecrit = Acces(
        services={"catalogue": "http://127.0.0.1:1"},
        bus="127.0.0.1:2",
        bases={"catalogue": Bases(api="a", interne="i", migrer="m")},
        itsm=Itsm(secret="whsec_eA=="),
        horloge=MATIN,
    )
    with acces.occuper():
        ecrit.ecrire()
        Emetteur().garder(acces.fichier_cle())
        yield ecrit


# --- Les accès ------------------------------------------------------------------------------------


def test_les_acces_ont_la_forme_promise_et_ne_se_lisent_que_de_nous(bac: Acces) -> None:
    fichier = acces.fichier_acces()
    assert stat.S_IMODE(fichier.stat().st_mode) == 0o600
    assert json.loads(fichier.read_text("utf-8")) == {
        "services": {"catalogue": "http://127.0.0.1:1"},
        "bus": "127.0.0.1:2",
        "bases": {"catalogue": {"api": "a", "interne": "i", "migrer": "m"}},
        "itsm": {"secret": "whsec_eA=="},
        "horloge": "2026-09-01T08:00:00-04:00",
    }
    assert Acces.lire() == bac


def test_un_bac_n_a_qu_un_occupant(bac: Acces) -> None:
    assert acces.est_tenu()
    with pytest.raises(SystemeEnDefaut, match="déjà en marche"), acces.occuper():
        pass


def test_ce_qu_une_panne_laisse_n_est_pas_en_marche(bac: Acces, dossier: Path) -> None:
    """Le numéro d'un processus mort, ou repris par un autre, ne tient pas le dossier."""
    reste = dossier / "reste"
    reste.mkdir()
    for nom in ("verrou", "acces.json", "cle.pem"):
        (reste / nom).write_bytes((dossier / nom).read_bytes())
    with pytest.MonkeyPatch.context() as ailleurs:
        ailleurs.setenv("SBG_BAC", str(reste))
        assert not acces.est_tenu()
        with pytest.raises(SystemeEnDefaut, match="Aucun système en marche"):
            Acces.lire()


# --- Les ports ------------------------------------------------------------------------------------


def test_la_plage_deplace_chaque_service(monkeypatch: pytest.MonkeyPatch) -> None:
    for nom in SERVICES:
        monkeypatch.delenv(f"SBG_PORT_{nom.upper()}", raising=False)
    plage = permanence.lire_port("21000")
    ports = {nom: Ports.de(service_de(nom), plage) for nom in SERVICES}
    assert [trio.api for trio in ports.values()] == [21001, 21002, 21003, 21004, 21005]
    assert ports["sla"] == Ports(21004, 21104, 21204, 21304)
    assert permanence.lire_port("") == 8000


@pytest.mark.parametrize("texte", ["abc", "-1", "80", "65000", "1e4", "٣٠٠٠"])
def test_un_port_impossible_se_refuse_en_clair(texte: str) -> None:
    with pytest.raises(SystemeEnDefaut, match="bas de la plage"):
        permanence.lire_port(texte)


# --- L'heure --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texte", "instant"),
    [
        ("2026-09-01T08:00", datetime(2026, 9, 1, 12, 0, tzinfo=UTC)),
        ("2026-12-01T08:00:30", datetime(2026, 12, 1, 13, 0, 30, tzinfo=UTC)),
    ],
)
def test_une_heure_est_celle_de_quebec(texte: str, instant: datetime) -> None:
    assert heure.lire_instant(texte) == instant


@pytest.mark.parametrize(
    ("texte", "raison"),
    [
        ("demain", "n'est pas une heure de Québec"),
        ("2026-10-01", "n'est pas une heure de Québec"),
        ("2026-10-01T09:00Z", "n'est pas une heure de Québec"),
        ("2026-10-01T09:00\n", "n'est pas une heure de Québec"),
        ("2026-02-30T09:00", "n'existe pas au calendrier"),
        ("2026-10-01T24:30", "n'existe pas au calendrier"),
        ("9999-12-31T23:59", "hors des années 2000 à 2100"),
        ("2027-03-14T02:30", r"n'existe pas \(changement d'heure\)"),
        ("2026-11-01T01:30", r"existe deux fois \(changement d'heure\)"),
    ],
)
def test_une_heure_impossible_se_refuse_en_clair(texte: str, raison: str) -> None:
    with pytest.raises(SystemeEnDefaut, match=raison):
        heure.lire_instant(texte)


def test_l_heure_ne_recule_pas(bac: Acces, dossier: Path) -> None:
    with pytest.raises(SystemeEnDefaut, match="Il est déjà 2026-09-01T08:00:00 à Québec"):
        heure.avancer("2026-09-01T07:59")
    assert HorlogeFichier(dossier / "horloge")() == MATIN


def test_l_heure_n_avance_pas_si_un_service_ne_repond_pas(bac: Acces, dossier: Path) -> None:
    """On ne sait pas ce qui est en route : l'heure reste où elle est."""
    with pytest.raises(SystemeEnDefaut, match="ne répond pas"):
        heure.avancer("2026-10-01T09:00")
    assert HorlogeFichier(dossier / "horloge")() == MATIN
    assert Acces.lire() == bac


def test_l_heure_du_systeme_ne_se_conduit_pas(bac: Acces) -> None:
    bac.model_copy(update={"horloge": None}).ecrire()
    assert json.loads(acces.fichier_acces().read_text("utf-8"))["horloge"] is None
    with pytest.raises(SystemeEnDefaut, match="suit l'heure du système"):
        heure.avancer("2026-10-01T09:00")


@pytest.mark.parametrize("texte", ["", "2026-10-01T09:00"])
def test_sans_heure_ou_sans_systeme_rien_n_avance(texte: str) -> None:
    with pytest.raises(SystemeEnDefaut, match="Aucun système" if texte else "Dites l'heure"):
        heure.avancer(texte)


# --- Les jetons -----------------------------------------------------------------------------------


def test_un_jeton_porte_ses_roles_et_sa_personne(bac: Acces) -> None:
    lu = jwt.decode(
        jetons.jeton("signataire, demandeur", "MTQ", "alice"), options={"verify_signature": False}
    )
    assert (lu["sub"], lu["organisme"]) == ("alice", "MTQ")
    assert lu["roles"] == ["signataire", "demandeur"]


def test_un_jeton_du_mcn_ou_d_une_machine_va_sans_organisme(bac: Acces) -> None:
    for roles in ("agent-csc,mesure", "integration,admin", "verificateur"):
        lu = jwt.decode(jetons.jeton(roles), options={"verify_signature": False})
        assert lu["roles"] == roles.split(",")
        assert "organisme" not in lu


@pytest.mark.parametrize(
    ("roles", "organisme", "sujet", "raison"),
    [
        ("", "", "", "Dites le rôle"),
        (" , ", "", "", "Dites le rôle"),
        ("roi,admin,reine", "", "", "Rôle inconnu : roi, reine"),
        ("signataire,admin", "MTQ", "", "jamais des deux"),
        ("signataire,portail", "", "", "dites de quel organisme"),
        ("admin,portail", "MTQ", "", "va sans ORGANISME"),
        ("signataire", "mtq", "", "n'est pas un code d'organisme.* Vouliez-vous dire MTQ"),
        ("signataire", "mtq!", "", r"comme MTQ\.$"),
        ("dirigeant", "", "", "dites de quel organisme"),
        ("verificateur", "MTQ", "", "va sans ORGANISME"),
        ("signataire", "MTQ", "a\x1fb", "imprimables"),
        ("signataire", "MTQ", "a" * 201, "200 caractères"),
    ],
)
def test_un_jeton_que_nul_n_admettrait_se_refuse(
    bac: Acces, roles: str, organisme: str, sujet: str, raison: str
) -> None:
    with pytest.raises(SystemeEnDefaut, match=raison):
        jetons.jeton(roles, organisme, sujet)


def test_sans_systeme_aucun_jeton() -> None:
    with pytest.raises(SystemeEnDefaut, match="Aucun système en marche"):
        jetons.jeton("admin")


# --- Hors de la démonstration et des essais -------------------------------------------------------


@pytest.mark.parametrize("commande", COMMANDES, ids=lambda commande: commande[0])
def test_hors_demonstration_tout_se_refuse(
    commande: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBG_MODE", "production")
    with pytest.raises(SystemeEnDefaut, match="réservée à la démonstration"):
        appli(commande, standalone_mode=False)


@pytest.mark.parametrize("mode", ["demo", "essai", ""])
def test_en_demonstration_ou_en_essai_rien_ne_s_y_oppose(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBG_MODE", mode)
    with pytest.raises(SystemeEnDefaut, match="Aucun système en marche"):
        appli(["jeton", "admin"], standalone_mode=False)
