"""CAT-5, CAT-9, SLA-10 : une fiche imprévue, publiée par l'API seule, se facture et se mesure.

Puis une seconde version, plus tard : rien d'avant sa date ne bouge d'un octet.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import count, islice
from typing import Any

import pytest

from calendrier import calendrier_applique
from demo.systeme import Systeme
from noyau import QUEBEC, Mois, jour_de_quebec
from tests.e2e.gestes import Client, client, demander, inscrire, itsm, ok

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("systeme")]

ORGANISME = "FICHES"
FICHE = "PRET-DE-MATERIEL"
PAR_MOIS, FRAIS, A_L_HEURE = Fraction(31), Fraction(25), Fraction(40)
TARIFS: list[dict[str, Any]] = [
    {
        "code": "PRET-HEURE",
        "libelle": "Montage sur place, à l'heure",
        "du": {
            "evenement": "travail.effectué",
            "si": {"fait": "tarif", "egale": "PRET-HEURE"},
        },
        "quantite": {
            "forme": "duree", "fait": "minutes", "pas": 30, "minimum": 60, "maximum": 240,
            "par": ["article_id", "jour"],
        },
        "montant": "40.00",
    },
    {
        "code": "PRET-MOIS",
        "libelle": "Prêt d'un poste de salle",
        "du": {"livraison": True},
        "quantite": {"forme": "mois", "fois": "quantite"},
        "montant": "31.00",
        "frais_uniques": {"libelle": "Mise en salle", "montant": "25.00"},
        "engagement": {"mois": 12, "reconduit": False},
    },
]  # fmt: skip
INDICATEURS: list[dict[str, Any]] = [
    {
        "code": "PRET-PRISE",
        "libelle": "Prise en charge d'une demande de poste",
        "sujet": "demande",
        "couvre": {"fait": "sorte", "parmi": ["poste_physique"]},
        "ferme": ["demande.prise_en_charge"],
        "horloge": "jours_ouvrables",
        "delai": 1,
        "cible": "0.90",
    },
    {
        "code": "PRET-LIVRAISON",
        "libelle": "Livraison rapide d'un poste de salle",
        "sujet": "demande",
        "couvre": {"fait": "sorte", "parmi": ["poste_physique"]},
        "ferme": ["poste.livré"],
        "horloge": "jours_ouvrables",
        "delai": 3,
        "cible": "0.50",
        "conditions": [
            {
                "code": "lot_nu",
                "libelle": "Plusieurs postes sans logiciel payant",
                "exclut": {
                    "tous": [
                        {"fait": "acquisition_multiple", "egale": True},
                        {"fait": "logiciel_payant", "egale": False},
                    ]
                },
            }
        ],
    },
]


def version(debut: date, **champs: Any) -> dict[str, Any]:
    """Le corps d'une publication."""
    return {
        "debut": debut.isoformat(),
        "titre": "Prêt de matériel de salle",
        "description": {"resume": "Un poste prêté au mois, monté à l'heure."},
        "tarifs": TARIFS,
        "indicateurs": INDICATEURS,
        **champs,
    }


def ouvrable(depuis: date, rang: int) -> date:
    """Le énième jour ouvrable après celui-ci."""
    jours = (depuis + timedelta(days=n) for n in count(1))
    return next(islice(filter(calendrier_applique().est_ouvrable, jours), rang - 1, None))


def a(jour: date, heure: int) -> datetime:
    return datetime.combine(jour, time(heure), tzinfo=QUEBEC)


def cents(montant: Fraction) -> str:
    exact = Decimal(montant.numerator) / Decimal(montant.denominator)
    return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def parts_de_mois(debut: date, fin: date) -> Fraction:
    """Les mois de `[debut, fin)`, jour par jour."""
    jours = (debut + timedelta(days=n) for n in range((fin - debut).days))
    return sum((Fraction(1, Mois.de(jour).jours) for jour in jours), Fraction())


@dataclass(slots=True)
class Piece:
    """La fiche publiée, et ce qu'on en a fait pendant un mois."""

    systeme: Systeme
    mois: Mois
    debut: date
    """Le jour de l'approbation, et de la première prise en charge."""
    lot: dict[str, Any] = field(default_factory=dict)
    seul: dict[str, Any] = field(default_factory=dict)
    travaux: dict[str, Any] = field(default_factory=dict)

    def qui(self, service: str, role: str) -> Client:
        return client(self.systeme, service, role)

    async def lire(self, service: str, role: str, chemin: str, **filtres: str) -> dict[str, Any]:
        return ok(await self.qui(service, role).get(chemin, params=filtres))

    async def publier(
        self, corps: dict[str, Any], statut: int = 201, **options: str
    ) -> dict[str, Any]:
        publie = await self.qui("catalogue", "catalogue").post(
            f"fiches/{FICHE}/versions", corps, params=options
        )
        return ok(publie, statut)

    async def apercu(self, mois: Mois) -> list[dict[str, Any]]:
        corps = {"periode": str(mois), "organisme": ORGANISME, "apercu": True}
        rendu = ok(await self.qui("facturation", "facturation").post("executions", corps))
        (un,) = rendu["organismes"]
        assert un["attentes"] == []
        lignes: list[dict[str, Any]] = un["facture"]["lignes"]
        return lignes

    async def passe(self) -> str:
        """Tout ce qu'on montre de ce qui est arrivé : facture, taux, mesures, explications.

        Sans les disponibilités : elles courent encore, et se comptent un jour de plus chaque jour.
        """
        mesures = await self.lire("sla", "mesure", "mesures", organisme=ORGANISME, limite="200")
        explications = [
            await self.lire("sla", "mesure", f"mesures/{m['id']}/explication")
            for m in mesures["elements"]
        ]
        lus = await self.lire("sla", "mesure", "taux", organisme=ORGANISME, periode=str(self.mois))
        taux = [t for t in lus["elements"] if t["unite"] == "mesures"]
        abonnements = await self.lire(
            "facturation", "facturation", "abonnements", organisme=ORGANISME
        )
        du = await self.apercu(self.mois)
        return json.dumps([mesures, explications, taux, abonnements, du], sort_keys=True)


