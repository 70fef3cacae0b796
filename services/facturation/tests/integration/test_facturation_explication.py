"""Chaque ligne d'une facture s'explique seule (FAC-9)."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from uuid import uuid4

import pytest

from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    executer,
    fermer_septembre,
    fiche,
    jour,
    livraison,
    perte,
    planter,
)

pytestmark = pytest.mark.integration


async def test_fac_9_une_ligne_se_recalcule_de_ce_qu_elle_dit(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    entier, perdu = uuid4(), uuid4()
    await b.recevoir(livraison(entier, "BUREAU-STD", quantite=2), survenu_le=a(jour(4)))
    await b.recevoir(livraison(perdu, "PORTABLE-14"), survenu_le=a(jour(1)))
    await b.recevoir(fiche(2, jour(16), POSTE_01="150"))
    await b.recevoir(perte(perdu, jour(18), "PORTABLE-14"), survenu_le=a(jour(18)))
    await fermer_septembre(b)
    await executer(b)

    client = b.client("gestionnaire", organisme="MTQ")
    lignes = (await client.get("/v1/factures/2026-2027-000001/lignes")).json()["elements"]
    assert {ligne["source"] for ligne in lignes} == {str(entier), str(perdu)}
    for ligne in lignes:
        assert Decimal(ligne["montant"]) == recalculer(ligne["calcul"]), ligne["calcul"]
        assert ligne["evenements"]
        assert ligne["libelle"]
    versions = [(ligne["tarif"], ligne["version_fiche"], ligne["debut"]) for ligne in lignes]
    assert sorted(versions) == [
        ("POSTE-01", 1, "2026-09-04"),
        ("POSTE-01", 2, "2026-09-16"),
        ("POSTE-03", 1, "2026-09-01"),
        ("POSTE-03", 2, "2026-09-18"),
    ]
    de_la_perte = [ligne["evenements"] for ligne in lignes if ligne["source"] == str(perdu)]
    assert all(len(evenements) == 2 for evenements in de_la_perte), "la livraison et la perte"


def recalculer(calcul: str) -> Decimal:
    """Refait « 147,00 $ × 2 × 12 ÷ 30 » comme un lecteur de la facture, sans notre code."""
    exact = Fraction(1)
    for terme in calcul.replace("\xa0", " ").split(" × "):
        haut, _, bas = terme.partition(" ÷ ")
        exact *= Fraction(haut.split(" ", maxsplit=1)[0].replace(",", ".")) / Fraction(bas or 1)
    valeur = Decimal(exact.numerator) / Decimal(exact.denominator)
    return valeur.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
