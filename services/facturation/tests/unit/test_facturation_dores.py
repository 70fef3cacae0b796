"""Le tableau des tarifs du domaine (§ 4), recopié : nul code sans fiche ni cas doré."""

from decimal import Decimal

import pytest

from services.facturation.tests import livrees as l
from services.facturation.tests.unit import (
    test_facturation_dores_abonnements,
    test_facturation_dores_actes,
    test_facturation_dores_mois,
    test_facturation_dores_parc,
    test_facturation_dores_prix,
)

ABSENT = None
"""Les sources ne donnent pas ce montant : la fiche le laisse vide, sa ligne attend."""
PAR_MOIS = {
    "POSTE-01": "147", "POSTE-02": "208", "POSTE-03": "219", "POSTE-04": "233", "POSTE-05": "296",
    "POSTE-06": "198", "POSTE-07": "271", "POSTE-08": "479", "POSTE-09": "562", "POSTE-10": "677",
    "MONITEUR-01": "6.25", "MONITEUR-02": "10", "MONITEUR-03": "16", "MONITEUR-04": "12",
    "STATION-01": "13", "JETON": "8", "MOBILE": "3", "SOUTIEN-ETENDU": "955.56",
    "VISIO-STD": "15", "VISIO-HD": "36", "VISIO-PC": "15", "VISIO-WEB-25": "26",
    "VISIO-WEB-200": "56.10", "LIEN": ABSENT, "POSTE-VIRTUEL": ABSENT,
}  # fmt: skip
A_L_HEURE = {
    "AMENAGEMENT-BUR": "63", "AMENAGEMENT-INFRA": "100", "SOUTIEN-HEURE": "86",
    "VISIO-ASSIST": "90", "VISIO-PRO": "90", "VISIO-FORM": "90", "EXPERTISE": ABSENT,
}  # fmt: skip
A_L_ACTE = {
    "PRODUIT": ABSENT, "INSTALLATION": "50", "SOUTIEN-APPEL": "23", "SOUTIEN-DEPLACEMENT": "258",
    "ENTRETIEN": ABSENT, "EVALUATION": ABSENT, "USAGE": ABSENT, "MOBILE-MISE-EN-PLACE": ABSENT,
    "VISIO-ENR": ABSENT, "DEDOMMAGEMENT": ABSENT, "TRAVAUX": ABSENT, "COMMUNICATIONS": ABSENT,
    "COURTIER-FRAIS": ABSENT,
}  # fmt: skip
TABLEAU = {**PAR_MOIS, **A_L_HEURE, **A_L_ACTE}
MAJORES = {"PRODUIT", "INSTALLATION"}
QUATRE_MOIS = {
    code for code in PAR_MOIS if code.startswith(("POSTE-0", "POSTE-1", "MONITEUR", "STATION"))
} | {"JETON"}
CENT_DOLLARS = {code for code in PAR_MOIS if code.startswith("VISIO")}
PAR_LE_ROPN = {"PRODUIT", "POSTE-VIRTUEL"}
AJOUTES = {"JETON-VIRTUEL"}
"""Le même jeton, sans objet à perdre (FAC-2)."""

CAS = [
    cas
    for module in (
        test_facturation_dores_abonnements,
        test_facturation_dores_actes,
        test_facturation_dores_mois,
        test_facturation_dores_parc,
        test_facturation_dores_prix,
    )
    for cas in module.CAS
]


def test_cat_5_les_fiches_livrees_portent_tout_le_tableau_et_rien_de_plus() -> None:
    assert l.codes() == TABLEAU.keys() | AJOUTES


@pytest.mark.parametrize("code", TABLEAU)
def test_cat_5_chaque_tarif_livre_dit_le_montant_du_tableau(code: str) -> None:
    tarif, montant = l.livree(code), TABLEAU[code]
    assert tarif.montant == (None if montant is None else Decimal(montant))
    assert tarif.majoration == (Decimal("0.10") if code in MAJORES else 0)
    assert tarif.mois_si_perte == (4 if code in QUATRE_MOIS else 0)
    assert (tarif.source == "ropn") is (code in PAR_LE_ROPN)
    assert (tarif.quantite.forme == "mois") is (code in PAR_MOIS)
    assert (tarif.quantite.forme == "duree") is (code in A_L_HEURE)
    assert not (code in A_L_HEURE and tarif.quantite.pas != 15)
    frais = tarif.frais_uniques.montant if tarif.frais_uniques else None
    assert frais == (Decimal(100) if code in CENT_DOLLARS else None)


@pytest.mark.parametrize("code", sorted(TABLEAU.keys() | AJOUTES))
def test_cat_9_chaque_tarif_a_son_cas_dore(code: str) -> None:
    siens = [cas for cas in CAS if code in cas.codes]
    assert siens, f"Le tarif {code} n'a aucun cas calculé à la main."
    assert any(dit.startswith(f"{code} ") for cas in siens for dit, _ in cas.du)
