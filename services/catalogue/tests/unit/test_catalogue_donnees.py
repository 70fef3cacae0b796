"""Les données de mise en route, contre des tables écrites à la main (CAT-5, CAT-9)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from catalogue.fiches.cas_usage import PublierFiche
from catalogue.fiches.domaine.contenu import Engagement, FraisUniques, Indicateur, Palier, Tarif
from catalogue.fiches.entrees.chargement import lire_fiches
from catalogue.produits.domaine import Gamme, Sorte
from catalogue.produits.entrees import lire_produits
from noyau import Predicat

Ligne = tuple[str, str, str, str | None, str, int]

LIVRAISON = "livraison"

# code → dû par, forme, source, montant, majoration, mois facturés en cas de perte
TARIFS: dict[str, Ligne] = {
    "POSTE-01": (LIVRAISON, "mois", "fiche", "147", "0", 4),
    "POSTE-02": (LIVRAISON, "mois", "fiche", "208", "0", 4),
    "POSTE-03": (LIVRAISON, "mois", "fiche", "219", "0", 4),
    "POSTE-04": (LIVRAISON, "mois", "fiche", "233", "0", 4),
    "POSTE-05": (LIVRAISON, "mois", "fiche", "296", "0", 4),
    "POSTE-06": (LIVRAISON, "mois", "fiche", "198", "0", 4),
    "POSTE-07": (LIVRAISON, "mois", "fiche", "271", "0", 4),
    "POSTE-08": (LIVRAISON, "mois", "fiche", "479", "0", 4),
    "POSTE-09": (LIVRAISON, "mois", "fiche", "562", "0", 4),
    "POSTE-10": (LIVRAISON, "mois", "fiche", "677", "0", 4),
    "MONITEUR-01": (LIVRAISON, "mois", "fiche", "6.25", "0", 4),
    "MONITEUR-02": (LIVRAISON, "mois", "fiche", "10", "0", 4),
    "MONITEUR-03": (LIVRAISON, "mois", "fiche", "16", "0", 4),
    "MONITEUR-04": (LIVRAISON, "mois", "fiche", "12", "0", 4),
    "STATION-01": (LIVRAISON, "mois", "fiche", "13", "0", 4),
    "PRODUIT": (LIVRAISON, "unites", "ropn", None, "0.10", 0),
    "INSTALLATION": (LIVRAISON, "unites", "fiche", "50", "0.10", 0),
    "AMENAGEMENT-BUR": ("travail.effectué", "duree", "fiche", "63", "0", 0),
    "AMENAGEMENT-INFRA": ("travail.effectué", "duree", "fiche", "100", "0", 0),
    "SOUTIEN-ETENDU": ("abonnement.souscrit", "mois", "fiche", "955.56", "0", 0),
    "SOUTIEN-APPEL": ("intervention.effectuée", "forfait", "fiche", "23", "0", 0),
    "SOUTIEN-HEURE": ("intervention.effectuée", "duree", "fiche", "86", "0", 0),
    "SOUTIEN-DEPLACEMENT": ("intervention.effectuée", "unites", "fiche", "258", "0", 0),
    "POSTE-VIRTUEL": (LIVRAISON, "mois", "ropn", None, "0", 0),
    "ENTRETIEN": ("prestation.effectuée", "unites", "fiche", None, "0", 0),
    "EVALUATION": ("prestation.effectuée", "forfait", "fiche", None, "0", 0),
    "EXPERTISE": ("prestation.effectuée", "duree", "fiche", None, "0", 0),
    "LIEN": ("abonnement.souscrit", "mois", "fiche", None, "0", 0),
    "USAGE": ("usage.constaté", "unites", "fiche", None, "0", 0),
    "MOBILE": (LIVRAISON, "mois", "fiche", "3", "0", 0),
    "MOBILE-MISE-EN-PLACE": (LIVRAISON, "forfait", "fiche", None, "0", 0),
    "JETON": (LIVRAISON, "mois", "fiche", "8", "0", 4),
    "JETON-VIRTUEL": (LIVRAISON, "mois", "fiche", "8", "0", 0),
    "DEDOMMAGEMENT": ("ligne.saisie", "saisi", "fiche", None, "0", 0),
    "TRAVAUX": ("ligne.saisie", "saisi", "fiche", None, "0", 0),
    "COMMUNICATIONS": ("ligne.saisie", "saisi", "fiche", None, "0", 0),
    "VISIO-STD": ("abonnement.souscrit", "mois", "fiche", "15", "0", 0),
    "VISIO-HD": ("abonnement.souscrit", "mois", "fiche", "36", "0", 0),
    "VISIO-PC": ("abonnement.souscrit", "mois", "fiche", "15", "0", 0),
    "VISIO-WEB-25": ("abonnement.souscrit", "mois", "fiche", "26", "0", 0),
    "VISIO-WEB-200": ("abonnement.souscrit", "mois", "fiche", "56.10", "0", 0),
    "VISIO-ENR": ("prestation.effectuée", "paliers", "fiche", None, "0", 0),
    "VISIO-ASSIST": ("prestation.effectuée", "duree", "fiche", "90", "0", 0),
    "VISIO-PRO": ("prestation.effectuée", "duree", "fiche", "90", "0", 0),
    "VISIO-FORM": ("prestation.effectuée", "duree", "fiche", "90", "0", 0),
    "COURTIER-FRAIS": ("contrat.signé", "grille", "fiche", None, "0", 0),
}

# code → les faits qui le déclenchent; les autres le sont par tout fait de leur type
DECLENCHEURS: dict[str, dict[str, str | bool]] = {
    "AMENAGEMENT-BUR": {"tarif": "AMENAGEMENT-BUR"},
    "AMENAGEMENT-INFRA": {"tarif": "AMENAGEMENT-INFRA"},
    "SOUTIEN-ETENDU": {"service": "soutien_etendu"},
    "SOUTIEN-DEPLACEMENT": {"deplacement": True},
    "ENTRETIEN": {"prestation": "entretien"},
    "EVALUATION": {"prestation": "evaluation"},
    "EXPERTISE": {"prestation": "expertise"},
    "LIEN": {"service": "lien_physique"},
    "DEDOMMAGEMENT": {"tarif": "DEDOMMAGEMENT"},
    "TRAVAUX": {"tarif": "TRAVAUX"},
    "COMMUNICATIONS": {"tarif": "COMMUNICATIONS"},
    "VISIO-STD": {"service": "visioconference", "tarif": "VISIO-STD"},
    "VISIO-HD": {"service": "visioconference", "tarif": "VISIO-HD"},
    "VISIO-PC": {"service": "visioconference", "tarif": "VISIO-PC"},
    "VISIO-WEB-25": {"service": "visioconference", "tarif": "VISIO-WEB-25"},
    "VISIO-WEB-200": {"service": "visioconference", "tarif": "VISIO-WEB-200"},
    "VISIO-ENR": {"prestation": "enregistrement"},
    "VISIO-ASSIST": {"prestation": "assistance_hors_heures"},
    "VISIO-PRO": {"prestation": "services_professionnels"},
    "VISIO-FORM": {"prestation": "formation"},
}

SOUTIEN = ("SOUTIEN-APPEL", "SOUTIEN-DEPLACEMENT", "SOUTIEN-HEURE")
ABONNEMENTS_VISIO = ("VISIO-HD", "VISIO-PC", "VISIO-STD", "VISIO-WEB-200", "VISIO-WEB-25")

PAR_ANNEE = {
    "POSTE-01": "1764",
    "POSTE-02": "2496",
    "POSTE-03": "2628",
    "POSTE-04": "2796",
    "POSTE-05": "3552",
    "POSTE-06": "2376",
    "POSTE-07": "3252",
    "POSTE-08": "5748",
    "POSTE-09": "6744",
    "POSTE-10": "8124",
    "MONITEUR-01": "75",
    "MONITEUR-02": "120",
    "MONITEUR-03": "192",
    "MONITEUR-04": "144",
    "STATION-01": "156",
    "MOBILE": "36",
    "JETON": "96",
    "JETON-VIRTUEL": "96",
}

LIVRAISONS_PT1 = ("poste.livré", "logiciel.installé")
LIVRAISONS_PT2 = ("poste_virtuel.installé", "logiciel.installé")
FINIE = ("demande.complétée",)
AMENAGE = ("aménagement.complété",)
OUTILS = ("messagerie", "suite_bureautique", "stockage")

# code → ce qu'il couvre, horloge, calendrier, délai, cible, alerte, ce qui ferme, conditions
INDICATEURS: dict[str, tuple[object, ...]] = {
    "PT-1": (("poste_physique",), "jours_ouvrables", "csc", 10, "0.95", 2, LIVRAISONS_PT1, "ace"),
    "PT-2": (("poste_virtuel",), "jours_ouvrables", "csc", 10, "0.95", 2, LIVRAISONS_PT2, "bc"),
    "PT-3": (("logiciel",), "jours_ouvrables", "csc", 4, "0.95", 1, ("logiciel.installé",), "c"),
    "PT-4": (OUTILS, "minutes", "continu", None, "0.99", None, (), "d"),
    "PT-5": (("synchronisation_mobile",), "minutes", "continu", None, "0.99", None, (), ""),
    "PT-6": (("amenagement_utilisateur",), "jours_ouvrables", "csc", 8, "0.95", 2, AMENAGE, ""),
    "PT-7": (
        ("amenagement_secteur_reamenagement",),
        "date_convenue", "csc", None, None, None, AMENAGE, "",
    ),
    "PT-8": (
        ("amenagement_secteur_demenagement",),
        "date_convenue", "csc", None, None, None, AMENAGE, "",
    ),
    "PT-9": (
        ("appareil_mobile",), "jours_ouvrables", "csc", 2, "0.95", 1, ("appareil.synchronisé",), "",
    ),
    "PT-10": (("gestion_utilisateur",), "jours_ouvrables", "csc", None, None, None, FINIE, ""),
    "VI-1": (("visio_mise_en_oeuvre",), "jours_ouvrables", "csc", 22, None, None, FINIE, ""),
    "VI-2": (("visio_changement",), "jours_ouvrables", "csc", 4, None, None, FINIE, ""),
    "VI-3": (("conference_web",), "jours_ouvrables", "csc", 4, None, None, FINIE, ""),
    "VI-4": (("conference_web_retrait",), "jours_civils", "continu", 32, None, None, FINIE, ""),
    "VI-5": (("visio_assistance",), "jours_ouvrables", "csc", 3, None, None, FINIE, ""),
    "VI-6": (
        ("visio_services_professionnels",), "jours_ouvrables", "csc", 3, None, None, FINIE, "",
    ),
    "VI-7": (("visioconference",), "minutes", "visioconference", None, None, None, (), ""),
    "IC-1": (None, "jours_civils", "continu", 30, None, None, ("contrat.signé",), ""),
    "IC-2": (None, "jours_ouvrables", "csc", 5, None, None, ("copie.transmise",), ""),
}  # fmt: skip

# condition → le fait et sa valeur qui excluent
CONDITIONS: dict[str, tuple[str, object]] = {
    "a": ("acquisition_multiple", True),
    "b": ("configuration_normalisee", False),
    "c": ("logiciel_payant", True),
    "d": ("plage", "maintenance"),
    "e": (
        "gamme",
        ("detachable", "intermediaire", "haute_performance", "tres_haute_performance"),
    ),
}

FICHES: list[PublierFiche] = list(lire_fiches())


def tous_les_tarifs() -> list[Tarif]:
    return [tarif for fiche in FICHES for tarif in fiche.publication.contenu.tarifs]


def ligne_de(tarif: Tarif) -> tuple[object, ...]:
    du = LIVRAISON if tarif.du.livraison else tarif.du.evenement
    compte = (tarif.quantite.forme, tarif.source, tarif.montant, tarif.majoration)
    return (du, *compte, tarif.mois_si_perte)


def lue(ligne: Ligne) -> tuple[object, ...]:
    du, forme, source, montant, majoration, mois = ligne
    return (du, forme, source, montant and Decimal(montant), Decimal(majoration), mois)


def faits_de(predicat: Predicat | None) -> dict[str, object]:
    """Le fait et la valeur de chaque comparaison d'un prédicat sans alternative."""
    if predicat is None:
        return {}
    [tous] = predicat.un
    return {c.fait: c.parmi if c.egale is None else c.egale for c in tous}


