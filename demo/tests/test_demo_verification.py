"""La vérification voit tout chiffre qui diffère, et le nomme."""

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from demo.attendu import lire_attendu
from demo.jouer import conclure
from demo.resultats import Ecart, Resultats
from demo.verification import verifier


def casser(resultats: Resultats, geste: Callable[[dict[str, Any]], object]) -> Resultats:
    """Les mêmes résultats, un chiffre changé."""
    document = resultats.model_dump()
    geste(document)
    return Resultats.model_validate(document)


def seul_ecart(resultats: Resultats) -> Ecart:
    _, ecarts = verifier(lire_attendu(), resultats)
    assert len(ecarts) == 1
    return ecarts[0]


def test_les_chiffres_de_l_oracle_ne_different_pas_d_eux_memes(resultats: Resultats) -> None:
    comptes, ecarts = verifier(lire_attendu(), resultats)
    assert ecarts == ()
    assert comptes > 500


REPRISE = "MTQ-08/1 · POSTE-VIRTUEL · abonnement · 2026-09-08"


def _jours(document: dict[str, Any]) -> None:
    document["mesures"][4]["jours"] += 1


def _verdict(document: dict[str, Any]) -> None:
    document["mesures"][0]["verdict"] = "manquee"


def _exclusion(document: dict[str, Any]) -> None:
    document["mesures"][5]["exclue"] = False


def _taux(document: dict[str, Any]) -> None:
    document["taux"][0]["ajuste"]["taux"] = Decimal("0.8001")


def _sans_objet(document: dict[str, Any]) -> None:
    document["taux"][5]["ajuste"]["taux"] = Decimal(1)


def _ligne(document: dict[str, Any]) -> None:
    document["factures"][0]["lignes"][2]["montant"] += Decimal("0.01")


def _total(document: dict[str, Any]) -> None:
    document["factures"][2]["tvq"] -= Decimal("0.01")


def _apercu(document: dict[str, Any]) -> None:
    document["factures"][1]["apercu_egal"] = False


def _differe(document: dict[str, Any]) -> None:
    document["echanges"]["differes_restants"] = 1


def _webhook(document: dict[str, Any]) -> None:
    document["echanges"]["sortants"]["demande.créée"] -= 1


def _signature(document: dict[str, Any]) -> None:
    document["echanges"]["fausses_signatures"] = 1


def _desordre(document: dict[str, Any]) -> None:
    document["arrivees"]["differes"] -= 1


def _rectification(document: dict[str, Any]) -> None:
    document["arrivees"]["rectifications"] = document["arrivees"]["rectifications"][:1]


def _appris(document: dict[str, Any]) -> None:
    document["vie"]["approbations"][1]["apprises_depuis"] = ()


def _emis(document: dict[str, Any]) -> None:
    document["vie"]["approbations"][0]["empreinte_emise"] = "b" * 64


def _taxe_rendue(document: dict[str, Any]) -> None:
    document["vie"]["contestation"]["note"]["tps"] = Decimal("-1.59")


def _origine(document: dict[str, Any]) -> None:
    ligne = next(li for li in document["vie"]["factures"][0]["lignes"] if li["nom"] == "MTQ-08/1")
    ligne["periode"] = "2026-10"


def _cause(document: dict[str, Any]) -> None:
    document["vie"]["ecarts"][0]["causes"][0]["montant"] += Decimal("0.01")


def _simule(document: dict[str, Any]) -> None:
    document["vie"]["simulation"]["organismes"][1]["facture"] += Decimal("0.01")


def _panne(document: dict[str, Any]) -> None:
    document["niveaux"]["disponibilite"]["pannes"][3]["ajustee"] += 60


def _publie(document: dict[str, Any]) -> None:
    document["niveaux"]["fermeture"]["taux"][0]["brut"]["conformes"] += 1


def _solde(document: dict[str, Any]) -> None:
    document["vie"]["comptes"][2]["solde"] += Decimal("36.63")


def _attente(document: dict[str, Any]) -> None:
    document["attente"]["levee_le"] = None


def _recalcul(document: dict[str, Any]) -> None:
    document["recalcul"] = document["recalcul"].replace("diffèrent : 0", "diffèrent : 1")


