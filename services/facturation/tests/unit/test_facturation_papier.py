"""Le papier qu'une personne reçoit : ce qu'il dit, et ce qu'on peut en copier (FAC-9, FAC-10)."""

import re
from datetime import date
from uuid import UUID

import pytest

from facturation.factures.domaine.emetteur import Inscriptions
from services.facturation.tests.builders import Faits, prix, tarification
from services.facturation.tests.papier import ancien, document, pages, postes, texte

UN_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}")
JAMAIS = ("\u200b", "\u200d", "\u00ad", "\ufeff", "'")
"""Ce qui empêche de coller un identifiant, et l'apostrophe qui n'est pas la nôtre."""


def test_fac_9_chaque_ligne_dit_son_rang_sa_demande_son_site_et_son_imputation() -> None:
    corps = document(postes(2))
    rendu = texte(corps)
    assert rendu.count("Demande D-2026-000123 · Site QUE-0912 · Imputation 2100-447") == 2
    assert not UN_UUID.search(rendu)
    assert [(x["demande"], x["site"]) for x in corps["lignes"]] == 2 * [
        ("D-2026-000123", "QUE-0912")
    ]


def test_fac_9_sans_demande_la_ligne_porte_la_reference_entiere_de_ce_qu_elle_paie() -> None:
    incident = str(UUID(int=77))
    corps = document([Faits().intervention(incident, date(2026, 9, 9), 20, cloture=True)])
    assert f"Référence {incident}" in texte(corps)


def test_fac_16_le_site_et_l_imputation_sont_ceux_du_dernier_jour_paye() -> None:
    f = Faits()
    deplace = f.fait("actif.déplacé", "p", date(2026, 9, 15), site="MTL-2")
    plus_tard = f.fait("actif.déplacé", "p", date(2026, 10, 2), site="GAS-3")
    livre = f.livraison("p", date(2026, 8, 20), site="QUE-1")
    corps = document([livre, deplace, plus_tard])
    assert [(x["periode"], x["site"]) for x in corps["lignes"]] == [
        ("2026-09", "MTL-2"),
        ("2026-08", "QUE-1"),
    ]


def test_dem_13_un_acte_nul_laisse_a_sa_source_sa_demande() -> None:
    f = Faits()
    livre = f.livraison("p", date(2026, 9, 3), demande_id=str(UUID(int=5)))
    perdu = f.perte("p", date(2026, 9, 9))
    corps = document([livre, perdu])
    assert {x["demande"] for x in corps["lignes"]} == {"D-2026-000123"}


def test_fac_17_l_echeance_les_modalites_et_le_contact_sont_sur_le_papier() -> None:
    corps = document(postes(1))
    assert corps["echeance"] == "2026-10-31"
    rendu = texte(corps)
    assert "À payer au plus tard le 31 octobre 2026." in rendu
    assert corps["emetteur"]["courriel"] in rendu


def test_fac_17_rien_a_payer_n_a_pas_d_echeance() -> None:
    f = Faits()
    virtuel = f.livraison("v", date(2026, 9, 3), "VIRTUEL-M")
    rien = document([virtuel], tarification(prix_ropn=[prix("VIRTUEL-M", "0", version=2)]))
    assert (rien["total"], rien["echeance"], rien["modalites"]) == ("0.00", None, None)
    rendu = texte({**rien, "total": "-12.30"})
    assert "Échéance" not in rendu
    assert "À payer" not in rendu
    assert "Pour toute question" in rendu


def test_fac_10_les_numeros_de_taxes_se_disent_meme_absents_et_jamais_d_un_exonere() -> None:
    inscriptions = Inscriptions(tps="123456789 RT0001")
    rendu = texte(document(postes(1), taxable=True, inscriptions=inscriptions))
    assert "Numéro de TPS : 123456789 RT0001" in rendu
    assert "Numéro de TVQ : non communiqué" in rendu
    assert "Numéro de T" not in texte(document(postes(1), inscriptions=inscriptions))