def ecarts_de_tarifs(tarifs: list[Tarif]) -> set[str]:
    """Les codes dont le tarif n'est pas exactement celui de la table."""
    obtenus = {tarif.code: ligne_de(tarif) for tarif in tarifs}
    attendus = {code: lue(ligne) for code, ligne in TARIFS.items()}
    codes = obtenus.keys() | attendus.keys()
    return {code for code in codes if obtenus.get(code) != attendus.get(code)}


def test_cat_5_quatre_fiches_en_vigueur_au_debut_de_l_exercice() -> None:
    assert [fiche.code for fiche in FICHES] == ["COURTIER", "POSTES", "TELECOM", "VISIO"]
    assert {fiche.publication.debut for fiche in FICHES} == {date(2026, 4, 1)}
    assert {fiche.publication.fin for fiche in FICHES} == {None}
    for fiche in FICHES:
        decrite = fiche.publication.contenu.description
        assert all((decrite.resume, decrite.inclus, decrite.exclus, decrite.obligations))


def test_domaine_4_chaque_tarif_est_celui_de_la_table() -> None:
    tarifs = tous_les_tarifs()
    assert ecarts_de_tarifs(tarifs) == set()
    assert len(tarifs) == len(TARIFS)


@pytest.mark.parametrize("code", sorted(c for c, ligne in TARIFS.items() if ligne[2]))
def test_domaine_4_un_cent_de_trop_se_verrait(code: str) -> None:
    """L'essai de la table sait échouer, pour chacun de ses montants."""
    faux = [
        replace(t, montant=(t.montant or 0) + Decimal("0.01")) if t.code == code else t
        for t in tous_les_tarifs()
    ]
    assert ecarts_de_tarifs(faux) == {code}


