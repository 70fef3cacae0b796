"""Des cas dorés jusqu'à la facture émise, sur PostgreSQL : l'aperçu dit ce qui s'émet (FAC-7)."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from contrats import catalogue, demandes
from facturation.tarification.domaine.tarifs import VersionFiche
from noyau import Mois, debut_du_jour
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests import livrees as l
from services.facturation.tests.builders import SEPTEMBRE, a
from services.facturation.tests.dores import jour, pose
from services.facturation.tests.integration.test_facturation_catalogue import publiee
from services.facturation.tests.scene import SUJETS, executer, facture, livraison, organisme, perte

pytestmark = pytest.mark.integration
CODE = "POSTE-01"
SANS_PAPIER = {"numero", "emise_le", "emetteur", "echeance", "modalites", "empreinte"}


async def _planter(b: Banc, *organismes: str) -> None:
    """Les fiches livrées, un produit au tarif du poste, des organismes."""
    b.horloge.aller("2026-09-01T08:00-04:00")
    produit = catalogue.ProduitInscrit(
        code=CODE, libelle="Poste", categorie="Essai", sorte="poste", statut="actif", noyau=False,
        normalise=True, tarifs=(CODE,),
    )  # fmt: skip
    await b.recevoir(*map(publiee, l.fiches()), produit, *map(organisme, organismes))


async def _livrer(b: Banc, *codes: str) -> UUID:
    """Le 1er septembre, un poste à chaque organisme; rend l'actif du premier."""
    actifs = [uuid4() for _ in codes]
    for actif, code in zip(actifs, codes, strict=True):
        await b.recevoir(livraison(actif, CODE, code), survenu_le=a(jour(1)))
    return actifs[0]


async def _emettre(b: Banc, mois: Mois) -> dict[str, dict[str, Any]]:
    """Aperçoit, émet, compare; rend le document de chaque organisme."""
    b.horloge.instant = debut_du_jour(mois.fin) + timedelta(hours=10)
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    corps = {"periode": str(mois), "apercu": True}
    vus = (await b.client("facturation").post("/v1/executions", json=corps)).json()["organismes"]
    documents = {}
    for sort in (await executer(b, str(mois)))["sorts"]:
        document = await facture(b, sort["numero"])
        (apercu,) = [v["facture"] for v in vus if v["organisme"] == sort["organisme"]]
        assert apercu == {nom: v for nom, v in document.items() if nom not in SANS_PAPIER}
        documents[sort["organisme"]] = document
    return documents


def _dit(document: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((x["debut"], x["montant"]) for x in document["lignes"])


def _pose(*dus: tuple[str, str]) -> list[tuple[str, str]]:
    return sorted((le, pose(operation)) for le, operation in dus)


async def test_dem_7_cede_le_12_chacun_paie_ses_jours_et_la_perte_est_au_second(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await _planter(b, "MTQ", "RAMQ")
    actif, le_12 = await _livrer(b, "MTQ"), jour(12)
    commun: Any = {"actif_id": actif, "produit": CODE, "fait_le": le_12}
    await b.recevoir(
        demandes.ActifRecu(organisme="RAMQ", de_organisme="MTQ", **commun),
        demandes.ActifCede(organisme="MTQ", a_organisme="RAMQ", **commun),
        survenu_le=a(le_12),
    )
    await b.recevoir(perte(actif, jour(25), CODE, "RAMQ"), survenu_le=a(jour(25)))
    documents = await _emettre(b, SEPTEMBRE)
    assert _dit(documents["MTQ"]) == _pose(("2026-09-01", "147 × 11 ÷ 30 = 53,90"))
    assert _dit(documents["RAMQ"]) == _pose(
        ("2026-09-12", "147 × 13 ÷ 30 = 63,70"), ("2026-09-25", "147 × 4 mois = 588,00")
    )


def _a(montant: str, debut: int, version: int = 2) -> VersionFiche:
    return l.changee(CODE, jour(debut), version, montant=Decimal(montant))


@pytest.mark.parametrize(
    ("fiches", "retirees", "dus"),
    [
        ([_a("150", 16)], [], [("2026-09-01", "147 × 15 ÷ 30 = 73,50"),
                               ("2026-09-16", "150 × 15 ÷ 30 = 75,00")]),
        ([_a("150", 1)], [], [("2026-09-01", "150 = 150,00")]),
        ([_a("150", 30)], [], [("2026-09-01", "147 × 29 ÷ 30 = 142,10"),
                               ("2026-09-30", "150 × 1 ÷ 30 = 5,00")]),
        ([_a("150", 11), _a("153.45", 21, 3)], [], [("2026-09-01", "147 × 10 ÷ 30 = 49,00"),
                                                    ("2026-09-11", "150 × 10 ÷ 30 = 50,00"),
                                                    ("2026-09-21", "153,45 × 10 ÷ 30 = 51,15")]),
        ([_a("150", 16)], [(2, 16)], [("2026-09-01", "147 = 147,00")]),
    ],
    ids=["le 16", "le premier jour", "le dernier jour", "deux fois", "annoncé puis retiré"],
)  # fmt: skip
async def test_fac_1_un_prix_change_jusqu_a_la_facture(
    banc: MonterBanc,
    fiches: Sequence[VersionFiche],
    retirees: Sequence[tuple[int, int]],
    dus: Sequence[tuple[str, str]],
) -> None:
    b = await banc("facturation")
    await _planter(b, "MTQ")
    await _livrer(b, "MTQ")
    await b.recevoir(*map(publiee, fiches))
    for version, debut in retirees:
        retiree = catalogue.FicheRetiree(code="POSTES", version=version, debut=jour(debut))
        await b.recevoir(retiree)
    assert _dit((await _emettre(b, SEPTEMBRE))["MTQ"]) == _pose(*dus)


async def test_cat_6_un_statu_quo_jusqu_au_16_novembre(banc: MonterBanc) -> None:
    """147 $, puis 150 en octobre; le MTQ garde l'ancienne version jusqu'au 16 novembre."""
    b, statu_quo = await banc("facturation"), uuid4()
    await _planter(b, "MTQ", "RAMQ")
    await _livrer(b, "MTQ", "RAMQ")
    commun: Any = {"statu_quo_id": statu_quo, "organisme": "MTQ", "fiche": "POSTES"}
    await b.recevoir(
        publiee(l.changee(CODE, jour(1, 10), montant=Decimal(150))),
        catalogue.StatuQuoAccorde(version=1, debut=jour(1, 10), **commun),
    )
    documents = await _emettre(b, Mois(2026, 10))
    septembre = ("2026-09-01", "147 = 147,00")
    assert _dit(documents["MTQ"]) == _pose(septembre, ("2026-10-01", "147 = 147,00"))
    assert _dit(documents["RAMQ"]) == _pose(septembre, ("2026-10-01", "150 = 150,00"))

    await b.recevoir(catalogue.StatuQuoFini(fin=jour(16, 11), **commun))
    documents = await _emettre(b, Mois(2026, 11))
    assert _dit(documents["MTQ"]) == _pose(
        ("2026-11-01", "147 × 15 ÷ 30 = 73,50"), ("2026-11-16", "150 × 15 ÷ 30 = 75,00")
    )
    assert _dit(documents["RAMQ"]) == _pose(("2026-11-01", "150 = 150,00"))