@pytest.mark.parametrize(
    ("minutes", "attendu"),
    [
        (20, "86,00 $ × 1 h (temps travaillé : 20 min; minimum facturé : 1 h)"),
        (62, "86,00 $ × 1,25 h (temps travaillé : 62 min)"),
        (180, "86,00 $ × 3 h (temps travaillé : 180 min)"),
        (240, "86,00 $ × 3 h (temps travaillé : 240 min; maximum facturé : 3 h)"),
    ],
)
def test_fac_4_la_borne_qui_joue_se_lit_dans_le_calcul(minutes: int, attendu: str) -> None:
    corps = document([Faits().intervention("i", date(2026, 9, 9), minutes, cloture=True)])
    assert attendu in " ".join(texte(corps).split())


@pytest.mark.parametrize(
    "calcul",
    [
        "147,00 $ × 3 × (16 ÷ 30 + 6 + 14 ÷ 31) mois",
        "(1 250,00 $ + 3,5 % × 12 400 000,00 $) × 1 + 10 %",
        "85,00 $ + 12 × 15,00 $ + 40 × 12,50 $",
    ],
)
def test_fac_9_une_formule_ne_se_coupe_pas(calcul: str) -> None:
    corps = document(postes(1))
    corps["lignes"][0]["calcul"] = f"{calcul} − ajustement 98,00 $ − déjà facturé 1 049,00 $"
    corps["lignes"][0]["tarif"] = "SOUTIEN-DEPLACEMENT-ETENDU"
    lignes = texte(corps).replace("\xa0", " ").splitlines()
    assert any(calcul in ligne for ligne in lignes)
    assert any("− déjà facturé 1 049,00 $" in ligne for ligne in lignes)


def test_fac_10_ce_qu_on_colle_du_papier_est_ce_que_dit_le_document() -> None:
    corps = document(postes(3), destinataire="Émilie O'Neil", nom="Ministère de l'Essai")
    rendu = texte(corps)
    for identifiant in (
        corps["empreinte"],
        corps["numero"],
        corps["emetteur"]["courriel"],
        corps["destinataire"]["courriel"],
        "D-2026-000123",
        "2100-447",
        "POSTE-01",
    ):
        assert identifiant in rendu
    assert not [signe for signe in JAMAIS if signe in rendu]


@pytest.mark.parametrize(
    ("debut", "fin", "attendu"),
    [
        ("2026-09-01", None, "1er septembre 2026"),
        ("2026-09-01", "2026-09-02", "1er septembre 2026"),
        ("2026-09-01", "2026-10-01", "1er au 30 septembre 2026"),
        ("2026-09-15", "2026-12-15", "15 septembre au 14 décembre 2026"),
        ("2026-09-15", "2027-05-15", "15 septembre 2026 au 14 mai 2027"),
    ],
)
def test_fac_5_les_dates_disent_le_mois_et_l_annee_de_chacune(
    debut: str, fin: str | None, attendu: str
) -> None:
    corps = document(postes(1))
    corps["lignes"][0] |= {"debut": debut, "fin": fin}
    assert attendu in " ".join(texte(corps).split())


@pytest.mark.parametrize(
    ("personne", "attendu"),
    [("Émilie O'Neil", "d’Émilie O’Neil"), ("Marc", "de Marc"), ("Hélène", "d’Hélène")],
)
def test_fac_6_a_l_attention_de_qui_la_recoit(personne: str, attendu: str) -> None:
    assert f"À l’attention {attendu}" in texte(document(postes(1), destinataire=personne))


@pytest.mark.parametrize("nombre", [1, 4, 5, 6, 7, 8, 16, 17, 18, 19, 20, 33])
def test_la_derniere_page_porte_des_lignes(nombre: int) -> None:
    """Ni notes ni total orphelins, quel que soit le nombre de lignes."""
    toutes = pages(document(postes(nombre)))
    assert "POSTE-01 :" in toutes[-1]
    for page in toutes[:-1]:
        assert "Notes" in page or "POSTE-01" in page


def test_fac_7_un_document_d_avant_se_rend_encore() -> None:
    vieux = ancien(document(postes(2), taxable=True))
    rendu = texte(vieux)
    assert "Échéance" not in rendu
    assert "Numéro de TPS : non communiqué" in rendu
    assert f"Référence {vieux['lignes'][0]['source']}" in rendu
    assert vieux["empreinte"] in rendu