def test_domaine_4_l_annee_vaut_douze_mois() -> None:
    montants = {t.code: t.montant for t in tous_les_tarifs()}
    for code, annee in PAR_ANNEE.items():
        montant = montants[code]
        assert montant is not None
        assert montant * 12 == Decimal(annee), code


PAR_CODE = {t.code: t for t in tous_les_tarifs()}


def test_cat_9_chaque_tarif_dit_ce_qui_le_rend_du() -> None:
    dits = {t.code: faits_de(t.du.si) for t in tous_les_tarifs()}
    assert {code: faits for code, faits in dits.items() if faits} == DECLENCHEURS


def test_fac_4_le_soutien_se_compte_par_incident_et_se_doit_a_sa_cloture() -> None:
    for code in SOUTIEN:
        quantite = PAR_CODE[code].quantite
        assert (quantite.par, quantite.a_la_cloture) == (("incident_id",), "cloture")
        assert sorted((code, *PAR_CODE[code].cumule_avec)) == sorted(SOUTIEN)
    heure = PAR_CODE["SOUTIEN-HEURE"].quantite
    assert (heure.fait, heure.pas, heure.minimum, heure.maximum) == ("minutes", 15, 60, 180)


def test_fac_4_les_heures_se_comptent_au_quart_d_heure() -> None:
    heures = [t for t in PAR_CODE.values() if t.quantite.forme == "duree"]
    assert {(t.quantite.fait, t.quantite.pas) for t in heures} == {("minutes", 15)}
    par_jour = {t.code for t in heures if t.quantite.par == ("article_id", "jour")}
    assert par_jour == {"AMENAGEMENT-BUR", "AMENAGEMENT-INFRA"}


