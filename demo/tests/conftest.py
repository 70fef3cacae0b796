"""Des résultats d'exemple, bâtis de l'oracle : ils en ont donc tous les chiffres."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from demo.attendu import Attendu, FactureAttendue, lire_attendu
from demo.resultats import Explication, Resultats
from demo.tests.niveaux import niveaux_attendus, part
from demo.tests.vie import SUFFIXES, vie_attendue

EN_MINUTES = {"PT-4", "PT-5", "VI-7"}
INSTANT = datetime(2026, 9, 22, 17, 30, tzinfo=UTC)


def _mesures(attendu: Attendu) -> list[dict[str, Any]]:
    return [
        {
            "cle": m.cle,
            "numero": f"D-2026-{rang:06}",
            "organisme": m.cle.partition("-")[0],
            "pourquoi": "Un <cas> à l'essai.",
            "indicateur": m.indicateur,
            "verdict": m.verdict,
            "raison": "",
            "jours": m.jours,
            "delai": 10,
            "j0": date(2026, 9, 3),
            "fin": INSTANT,
            "exclue": m.exclue,
        }
        for rang, m in enumerate(attendu.mesures, start=1)
    ]


def _taux(attendu: Attendu) -> list[dict[str, Any]]:
    return [
        {
            "indicateur": t.indicateur,
            "libelle": "Livraison",
            "organisme": t.organisme,
            "unite": "secondes" if t.indicateur in EN_MINUTES else "mesures",
            "cible": "0.95",
            "brut": part(*t.brut),
            "ajuste": part(*t.ajuste),
        }
        for t in attendu.taux
    ]


def _facture(facture: FactureAttendue, rang: int, periode: str = "2026-09") -> dict[str, Any]:
    lignes = [
        {
            "nom": ligne.nom,
            "source": "01a20319-0000-7000-8000-000000000001",
            "evenements": ["01a20319-0000-7000-8000-000000000002"],
            "produit_libelle": None,
            "tarif": ligne.tarif,
            "libelle": "Équipement",
            "fiche": "POSTES",
            "version_fiche": 1,
            "nature": ligne.nature,
            "periode": f"{ligne.debut:%Y-%m}",
            "debut": ligne.debut,
            "fin": None,
            "prix_unitaire": "10.00",
            "majoration": "0",
            "calcul": "10,00 $",
            "montant": ligne.montant,
        }
        for ligne in facture.lignes
    ]
    return {
        "organisme": facture.organisme,
        "nom": f"Organisme {facture.organisme}",
        "numero": f"2026-2027-{rang:06}",
        "periode": periode,
        "emise_le": date(2026, 10, 1),
        "nature": "facture",
        "lignes": lignes,
        **facture.totaux,
        "empreinte": "0" * 64,
        "apercu_egal": True,
        "fichiers": {s: f"facture-{facture.organisme}.{s}" for s in SUFFIXES},
    }


SORTS = [
    (2, "j0", 0),
    (3, "compte", 1),
    (4, "client", 0),
    (5, "fin_de_semaine", 0),
    (6, "fin_de_semaine", 0),
    (7, "ferie", 0),
    (8, "compte", 1),
    (9, "fin", 1),
]
FAITS = [
    ("demande.créée", 2, 13),
    ("demande.approuvée", 2, 14),
    ("demande.suspendue", 4, 15),
    ("poste.livré", 9, 18),
    ("demande.complétée", 9, 18),
]


@pytest.fixture
def explication() -> Explication:
    """Une demande créée le 2, au client le 4, livrée un jour trop tard."""
    return Explication.model_validate(
        {
            "cle": "MTQ-05",
            "numero": "D-2026-000010",
            "organisme": "MTQ",
            "indicateur": "PT-1",
            "libelle": "Livraison d'un poste physique",
            "verdict": "manquee",
            "conclusion": "Manquée. 3 jours ouvrables comptés, pour un délai de 2.",
            "jours": 3,
            "delai": 2,
            "j0": date(2026, 9, 2),
            "fin": datetime(2026, 9, 9, 18, tzinfo=UTC),
            "intervalles": [
                {
                    "debut": date(2026, 9, jour),
                    "fin": date(2026, 9, jour),
                    "motif": motif,
                    "libelle": "Fête du Travail" if motif == "ferie" else "",
                    "jours": comptes,
                    "phrase": f"{jour} septembre 2026",
                }
                for jour, motif, comptes in SORTS
            ],
            "faits": [
                {
                    "nature": nature,
                    "survenu_le": datetime(2026, 9, jour, heure, tzinfo=UTC),
                    "enregistre_le": datetime(2026, 9, jour, heure, tzinfo=UTC),
                    "effet": "",
                }
                for nature, jour, heure in FAITS
            ],
        }
    )


ECHANGES = {
    "appels": 280,
    "evenements_itsm": 124,
    "repetitions_itsm": 8,
    "differes_restants": 0,
    "fausses_signatures": 0,
    "pannes_itsm": 1,
}


RECTIFICATIONS = [
    {
        "cle": cle,
        "geste": "livraison",
        "annonce_le": INSTANT,
        "juste": juste,
        "motif": "le technicien s'est trompé",
        "dite_le": INSTANT,
    }
    for cle, juste in (("MSSS-02", INSTANT), ("SAAQ-05", None))
]


@pytest.fixture
def resultats(explication: Explication) -> Resultats:
    attendu = lire_attendu()
    factures = [_facture(f, rang) for rang, f in enumerate(attendu.factures, start=1)]
    suivantes = [_facture(f, rang, "2026-10") for rang, f in enumerate(attendu.suivantes, start=4)]
    return Resultats.model_validate(
        {
            "presentation": "Bus : d'essai; base : d'essai",
            "periode": "2026-09",
            "organismes": {f.organisme: f"Organisme {f.organisme}" for f in attendu.factures},
            "mesures": _mesures(attendu),
            "taux": _taux(attendu),
            "factures": factures,
            "explication": explication.model_dump(),
            "ligne_expliquee": factures[0]["lignes"][0],
            "attente": {
                "tarif": "COURTIER-FRAIS",
                "motif": "La grille ne donne aucun montant.",
                "signalee_le": INSTANT,
                "levee_le": INSTANT,
            },
            "echanges": {**ECHANGES, "sortants": attendu.itsm},
            "arrivees": {
                **{nom: compte.combien for nom, compte in attendu.arrivees.items()},
                "rectifications": RECTIFICATIONS,
            },
            "vie": vie_attendue(attendu, suivantes),
            "niveaux": niveaux_attendus(attendu),
            "recalcul": "Organismes vérifiés : 3; qui diffèrent : 0.",
        }
    )
