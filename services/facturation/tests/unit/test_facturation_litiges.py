"""Ce qui est contesté d'un document, relu à une date passée (FAC-8, FAC-17)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from facturation.comptes.domaine.contestes import Litige, contestes
from facturation.contestations.domaine.contestations import Etat, Geste
from facturation.factures.domaine.taxes import EXONERE, Taxes
from noyau import Montant

TAXEE = Taxes(Decimal("0.05"), Decimal("0.09975"))


def le(jour: int) -> datetime:
    return datetime(2026, 10, jour, 16, tzinfo=UTC)


def litige(etat: Etat, *fil: tuple[Geste, int]) -> Litige:
    return Litige(
        numero="F",
        etat=etat,
        ouverte_le=le(5),
        fil=[(geste, le(jour)) for geste, jour in fil],
        lignes=[(TAXEE, Montant.de("98.00")), (EXONERE, Montant.de("10.00"))],
    )


@pytest.mark.parametrize(
    ("un", "jours"),
    [
        (litige(Etat.OUVERTE), range(5, 12)),
        (litige(Etat.EN_EXAMEN, (Geste.EXAMINER, 6)), range(5, 12)),
        (litige(Etat.REJETEE, (Geste.EXAMINER, 6), (Geste.REJETER, 9)), range(5, 9)),
        (litige(Etat.ACCEPTEE, (Geste.EXAMINER, 6), (Geste.ACCEPTER, 6)), range(5, 6)),
        (litige(Etat.RETIREE, (Geste.RETIRER, 8)), range(5, 8)),
        # Tardive : rien n'est contesté tant que la facturation ne l'admet pas.
        (litige(Etat.A_ADMETTRE), range(0)),
        (litige(Etat.REJETEE, (Geste.REJETER, 8)), range(0)),
        (litige(Etat.OUVERTE, (Geste.ADMETTRE, 8)), range(8, 12)),
        (litige(Etat.RETIREE, (Geste.ADMETTRE, 7), (Geste.RETIRER, 10)), range(7, 10)),
    ],
)
def test_fac_17_une_contestation_court_de_son_admission_a_sa_fin(un: Litige, jours: range) -> None:
    courues = [j for j in range(1, 12) if un.court(date(2026, 10, j))]
    assert courues == list(jours)


def test_fac_17_le_conteste_comprend_les_taxes_de_ses_lignes() -> None:
    # 98 × 1,14975 = 112,6755; et 10,00 sans taxe.
    deux = [litige(Etat.OUVERTE), litige(Etat.EN_EXAMEN, (Geste.EXAMINER, 6))]
    sommes = contestes(deux, date(2026, 10, 7))
    assert {numero: str(montant) for numero, montant in sommes.items()} == {"F": "245.36"}
    assert contestes(deux, date(2026, 10, 4)) == {}
