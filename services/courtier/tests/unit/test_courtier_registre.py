"""DEM-3, DEM-8 : qui signe un contrat spécifique, ce jour-là, et jusqu'à combien."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from courtier.organismes.domaine import (
    CONTRAT_SPECIFIQUE,
    Inactivite,
    Mandat,
    Organisme,
    Registre,
    Signature,
    Substitution,
)
from noyau import Acteur, Conflit, Interdit, Montant
from services.courtier.tests.builders import MANDAT_ID, SIGNATAIRE, mandat

JOUR = date(2026, 9, 14)
SUBSTITUT = Acteur("substitut-mtq", "MTQ", frozenset({"signataire"}))
SUBSTITUTION_ID = UUID(int=3000)


def substitution(debut: date = JOUR, fin: date = date(2026, 9, 21)) -> Substitution:
    return Substitution(
        id=SUBSTITUTION_ID,
        mandat_id=MANDAT_ID,
        organisme="MTQ",
        sujet=SUBSTITUT.sujet,
        debut=debut,
        fin=fin,
        sequence=2,
    )


def signer(
    *mandats: Mandat,
    acteur: Acteur = SIGNATAIRE,
    montant: str = "12000.00",
    jour: date = JOUR,
    substitutions: tuple[Substitution, ...] = (),
) -> Signature | str | None:
    """La signature; refusée, la règle qui refuse."""
    registre = Registre(mandats, substitutions)
    try:
        return registre.signature(acteur, CONTRAT_SPECIFIQUE, Montant.de(montant), jour)
    except Interdit as refus:
        return refus.regle


EN_SON_NOM = Signature(MANDAT_ID)
AU_NOM_D_UN_AUTRE = Signature(MANDAT_ID, SUBSTITUTION_ID)


@pytest.mark.parametrize(
    ("debut", "fin", "attendue"),
    [
        (JOUR, None, EN_SON_NOM),
        (date(2026, 9, 15), None, "DEM-3"),
        (date(2026, 4, 1), date(2026, 9, 15), EN_SON_NOM),
        (date(2026, 4, 1), JOUR, "DEM-3"),
        (JOUR, JOUR, "DEM-3"),
    ],
)
def test_dem_3_le_mandat_court_de_son_debut_a_la_veille_de_sa_fin(
    debut: date, fin: date | None, attendue: object
) -> None:
    assert signer(mandat(debut=debut, fin=fin)) == attendue


def test_dem_3_un_mandat_d_une_autre_famille_ou_d_une_autre_personne_ne_signe_pas() -> None:
    assert signer() == "DEM-3"
    assert signer(mandat(familles=())) == "DEM-3"
    assert signer(mandat(familles=("demandes_de_service", "expertise_conseil"))) == "DEM-3"
    assert signer(mandat(sujet="une-autre")) == "DEM-3"


@pytest.mark.parametrize("machine", ["portail", "itsm", "integration"])
def test_dem_3_une_machine_ne_signe_pas_meme_inscrite(machine: str) -> None:
    acteur = replace(SIGNATAIRE, roles=frozenset({"signataire", machine}))
    assert signer(mandat(), acteur=acteur) == "DEM-3"


@pytest.mark.parametrize(
    ("jour", "fin_du_mandat", "attendue"),
    [
        (date(2026, 9, 13), None, "DEM-3"),
        (JOUR, None, AU_NOM_D_UN_AUTRE),
        (date(2026, 9, 20), None, AU_NOM_D_UN_AUTRE),
        (date(2026, 9, 21), None, "DEM-3"),
        (date(2026, 9, 16), date(2026, 9, 16), "DEM-3"),
    ],
)
def test_dem_3_un_substitut_signe_au_nom_du_mandat_tant_que_l_un_et_l_autre_courent(
    jour: date, fin_du_mandat: date | None, attendue: object
) -> None:
    rendue = signer(
        mandat(fin=fin_du_mandat), acteur=SUBSTITUT, jour=jour, substitutions=(substitution(),)
    )
    assert rendue == attendue


def test_dem_3_un_substitut_n_a_que_la_famille_et_le_plafond_du_mandat() -> None:
    pour_lui = {"acteur": SUBSTITUT, "substitutions": (substitution(),)}
    assert signer(mandat(familles=("demandes_de_service",)), **pour_lui) == "DEM-3"  # type: ignore[arg-type]
    assert signer(mandat(plafond="11999.99"), **pour_lui) == "DEM-8"  # type: ignore[arg-type]
    assert signer(mandat(plafond="12000"), **pour_lui) == AU_NOM_D_UN_AUTRE  # type: ignore[arg-type]


def test_dem_8_le_plafond_est_compris_et_s_il_manque_il_n_y_en_a_pas() -> None:
    assert signer(mandat(plafond="12000.00")) == EN_SON_NOM
    assert signer(mandat(plafond="12000.00"), montant="12000.01") == "DEM-8"
    assert signer(mandat(plafond="0"), montant="0.01") == "DEM-8"
    assert signer(mandat(), montant="9999999999.99") == EN_SON_NOM


def test_dem_8_de_plusieurs_mandats_un_qui_suffit_signe() -> None:
    grand = mandat(UUID(int=2001), plafond="50000")
    assert signer(mandat(plafond="10000"), grand) == Signature(UUID(int=2001))
    propre = mandat(UUID(int=2002), sujet=SUBSTITUT.sujet, plafond="10000")
    rendue = signer(propre, mandat(), acteur=SUBSTITUT, substitutions=(substitution(),))
    assert rendue == AU_NOM_D_UN_AUTRE
    with pytest.raises(Interdit) as refus:
        Registre((mandat(plafond="10000"), grand)).signature(
            SIGNATAIRE, CONTRAT_SPECIFIQUE, Montant.de("60000"), JOUR
        )
    assert refus.value.details == {"montant": "60000.00", "plafond": "50000.00"}


@pytest.mark.parametrize(
    ("heure", "fin", "actif"),
    [(9, 12, True), (10, 12, False), (11, 12, False), (12, 12, True), (23, None, False)],
)
def test_dem_14_un_organisme_est_inactif_du_debut_a_la_fin_exclue(
    heure: int, fin: int | None, actif: bool
) -> None:
    def a(heure: int) -> datetime:
        return datetime(2026, 9, 14, heure, tzinfo=UTC)

    temps = Inactivite(debut=a(10), fin=None if fin is None else a(fin))
    mtq = Organisme(code="MTQ", nom="MTQ", assujetti_rcti=True, inactivites=(temps,), sequence=1)
    if actif:
        mtq.exiger_actif(a(heure))
        return
    with pytest.raises(Conflit, match="L'organisme MTQ n'est plus actif") as refus:
        mtq.exiger_actif(a(heure))
    assert refus.value.regle == "DEM-14"
