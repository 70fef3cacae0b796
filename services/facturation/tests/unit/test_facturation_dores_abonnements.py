"""Les abonnements sans actif du domaine (§ 4), sur les fiches livrées, calculés à la main."""

from datetime import date
from decimal import Decimal

import pytest

from facturation.creances.domaine.faits import Appris
from facturation.tarification.domaine.tarifs import Engagement, FraisUniques
from noyau import Mois
from services.facturation.tests import livrees as l
from services.facturation.tests.dores import Cas, entiers, jour, verifier

VISIO = "visioconference"
SEPTEMBRE = Mois(2026, 9)
VISIOS = {
    # tarif : ($ par mois, du 1er au 10 ou du 21 au 30 septembre, trois unités)
    "VISIO-STD": ("15", "5,00", "45,00"),
    "VISIO-HD": ("36", "12,00", "108,00"),
    "VISIO-PC": ("15", "5,00", "45,00"),
    "VISIO-WEB-25": ("26", "8,67", "78,00"),
    "VISIO-WEB-200": ("56,10", "18,70", "168,30"),
}


def _abonnement(code: str, le: date, operation: str) -> tuple[str, str]:
    return f"{code} abonnement {le}", operation


def _frais(code: str, le: date, operation: str = "100 = 100,00") -> tuple[str, str]:
    return f"{code} frais {le}", operation


def _souscrits(code: str, mensuel: str, trois: str) -> list[Cas]:
    """Une unité, puis trois : les frais de service se paient pour chacune."""
    le = jour(1)
    plein = _abonnement(code, le, f"{mensuel} = {mensuel}")
    triple = _abonnement(code, le, f"{mensuel} × 3 = {trois}")
    une, plusieurs = (l.souscription(le, VISIO, code, quantite) for quantite in (1, 3))
    return [
        Cas(quoi=f"{code} souscrit", faits=[une], du=(plein, _frais(code, le))),
        Cas(
            quoi=f"{code}, trois unités",
            faits=[plusieurs],
            du=(triple, _frais(code, le, "100 × 3 = 300,00")),
        ),
    ]


def _suspendu(code: str, mensuel: str, dix_jours: str) -> list[Cas]:
    """Suspendu le 11, repris le 21 : sans nouveaux frais; un autre abonnement en doit (FAC-1)."""
    premier = [l.souscription(jour(1), VISIO, code), l.resiliation(jour(11), jour(5))]
    repris = l.souscription(jour(21), VISIO, code)
    autre = l.souscription(jour(21), VISIO, code, abonnement="autre")
    dus = (
        _abonnement(code, jour(1), f"{mensuel} × 10 ÷ 30 = {dix_jours}"),
        _frais(code, jour(1)),
        _abonnement(code, jour(21), f"{mensuel} × 10 ÷ 30 = {dix_jours}"),
    )
    nouveaux = (*dus, _frais(code, jour(21)))
    return [
        Cas(quoi=f"{code} suspendu puis repris", faits=[*premier, repris], du=dus),
        Cas(quoi=f"{code}, un nouvel abonnement", faits=[*premier, autre], du=nouveaux),
    ]


def _avis(code: str, mensuel: str) -> list[Cas]:
    """Licence du 1er septembre 2026 : l'avis avant le terme du 1er septembre 2027 (FAC-1)."""
    return [
        Cas(
            quoi=f"{code}, avis {jours} jours avant le terme",
            faits=[
                l.souscription(jour(1), VISIO, code),
                l.resiliation(date(2027, 9, 1), avis),
            ],
            du=(_frais(code, jour(1)), *entiers(code, SEPTEMBRE, mois, mensuel)),
            jusqua=Mois(2029, 1),
        )
        for jours, avis, mois in (
            (33, date(2027, 7, 30), 12),
            (32, date(2027, 7, 31), 12),
            (31, date(2027, 8, 1), 24),  # trop tard : au terme suivant, le 1er septembre 2028
        )
    ]


def _soutien(quoi: str, fin: date, courus: int, solde: tuple[str, str] | None) -> Cas:
    code = "SOUTIEN-ETENDU"
    faits: list[Appris] = [l.souscription(jour(1), "soutien_etendu"), l.resiliation(fin, fin)]
    dus = entiers(code, SEPTEMBRE, courus, "955,56")
    if solde:
        dus.append((f"{code} engagement {fin}", f"955,56 × {solde[0]} mois = {solde[1]}"))
    return Cas(quoi=quoi, faits=faits, du=tuple(dus), jusqua=Mois(2029, 1))