@pytest.fixture(scope="module")
async def piece(systeme: Systeme) -> Piece:
    """Une fiche nouvelle en vigueur, un produit qui la porte, trois demandes qui la vivent."""
    await systeme.vider()
    mois = Mois.de(jour_de_quebec(systeme.horloge())).suivant
    piece = Piece(systeme, mois, ouvrable(mois.debut, 1))
    catalogue = piece.qui("catalogue", "catalogue")
    await piece.publier(version(mois.debut))
    produit = {
        "code": "POSTE-DE-SALLE", "libelle": "Poste de salle", "categorie": "Salles",
        "sorte": "materiel", "tarifs": ["PRET-MOIS"],
    }  # fmt: skip
    ok(await catalogue.post("produits", produit), 201)
    await inscrire(systeme, ORGANISME)
    await systeme.avancer(a(piece.debut, 10))
    piece.lot = await demander(
        systeme, ORGANISME, "poste_physique", "POSTE-DE-SALLE", "POSTE-DE-SALLE"
    )
    piece.seul = await demander(systeme, ORGANISME, "poste_physique", "POSTE-DE-SALLE")
    piece.travaux = await demander(systeme, ORGANISME, "amenagement_utilisateur")
    await systeme.avancer(a(ouvrable(piece.debut, 8), 12))
    await _vivre(piece)
    await systeme.avancer(a(ouvrable(piece.debut, 15), 12))
    csc = piece.qui("demandes", "agent-csc")
    (actif,) = ok(await csc.get("actifs", params={"demande_id": piece.seul["id"]}))["elements"]
    rendu = {"fait_le": ouvrable(piece.debut, 14).isoformat()}
    ok(await csc.post(f"actifs/{actif['id']}/recuperation", rendu))
    await systeme.vider()
    return piece


async def _vivre(piece: Piece) -> None:
    """Le lot : pris en charge au 3e jour, livré aussitôt; le seul : au 1er, livré au 5e."""
    systeme = piece.systeme
    for demande, pris, livre in ((piece.lot, 3, 3), (piece.seul, 1, 5)):
        qui = {"demande_id": demande["id"]}
        ok(await itsm(systeme, "prise_en_charge", a(ouvrable(piece.debut, pris), 11), **qui))
        for article in demande["articles"]:
            quand = a(ouvrable(piece.debut, livre), 14)
            ok(await itsm(systeme, "livraison", quand, article_id=article["id"], **qui))
    qui = {"demande_id": piece.travaux["id"]}
    ok(await itsm(systeme, "prise_en_charge", a(ouvrable(piece.debut, 1), 11), **qui))
    for rang, minutes in ((1, 10), (2, 250), (3, 70)):
        heures = [{"tarif": "PRET-HEURE", "minutes": minutes}]
        quand = a(ouvrable(piece.debut, rang), 15)
        ok(await itsm(systeme, "heures_travaillees", quand, travaux=heures, **qui))


async def test_cat_9_la_facture_dit_ce_que_la_fiche_dit(piece: Piece) -> None:
    """Minimum, maximum, pas; mois, frais, engagement rompu : comptés ici à la main."""
    fin = piece.mois.fin
    livre_lot, livre_seul = ouvrable(piece.debut, 3), ouvrable(piece.debut, 5)
    rendu = ouvrable(piece.debut, 14)
    terme = livre_seul.replace(year=livre_seul.year + 1)
    attendues = [
        *[("PRET-MOIS", "abonnement", cents(PAR_MOIS * parts_de_mois(livre_lot, fin)))] * 2,
        ("PRET-MOIS", "abonnement", cents(PAR_MOIS * parts_de_mois(livre_seul, rendu))),
        *[("PRET-MOIS", "frais", cents(FRAIS))] * 3,
        ("PRET-MOIS", "engagement", cents(PAR_MOIS * parts_de_mois(rendu, terme))),
        # 10 min font l'heure minimale; 250, les quatre heures maximales; 70, une heure et demie.
        *[("PRET-HEURE", "acte", cents(A_L_HEURE * h)) for h in (1, 4, Fraction(3, 2))],
    ]
    lignes = await piece.apercu(piece.mois)
    assert sorted((li["tarif"], li["nature"], li["montant"]) for li in lignes) == sorted(attendues)
    assert {(li["fiche"], li["version_fiche"]) for li in lignes} == {(FICHE, 1)}