def test_fac_4_l_enregistrement_85_la_premiere_heure_puis_15_par_demi_heure() -> None:
    quantite = PAR_CODE["VISIO-ENR"].quantite
    assert (quantite.fait, quantite.paliers) == (
        "minutes",
        (
            Palier(a_partir_de=0, pas=60, montant=Decimal(85)),
            Palier(a_partir_de=60, pas=30, montant=Decimal(15)),
        ),
    )


def test_fac_1_les_abonnements_de_visioconference_ont_des_frais_de_service_uniques() -> None:
    avec = {t.code: t.frais_uniques for t in PAR_CODE.values() if t.frais_uniques}
    visio = FraisUniques(
        libelle="Frais de service, à la mise en service", montant=Decimal("100.00")
    )
    lien = FraisUniques(libelle="Installation du lien")
    assert avec == dict.fromkeys(ABONNEMENTS_VISIO, visio) | {"LIEN": lien}


def test_fac_5_douze_mois_reconduits_avec_avis_pour_le_web() -> None:
    engages = {t.code: t.engagement for t in PAR_CODE.values() if t.engagement}
    web = Engagement(mois=12, reconduit=True, preavis_jours=32)
    assert engages == {
        "SOUTIEN-ETENDU": Engagement(mois=12, reconduit=True),
        "VISIO-WEB-25": web,
        "VISIO-WEB-200": web,
    }


def test_cat_9_un_mois_compte_la_quantite_et_un_appareil_ne_se_met_en_place_qu_une_fois() -> None:
    mensuels = [t for t in PAR_CODE.values() if t.quantite.forme == "mois"]
    assert {t.quantite.fois for t in mensuels} == {"quantite"}
    assert PAR_CODE["MOBILE-MISE-EN-PLACE"].quantite.par == ("actif_id",)


