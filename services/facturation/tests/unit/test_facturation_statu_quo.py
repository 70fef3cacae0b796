"""CAT-6 : ce qui vaut se lit par organisme et date; un statu quo ne touche que le sien."""

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.faits import sources
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import StatuQuo
from noyau import Mois
from services.facturation.tests.builders import ORIGINE, Faits, fiche, prix, produits

OCTOBRE = date(2026, 10, 1)
_ID = UUID("6d2c9d0e-8f8e-5d0a-9c51-3a3a6f6f0003")


def tarifs(fin: date | None = None, *, debut: date = OCTOBRE, version: int = 1) -> Tarification:
    """147 $, puis 150 $ en octobre; le MTQ garde une version."""
    garde = StatuQuo(
        statu_quo_id=_ID, organisme="MTQ", fiche="POSTES", version=version, debut=debut
    )
    return Tarification(
        fiches=(fiche(), fiche(2, OCTOBRE, POSTE_01="150")),
        prix_ropn=(prix("VIRTUEL-M", "62.50"),),
        produits=produits(),
        statu_quos=((garde, fin),),
    )


def mensualites(t: Tarification, organisme: str = "MTQ") -> list[tuple[str, int | None]]:
    livree = Faits(organisme).livraison("p", date(2026, 9, 1))
    calcul = calculer(sources([livree]), t, Mois(2026, 12))
    ranges = sorted(calcul.creances, key=lambda c: c.identite)
    return [(str(c.montant), c.prix.version_fiche) for c in ranges]


def test_cat_6_qui_garde_une_version_en_paie_les_prix() -> None:
    gardes = [("147.00", 1)] * 4
    assert mensualites(tarifs()) == gardes
    assert mensualites(tarifs(), "RAMQ") == [("147.00", 1), *[("150.00", 2)] * 3]


def test_cat_6_le_statu_quo_fini_le_prix_en_vigueur_reprend_ce_jour_la() -> None:
    lues = mensualites(tarifs(date(2026, 11, 16)))
    # Novembre : 147 × 15 ÷ 30, puis 150 × 15 ÷ 30.
    assert lues == [("147.00", 1), ("147.00", 1), ("73.50", 1), ("75.00", 2), ("150.00", 2)]


def test_cat_6_accorde_apres_le_changement_le_statu_quo_finit_sans_autre_version() -> None:
    """Le 150 $ vaut depuis octobre; le MTQ garde 147 $ du 2 au 16 novembre seulement."""
    lues = mensualites(tarifs(date(2026, 11, 16), debut=date(2026, 11, 2)))
    # Novembre : 150 × 1 ÷ 30, puis 147 × 14 ÷ 30, puis 150 × 15 ÷ 30.
    assert lues == [
        ("147.00", 1), ("150.00", 2), ("5.00", 2), ("68.60", 1), ("75.00", 2), ("150.00", 2),
    ]  # fmt: skip


def test_cat_6_une_version_que_l_on_ne_connait_pas_encore_ne_se_garde_pas() -> None:
    assert mensualites(tarifs(version=7)) == mensualites(tarifs(), "RAMQ")


@given(
    debut=st.dates(ORIGINE, date(2027, 3, 1)),
    fin=st.none() | st.dates(ORIGINE, date(2027, 3, 1)),
    version=st.integers(1, 3),
)
def test_cat_6_le_statu_quo_de_l_un_ne_change_rien_aux_autres(
    debut: date, fin: date | None, version: int
) -> None:
    voulus = tarifs(fin if fin and debut < fin else None, debut=debut, version=version)
    sans = Tarification(fiches=voulus.fiches, prix_ropn=voulus.prix_ropn, produits=voulus.produits)
    assert mensualites(voulus, "RAMQ") == mensualites(sans, "RAMQ")
    avant = [m for m in mensualites(sans) if debut >= date(2027, 1, 1)]
    assert not avant or mensualites(voulus) == avant