async def test_sla_10_chaque_indicateur_mesure_sans_vider_l_autre(piece: Piece) -> None:
    """PT-1 demeure; une condition qui n'avait jamais existé exclut le lot du taux ajusté."""
    mesures = await piece.lire("sla", "mesure", "mesures", organisme=ORGANISME)
    vus = {
        (m["sujet_id"], m["indicateur"]): (m["verdict"], m["jours"], m["exclue"])
        for m in mesures["elements"]
    }
    lot, seul = piece.lot["id"], piece.seul["id"]
    attendues = {
        (lot, "PT-1"): ("conforme", 3, True),
        (lot, "PRET-PRISE"): ("manquee", 3, False),
        (lot, "PRET-LIVRAISON"): ("conforme", 3, True),
        (seul, "PT-1"): ("conforme", 5, False),
        (seul, "PRET-PRISE"): ("conforme", 1, False),
        (seul, "PRET-LIVRAISON"): ("manquee", 5, False),
    }
    assert {cle: vus[cle] for cle in attendues} == attendues
    lus = await piece.lire("sla", "mesure", "taux", organisme=ORGANISME, periode=str(piece.mois))
    taux = {t["indicateur"]: (t["brut"]["taux"], t["ajuste"]["taux"]) for t in lus["elements"]}
    assert taux["PT-1"] == ("1.0000", "1.0000")
    assert taux["PRET-PRISE"] == ("0.5000", "0.5000")
    assert taux["PRET-LIVRAISON"] == ("0.5000", "0.0000")


async def test_cat_5_une_version_a_venir_ne_bouge_rien_avant_sa_date(piece: Piece) -> None:
    """Montant doublé, décompte changé, délai, indicateur fini; essayée, publiée, puis retirée."""
    avant = await piece.passe()
    heure, au_mois = TARIFS
    change = version(
        piece.mois.suivant.suivant.debut,
        tarifs=[
            {**heure, "quantite": {"forme": "forfait"}},
            {**au_mois, "montant": "62.00"},
        ],
        indicateurs=[{**INDICATEURS[1], "delai": 1, "conditions": []}],
        finis=["PRET-PRISE"],
    )
    essai = await piece.publier(change, 200, essai="true")
    assert {c["code"] for c in essai["changements"]} >= {"PRET-HEURE", "PRET-MOIS", "PRET-PRISE"}
    lues = await piece.lire("catalogue", "catalogue", f"fiches/{FICHE}/versions")
    assert len(lues["elements"]) == 1, "un essai n'écrit rien"

    publiee = await piece.publier(change)
    await piece.systeme.vider()
    assert await piece.passe() == avant

    ensuite = piece.mois.suivant.suivant
    await piece.systeme.avancer(a(ouvrable(ensuite.debut, 2), 9))
    lignes = [
        li
        for li in await piece.apercu(ensuite)
        if (li["periode"], li["nature"]) == (str(ensuite), "abonnement")
    ]
    vues = {(li["montant"], li["version_fiche"]) for li in lignes}
    assert (len(lignes), vues) == (2, {("62.00", publiee["version"])})


async def test_cat_2_une_version_a_venir_se_retire_et_rien_n_en_reste(piece: Piece) -> None:
    """Retirée avant sa date, elle n'aura rien changé; son numéro ne resert pas."""
    lue = await piece.lire("catalogue", "catalogue", f"fiches/{FICHE}")
    debut = Mois.de(jour_de_quebec(piece.systeme.horloge())).suivant.debut
    # L'heure vient d'avancer de deux mois : leur fermeture ne doit pas tomber entre les lectures.
    await piece.systeme.attendre_jalons(piece.systeme.horloge() - timedelta(minutes=1))
    await piece.systeme.vider()
    avant = await piece.passe()
    deplacee = await piece.publier({**lue, "debut": debut.isoformat(), "titre": "Sans lendemain"})
    catalogue = piece.qui("catalogue", "catalogue")
    chemin = f"fiches/{FICHE}/versions/{deplacee['version']}/retrait"
    ok(await catalogue.post(chemin))
    await piece.systeme.vider()
    assert await piece.passe() == avant
    le = {"le": debut.isoformat()}
    assert (await piece.lire("catalogue", "catalogue", f"fiches/{FICHE}", **le))["titre"] == (
        lue["titre"]
    )
    reprise = await piece.publier({**lue, "debut": debut.isoformat(), "titre": "Encore"})
    assert reprise["version"] > deplacee["version"]
    ok(await catalogue.post(f"fiches/{FICHE}/versions/{reprise['version']}/retrait"))
