"""Les listes du dirigeant et du signataire : ce qui y paraît, et leurs pages (CI-15, DEM-3)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from courtier.bord.adaptateurs.rendus import page_listes
from courtier.bord.domaine.listes import (
    Attente,
    Autorisable,
    ListeDuDirigeant,
    ListeDuSignataire,
    ObjetAttendu,
    Signable,
    a_autoriser,
    signables,
)
from courtier.dossiers.domaine.actes import Geste
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.etapes import Prealable, manque
from courtier.organismes.domaine import Registre, Signature
from noyau import Montant
from outils.essais.navigateur import ce_qui_deborde, exiger_chromium, violations_axe
from services.courtier.tests.builders import MANDAT_ID, SIGNATAIRE, mandat
from services.courtier.tests.parcours import (
    BAS,
    CHER,
    JOUR,
    autorisation,
    choix,
    circonstances,
    mene,
    poser,
)

LE = datetime(2026, 9, 2, 14, tzinfo=UTC)
LONG = "Remplacement du système de gestion des courriels et des agendas de tout le réseau"


def test_ci_15_le_plus_bas_n_attend_personne_et_le_plus_cher_attend_le_dirigeant() -> None:
    avant = mene(Geste.SCENARIO)
    assert a_autoriser(avant, JOUR, rcti=True) is None
    assert a_autoriser(poser(avant, choix(BAS)), JOUR, rcti=True) is None
    cher = a_autoriser(poser(avant, choix(CHER)), JOUR, rcti=True)
    assert cher is not None
    assert (cher.total, cher.repere, cher.ecart) == (
        Decimal("12000.00"), Decimal("9600.00"), Decimal("2400.00")
    )  # fmt: skip
    assert (cher.criteres, cher.autorise) == ((), None)


def test_ci_15_la_liste_et_le_refus_disent_la_meme_chose() -> None:
    for dossier in (
        poser(mene(Geste.SCENARIO), choix(CHER)),
        poser(mene(Geste.SCENARIO), choix(CHER), autorisation("2400.00")),
        _rechiffre(),
    ):
        for rcti in (True, False):
            attendus = manque(Geste.RENCONTRE, dossier, circonstances(rcti=rcti))
            refuse = Prealable.AUTORISATION in {m.prealable for m in attendus}
            assert (a_autoriser(dossier, JOUR, rcti=rcti) is not None) is refuse


def test_ci_15_une_autorisation_trop_courte_garde_son_critere() -> None:
    attendue = a_autoriser(_rechiffre(), JOUR, rcti=True)
    assert attendue is not None
    assert (attendue.criteres, attendue.autorise) == (("performance",), Decimal("2400.00"))
    assert attendue.ecart == Decimal("2880.00")


def _rechiffre() -> Dossier:
    """Autorisé à 2 400 $ d'écart; puis le moins cher baisse de 0,50 $."""
    autorise = poser(mene(Geste.SCENARIO), choix(CHER), autorisation("2400.00"))
    return poser(autorise, choix(CHER, bas="9.50"))


def test_ci_15_une_fois_signe_plus_rien_ne_s_autorise() -> None:
    assert a_autoriser(mene(Geste.SIGNATURE_CLIENT), JOUR, rcti=True) is None


def attente(montant: str = "12000.00", n: int = 1) -> Attente:
    return Attente(
        objet=ObjetAttendu.CONTRAT, objet_id=UUID(int=n), contrat_id=UUID(int=n),
        fournisseur=LONG, depuis=LE, montant=Montant.de(montant),
    )  # fmt: skip


def test_dem_3_sans_mandat_ce_jour_rien_ne_parait() -> None:
    registre = Registre((mandat(fin=date(2026, 9, 2)),))
    assert not list(signables([attente()], registre, SIGNATAIRE, date(2026, 9, 2)))
    [signable] = signables([attente()], registre, SIGNATAIRE, date(2026, 9, 1))
    assert signable.signature == Signature(MANDAT_ID)


def test_dem_8_au_dela_du_plafond_l_attente_se_dit() -> None:
    registre = Registre((mandat(plafond="12000.00"),))
    lus = signables([attente(), attente("12000.01")], registre, SIGNATAIRE, JOUR)
    assert [s.empechement is None for s in lus] == [True, False]


def autorisable(n: int, **autres: object) -> Autorisable:
    return Autorisable(
        objet=ObjetAttendu.AVENANT if n % 2 else ObjetAttendu.DOSSIER,
        objet_id=UUID(int=n), contrat_id=UUID(int=n) if n % 2 else None, titre=LONG, depuis=JOUR,
        total=Decimal("1234567.89"), repere=Decimal("1000000.00"), **autres,  # type: ignore[arg-type]
    )  # fmt: skip


PAGES = {
    "dirigeant": lambda: page_listes.du_dirigeant(
        ListeDuDirigeant(
            organisme="MTQ", le=LE, davantage=True,
            elements=(
                autorisable(0), autorisable(1),
                autorisable(2, criteres=("performance", "accessibilité"), autorise=Decimal(10)),
            ),
        )
    ),
    "signataire": lambda: page_listes.du_signataire(
        ListeDuSignataire(
            organisme="MTQ", le=LE, davantage=False,
            elements=(
                Signable(attente(), Signature(MANDAT_ID), None),
                Signable(attente(n=2), None, "Le montant (12000.00 $) dépasse le plafond."),
            ),
        )
    ),
    "vide": lambda: page_listes.du_signataire(
        ListeDuSignataire(organisme="MTQ", le=LE, davantage=False, elements=())
    ),
}  # fmt: skip


@pytest.mark.parametrize("nom", PAGES)
def test_axe_ne_reproche_rien_et_rien_ne_deborde(nom: str, tmp_path: Path) -> None:
    exiger_chromium()
    page = PAGES[nom]()
    assert violations_axe(page, tmp_path) == []
    assert ce_qui_deborde(page, tmp_path) == []