SOUTIEN = [
    Cas(
        quoi="soutien étendu, premier mois",
        faits=[l.souscription(jour(11), "soutien_etendu")],
        du=(_abonnement("SOUTIEN-ETENDU", jour(11), "955,56 × 20 ÷ 30 = 637,04"),),
    ),
    _soutien("quitté après 5 mois : 7 sont dus", date(2027, 2, 1), 5, ("7", "6688,92")),
    _soutien("quitté au terme : rien de plus", date(2027, 9, 1), 12, None),
    _soutien("reconduit, quitté au 14e mois : 10 sont dus", date(2027, 11, 1), 14,
             ("10", "9555,60")),
    _soutien("reconduit deux ans, quitté au terme", date(2028, 9, 1), 24, None),
]  # fmt: skip

# ── Lien physique : évalué d'abord, et l'engagement que le fournisseur impose au MCN (TEL-1) ──────

LIEN = l.changee(
    "LIEN",
    jour(1),
    montant=Decimal("412.35"),
    frais_uniques=FraisUniques(libelle="Installation du lien", montant=Decimal("1850.25")),
    engagement=Engagement(mois=36, reconduit=False),
)
LIENS = [
    Cas(
        quoi="un lien sans montants",
        faits=[l.souscription(jour(1), "lien_physique", "LIEN")],
        attend=(
            "LIEN : Le tarif LIEN n'a pas de montant.",
            "LIEN : Les frais uniques du tarif LIEN n'ont pas de montant.",
        ),
    ),
    Cas(
        quoi="un lien quitté après 12 mois de 36 : 24 sont dus",
        faits=[
            l.souscription(jour(1), "lien_physique", "LIEN"),
            l.resiliation(date(2027, 9, 1), date(2027, 8, 1)),
        ],
        du=(
            _frais("LIEN", jour(1), "1850,25 = 1850,25"),
            *entiers("LIEN", SEPTEMBRE, 12, "412,35"),
            ("LIEN engagement 2027-09-01", "412,35 × 24 mois = 9896,40"),
        ),
        jusqua=Mois(2030, 1),
        fiches=(LIEN,),
    ),
    Cas(
        quoi="un lien tenu jusqu'au terme, sans reconduction",
        faits=[
            l.souscription(jour(1), "lien_physique", "LIEN"),
            l.resiliation(date(2029, 10, 16), date(2029, 10, 1)),
        ],
        du=(
            _frais("LIEN", jour(1), "1850,25 = 1850,25"),
            *entiers("LIEN", SEPTEMBRE, 37, "412,35"),
            _abonnement("LIEN", date(2029, 10, 1), "412,35 × 15 ÷ 31 = 199,52"),
        ),
        jusqua=Mois(2030, 1),
        fiches=(LIEN,),
    ),
]

CAS = [
    *(c for code, (mensuel, _, trois) in VISIOS.items() for c in _souscrits(code, mensuel, trois)),
    # Une licence web ne finit qu'à son terme : elle ne se suspend pas.
    *(
        c
        for code, (mensuel, dix_jours, _) in VISIOS.items()
        if not l.livree(code).engagement
        for c in _suspendu(code, mensuel, dix_jours)
    ),
    *_avis("VISIO-WEB-25", "26"),
    *_avis("VISIO-WEB-200", "56,10"),
    *SOUTIEN,
    *LIENS,
]


@pytest.mark.parametrize("cas", CAS, ids=lambda c: c.quoi)
def test_fac_1_fac_5_tel_1_ce_que_doit_chaque_abonnement(cas: Cas) -> None:
    verifier(cas)


def test_tel_1_l_engagement_est_celui_du_jour_de_la_souscription() -> None:
    """Un lien souscrit avant que le fournisseur n'en impose un ne s'engage à rien."""
    sans = l.changee("LIEN", date(2026, 8, 1), version=3, montant=Decimal("412.35"),
                     frais_uniques=None)  # fmt: skip
    faits = [
        l.souscription(date(2026, 8, 1), "lien_physique", "LIEN"),
        l.resiliation(jour(16), jour(2)),
    ]
    dus = (
        _abonnement("LIEN", date(2026, 8, 1), "412,35 = 412,35"),
        _abonnement("LIEN", jour(1), "412,35 × 15 ÷ 30 = 206,18"),
    )
    verifier(Cas(quoi="avant", faits=faits, du=dus, fiches=(sans, LIEN), jusqua=Mois(2026, 10)))