@pytest.mark.parametrize(
    ("geste", "chiffre", "attendu", "obtenu"),
    [
        (_jours, "MTQ-05, jours comptés", "11", "12"),
        (_verdict, "MTQ-01, verdict", "conforme", "manquee"),
        (_exclusion, "MTQ-06, exclue du taux ajusté", "oui", "non"),
        (_taux, "Taux PT-1, MTQ, ajusté", "4/5 = 0.8000", "4/5 = 0.8001"),
        (_sans_objet, "Taux PT-2, SAAQ, ajusté", "0/0 = sans objet", "0/0 = 1"),
        (
            _ligne,
            "Facture MTQ, MTQ-02/1 · POSTE-04 · abonnement · 2026-09-09",
            "54.37",
            "54.38",
        ),
        (_total, "Facture SAAQ, tvq", "229.16", "229.15"),
        (_apercu, "Facture MSSS, aperçu égal à l'émission", "oui", "non"),
        (_differe, "Actes de l'ITSM encore différés", "0", "1"),
        (_webhook, "Webhooks « demande.créée » reçus par l'ITSM", "53", "52"),
        (_signature, "Webhooks mal signés", "0", "1"),
        (_desordre, "Actes de l'ITSM différés", "24", "23"),
        (_rectification, "Actes de l'ITSM annulés", "1", "0"),
        (_appris, "Aperçus approuvés : MSSS, appris depuis", "INC-3", "rien"),
        (_emis, "Aperçus approuvés : MTQ, empreinte émise, celle de l'aperçu", "oui", "non"),
        (_taxe_rendue, "Contestation : note, TPS", "-1.60", "-1.59"),
        (
            _origine,
            f"Facture suivante MTQ, {REPRISE}, période d'origine",
            "2026-09",
            "2026-10",
        ),
        (_cause, "Ce qui a changé : MTQ, fins, montant", "-156.01", "-156.00"),
        (_simule, "Simulation : MSSS, facturé ensuite", "2610.79", "2610.80"),
        (_panne, "Disponibilité : maintenance, suite_bureautique, ajusté", "60 min", "61 min"),
        (_publie, "Mois fermé : PT-3, MTQ, publié brut", "2/4", "3/4"),
        (_solde, "Comptes : SAAQ, solde", "2339.98", "2376.61"),
        (_attente, "Ligne en attente levée par la grille", "oui", "non"),
        (
            _recalcul,
            "Recalcul entier des factures",
            "Organismes vérifiés : 3; qui diffèrent : 0.",
            "Organismes vérifiés : 3; qui diffèrent : 1.",
        ),
    ],
)
def test_un_chiffre_casse_est_nomme(
    resultats: Resultats,
    geste: Callable[[dict[str, Any]], object],
    chiffre: str,
    attendu: str,
    obtenu: str,
) -> None:
    ecart = seul_ecart(casser(resultats, geste))
    assert (ecart.chiffre, ecart.attendu, ecart.obtenu) == (chiffre, attendu, obtenu)


def test_une_ligne_absente_est_nommee(resultats: Resultats) -> None:
    casses = casser(
        resultats, lambda d: d["factures"][0].update(lignes=d["factures"][0]["lignes"][1:])
    )
    _, ecarts = verifier(lire_attendu(), casses)
    assert [e.chiffre for e in ecarts] == [
        "Facture MTQ, nombre de lignes",
        "Facture MTQ, lignes : MTQ-01/1 · POSTE-03 · abonnement · 2026-09-10",
    ]


def test_une_facture_de_trop_est_nommee(resultats: Resultats) -> None:
    def ajouter(document: dict[str, Any]) -> None:
        document["factures"] = (
            *document["factures"],
            {**document["factures"][0], "organisme": "X"},
        )

    ecart = seul_ecart(casser(resultats, ajouter))
    assert (ecart.chiffre, ecart.obtenu) == ("Facture, émises : X", "présent")


def test_la_demonstration_sort_en_echec_et_dit_le_chiffre(
    resultats: Resultats, tmp_path: Path
) -> None:
    """« Exits non-zero naming the figure » : sortie 1, nom et raisonnement à l'écran et en page."""
    juste, faux = io.StringIO(), io.StringIO()
    assert conclure(Console(file=juste, width=120), resultats, tmp_path) == 0
    assert "aucun écart" in juste.getvalue()

    assert conclure(Console(file=faux, width=120), casser(resultats, _jours), tmp_path) == 1
    assert "MTQ-05, jours comptés" in faux.getvalue()
    assert "MTQ-05, jours comptés" in (tmp_path / "index.html").read_text("utf-8")
    relus = Resultats.model_validate_json((tmp_path / "resultats.json").read_text("utf-8"))
    assert [e.chiffre for e in relus.ecarts] == ["MTQ-05, jours comptés"]
