"""Ce qui est contesté d'un document, relu à une date passée (FAC-8, FAC-17)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from facturation.comptes.domaine.contestes import Litige, contestes
from facturation.contestations.domaine.contestations import Geste
from facturation.factures.domaine.taxes import EXONERE, Taxes
from noyau import Montant

TAXEE = Taxes(Decimal("0.05"), Decimal("0.09975"))


def le(jour: int) -> datetime:
    return datetime(2026, 10, jour, 16, tzinfo=UTC)


def litige(*fil: tuple[Geste, int], a_admettre: bool = False) -> Litige:
    return Litige(
        numero="F",
        a_admettre=a_admettre,
        ouverte_le=le(5),
        fil=[(geste, le(jour)) for geste, jour in fil],
        lignes=[(TAXEE, Montant.de("98.00")), (EXONERE, Montant.de("10.00"))],
    )


@pytest.mark.parametrize(
    ("un", "jours"),
    [
        (litige(), range(5, 12)),
        (litige((Geste.EXAMINER, 6)), range(5, 12)),
        (litige((Geste.EXAMINER, 6), (Geste.REJETER, 9)), range(5, 9)),
        (litige((Geste.EXAMINER, 6), (Geste.ACCEPTER, 6)), range(5, 6)),
        (litige((Geste.RETIRER, 8)), range(5, 8)),
        # Tardive : rien n'est contesté tant que la facturation ne l'admet pas.
        (litige(a_admettre=True), range(0)),
        (litige((Geste.REJETER, 8), a_admettre=True), range(0)),
        (litige((Geste.RETIRER, 8), a_admettre=True), range(0)),
        (litige((Geste.ADMETTRE, 8), a_admettre=True), range(8, 12)),
        (litige((Geste.ADMETTRE, 7), (Geste.RETIRER, 10), a_admettre=True), range(7, 10)),
    ],
)
def test_fac_17_une_contestation_court_de_son_admission_a_sa_fin(un: Litige, jours: range) -> None:
    courues = [j for j in range(1, 12) if un.court(date(2026, 10, j))]
    assert courues == list(jours)


def test_fac_17_le_conteste_comprend_les_taxes_de_ses_lignes() -> None:
    # Deux fois 98 $, plus 9,80 et 19,551 $; et 20,00 $ sans taxe.
    deux = [litige(), litige((Geste.EXAMINER, 6))]
    sommes = contestes(deux, date(2026, 10, 7))
    assert {numero: str(montant) for numero, montant in sommes.items()} == {"F": "245.35"}
    assert contestes(deux, date(2026, 10, 4)) == {}