def test_domaine_4_rien_n_est_invente() -> None:
    """Sans montant dans les sources : aucun montant; libellés POSTE et MONITEUR à compléter."""
    vides = {t.code: set(t.vides) for t in tous_les_tarifs() if t.vides}
    assert vides == {
        "COURTIER-FRAIS": {"grille"},
        "ENTRETIEN": {"montant"},
        "EVALUATION": {"montant"},
        "EXPERTISE": {"montant"},
        "LIEN": {"montant", "frais_uniques"},
        "MOBILE-MISE-EN-PLACE": {"montant"},
        "USAGE": {"montant"},
    }
    assert {t.precision for t in tous_les_tarifs()} == {""}


TOUS_LES_INDICATEURS = [i for fiche in FICHES for i in fiche.publication.contenu.indicateurs]


def test_domaine_5_chaque_indicateur_est_celui_de_la_table() -> None:
    def ligne(i: Indicateur) -> tuple[object, ...]:
        couverts = next(iter(faits_de(i.couvre).values()), None)
        conditions = "".join(c.code for c in i.conditions)
        horloge = (i.horloge, i.calendrier, i.delai, i.cible and str(i.cible), i.a_risque)
        return (couverts, *horloge, i.ferme, conditions)

    assert {i.code: ligne(i) for i in TOUS_LES_INDICATEURS} == INDICATEURS


def test_domaine_5_chaque_condition_dit_ce_qui_exclut() -> None:
    for indicateur in TOUS_LES_INDICATEURS:
        for condition in indicateur.conditions:
            assert faits_de(condition.exclut) == dict([CONDITIONS[condition.code]])
            signale = {"gamme": "inconnue"} if condition.code == "e" else {}
            assert faits_de(condition.signale) == signale


def test_domaine_5_le_sujet_suit_ce_que_l_on_mesure() -> None:
    sujets = {i.code: i.sujet for i in TOUS_LES_INDICATEURS if i.sujet != "demande"}
    services = dict.fromkeys(("PT-4", "PT-5", "VI-7"), "service")
    assert sujets == services | {"IC-1": "contrat", "IC-2": "contrat"}
    ouvrent = {i.code: [b.evenement for b in i.ouvre] for i in TOUS_LES_INDICATEURS}
    assert ouvrent["IC-1"] == ["rencontre.demandée"]
    assert ouvrent["IC-2"] == ["contrat.signé", "avenant.signé"]
    assert ouvrent["PT-1"] == ["demande.créée", "demande.approuvée"]


def test_cat_1_les_produits_couvrent_toutes_les_sortes_gammes_et_statuts() -> None:
    produits = list(lire_produits())
    assert len({p.code for p in produits}) == len(produits)
    assert {p.sorte for p in produits} == set(get_args(Sorte))
    assert {p.descriptif.gamme for p in produits} == set(get_args(Gamme)) - {"inconnue"}
    assert {p.statut for p in produits} == {"actif", "plus_offert"}
    assert any(p.descriptif.reserve_hauts_dirigeants for p in produits)
    assert any(not p.descriptif.normalise for p in produits)


def test_cat_4_les_tarifs_des_produits_existent_et_le_noyau_n_en_a_pas() -> None:
    tarifs = {t.code: t for t in tous_les_tarifs()}
    for produit in lire_produits():
        decrit = produit.descriptif
        assert bool(decrit.tarifs) is not decrit.noyau, produit.code
        assert all(tarifs[code].du.livraison for code in decrit.tarifs), produit.code
        au_ropn = any(tarifs[code].source == "ropn" for code in decrit.tarifs)
        assert au_ropn is (produit.prix is not None), produit.code


def test_dem_7_un_appareil_mobile_se_gere_et_se_met_en_place() -> None:
    """Et un jeton virtuel perdu ne coûte rien (FAC-2)."""
    portes = {p.code: p.descriptif.tarifs for p in lire_produits()}
    for code in ("TELEPHONE", "TABLETTE"):
        assert portes[code] == ("MOBILE", "MOBILE-MISE-EN-PLACE")
    assert (portes["JETON-PHYSIQUE"], portes["JETON-VIRTUEL"]) == (("JETON",), ("JETON-VIRTUEL",))
