"""Prix changés, retirés, gardés : ce qui vaut, jour par jour (CAT-2, CAT-6)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import StatuQuo, VersionFiche
from noyau import Mois
from services.facturation.tests import livrees as l
from services.facturation.tests.builders import SEPTEMBRE, prix, retrait
from services.facturation.tests.dores import Cas, jour, verifier

CODE = "POSTE-01"
STATU_QUO = UUID("6d2c9d0e-8f8e-5d0a-9c51-3a3a6f6f0009")


def a_150(debut: date, version: int = 2, montant: str = "150") -> VersionFiche:
    return l.changee(CODE, debut, version, montant=Decimal(montant))


def _abonnement(le: date, operation: str) -> tuple[str, str]:
    return f"{CODE} abonnement {le}", operation


def _septembre(quoi: str, fiches: Sequence[VersionFiche], *du: tuple[str, str]) -> Cas:
    """Un poste livré le 1er septembre."""
    faits = [l.livraison(jour(1), CODE)]
    return Cas(quoi=quoi, faits=faits, du=du, fiches=tuple(fiches), portes=((CODE,),))


ENTIER = _abonnement(jour(1), "147 = 147,00")
CAS = [
    _septembre("changé le 16", [a_150(jour(16))],
               _abonnement(jour(1), "147 × 15 ÷ 30 = 73,50"),
               _abonnement(jour(16), "150 × 15 ÷ 30 = 75,00")),
    _septembre("changé le premier jour", [a_150(jour(1))],
               _abonnement(jour(1), "150 = 150,00")),
    _septembre("changé le dernier jour", [a_150(jour(30))],
               _abonnement(jour(1), "147 × 29 ÷ 30 = 142,10"),
               _abonnement(jour(30), "150 × 1 ÷ 30 = 5,00")),
    _septembre("changé deux fois", [a_150(jour(11)), a_150(jour(21), 3, "153.45")],
               _abonnement(jour(1), "147 × 10 ÷ 30 = 49,00"),
               _abonnement(jour(11), "150 × 10 ÷ 30 = 50,00"),
               _abonnement(jour(21), "153,45 × 10 ÷ 30 = 51,15")),
    _septembre("changé, puis revenu au même", [a_150(jour(11)), a_150(jour(21), 3, "147")],
               _abonnement(jour(1), "147 × 10 ÷ 30 = 49,00"),
               _abonnement(jour(11), "150 × 10 ÷ 30 = 50,00"),
               _abonnement(jour(21), "147 × 10 ÷ 30 = 49,00")),
    _septembre("changé après le mois", [a_150(jour(1, 10))], ENTIER),
    _septembre("un autre tarif de la fiche a changé",
               [l.changee("POSTE-02", jour(16), montant=Decimal(210))], ENTIER),
]  # fmt: skip


@pytest.mark.parametrize("cas", CAS, ids=lambda c: c.quoi)
def test_fac_1_un_prix_change_se_paie_a_partir_de_son_jour(cas: Cas) -> None:
    verifier(cas)


def test_cat_2_annonce_puis_retire_un_prix_n_a_jamais_valu() -> None:
    cas = _septembre("retiré", [a_150(jour(16))], ENTIER)
    retire = replace(cas.tarifs, retraits=(retrait(2, jour(16)),))
    verifier(cas, retire)
    # Annoncé de nouveau sous un autre numéro, il vaut.
    encore = _septembre("republié", [a_150(jour(16)), a_150(jour(16), 3, "153")],
                        _abonnement(jour(1), "147 × 15 ÷ 30 = 73,50"),
                        _abonnement(jour(16), "153 × 15 ÷ 30 = 76,50"))  # fmt: skip
    verifier(encore, replace(encore.tarifs, retraits=(retrait(2, jour(16)),)))


def test_fac_1_le_prix_du_ropn_d_un_poste_virtuel_change_le_11() -> None:
    vm = "POSTE-VIRTUEL"
    cas = Cas(
        quoi="ROPN",
        faits=[l.livraison(jour(1), vm)],
        du=(
            (f"{vm} abonnement {jour(1)}", "41,37 × 10 ÷ 30 = 13,79"),
            (f"{vm} abonnement {jour(11)}", "44,44 × 20 ÷ 30 = 29,63"),
        ),
        portes=((vm,),),
        ropn={vm: "41.37"},
    )
    t = cas.tarifs
    verifier(cas, replace(t, prix_ropn=(*t.prix_ropn, prix(vm, "44.44", 2, jour(11)))))


def test_fac_1_un_abonnement_sans_actif_suit_le_meme_changement() -> None:
    code = "VISIO-HD"
    verifier(
        Cas(
            quoi="visio",
            faits=[l.souscription(jour(1), "visioconference", code)],
            du=(
                (f"{code} abonnement {jour(1)}", "36 × 15 ÷ 30 = 18,00"),
                (f"{code} abonnement {jour(16)}", "39,99 × 15 ÷ 30 = 20,00"),
                (f"{code} frais {jour(1)}", "100 = 100,00"),  # ceux du jour de la mise en service
            ),
            fiches=(l.changee(code, jour(16), montant=Decimal("39.99")),),
        )
    )


# ── Un statu quo jusqu'au 16 novembre, à l'un des deux organismes (CAT-6) ─────────────────────────


def _garde(t: Tarification, fin: date | None) -> Tarification:
    garde = StatuQuo(
        statu_quo_id=STATU_QUO, organisme="MTQ", fiche="POSTES", version=1, debut=jour(1, 10)
    )
    return replace(t, statu_quos=((garde, fin),))


@pytest.mark.parametrize(
    ("organisme", "novembre"),
    [
        ("MTQ", (("2026-11-01", "147 × 15 ÷ 30 = 73,50"), ("2026-11-16", "150 × 15 ÷ 30 = 75,00"))),
        ("RAMQ", (("2026-11-01", "150 = 150,00"),)),
    ],
)
def test_cat_6_le_statu_quo_finit_en_cours_de_mois(
    organisme: str, novembre: tuple[tuple[str, str], ...]
) -> None:
    octobre = "147 = 147,00" if organisme == "MTQ" else "150 = 150,00"
    dus = (ENTIER, _abonnement(jour(1, 10), octobre))
    restes = tuple((f"{CODE} abonnement {le}", operation) for le, operation in novembre)
    cas = Cas(
        quoi=organisme,
        faits=[l.livraison(jour(1), CODE, organisme=organisme)],
        du=(*dus, *restes),
        jusqua=Mois(2026, 11),
        fiches=(a_150(jour(1, 10)),),
        portes=((CODE,),),
    )
    verifier(cas, _garde(cas.tarifs, jour(16, 11)))


def test_cat_6_sans_fin_dite_le_statu_quo_dure() -> None:
    cas = Cas(
        quoi="dure",
        faits=[l.livraison(jour(1), CODE)],
        du=(ENTIER, _abonnement(jour(1, 10), "147 = 147,00")),
        jusqua=SEPTEMBRE.suivant,
        fiches=(a_150(jour(1, 10)),),
        portes=((CODE,),),
    )
    verifier(cas, _garde(cas.tarifs, None))
