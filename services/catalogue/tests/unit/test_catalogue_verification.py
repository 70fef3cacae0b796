"""CAT-9 : ce que personne ne pourrait facturer ou mesurer se refuse, ligne et raison dites."""

import ast
import inspect
import sys
from types import FrameType, ModuleType
from typing import Any

import pytest

from catalogue.fiches.adaptateurs.annuaire import ANNUAIRE_FAITS
from catalogue.fiches.domaine import coherence, erreurs, indicateurs, tarifs
from catalogue.fiches.domaine.coherence import verifier
from catalogue.fiches.domaine.erreurs import Erreur, FicheRefusee
from catalogue.fiches.domaine.fiche import Fiche
from catalogue.fiches.domaine.sujets import SUJETS
from catalogue.fiches.entrees.chargement import lire_fiches
from services.catalogue.tests.builders import (
    OCTOBRE,
    contenu,
    en_route,
    grille,
    indicateur,
    mensuel,
    publier,
    tarif,
)

Ecrit = dict[str, Any]
DECEMBRE = OCTOBRE.replace(month=12)
MINUTES = {"forme": "duree", "fait": "minutes"}
PALIER = {"a_partir_de": 0, "pas": 60, "montant": "85"}
CLOS = {"evenement": "intervention.effectuée"}
SERVICE: Ecrit = {
    "sujet": "service",
    "couvre": {"fait": "service", "parmi": ["messagerie"]},
    "ferme": [],
    "horloge": "minutes",
    "calendrier": "continu",
    "delai": None,
}
CREEE = [{"evenement": "demande.créée"}]


def exclut(fait: str, egale: object, **autres: Ecrit) -> Ecrit:
    dite = {"code": "a", "libelle": "a", "exclut": {"fait": fait, "egale": egale}, **autres}
    return {"conditions": [dite]}


def si(predicat: Ecrit, evenement: str = "prestation.effectuée") -> Ecrit:
    return {"du": {"evenement": evenement, "si": predicat}}


def compte(**quantite: Any) -> Ecrit:
    return {"quantite": {**MINUTES, **quantite}}


def forme(nom: str, **quantite: Any) -> Ecrit:
    return {"quantite": {"forme": nom, **quantite}}


# Ce qu'un tarif dit de travers → le champ, et ce que la raison en dit.
TARIFS: dict[str, tuple[Ecrit, str, str]] = {
    "ni livraison ni événement": ({"du": {}}, "du", "l'un, et lui seul"),
    "les deux": (
        {"du": {"livraison": True, "evenement": "poste.livré"}}, "du", "l'un, et lui seul",
    ),
    "type inconnu": (si({"fait": "x", "egale": "y"}, "poste.oublié"), "du.evenement", "oublié"),
    "livraison par son événement": (
        {"du": {"evenement": "poste.livré"}, **forme("unites")},
        "du.evenement", "se facture par son produit",
    ),
    "rien à facturer": (
        {"du": {"evenement": "demande.suspendue"}, **forme("forfait")}, "du.evenement", "facture",
    ),
    "fait que l'événement n'a pas": (
        si({"fait": "gamme", "egale": "x"}), "du.si", "ne dit pas « gamme ». Il dit : « ",
    ),
    "livraison : fait d'une seule sorte": (
        {"du": {"livraison": True, "si": {"fait": "minutes", "au_moins": 1}}, **forme("forfait")},
        "du.si", "ne dit pas « minutes »",
    ),
    "au_moins sur un texte": (si({"fait": "prestation", "au_moins": 3}), "du.si", "est un texte"),
    "vrai sur un nombre": (si({"fait": "minutes", "egale": True}), "du.si", "est un nombre"),
    "un texte sur un nombre": (si({"fait": "minutes", "egale": "dix"}), "du.si", "est un nombre"),
    "parmi sur un nombre": (si({"fait": "minutes", "parmi": ["10"]}), "du.si", "est un nombre"),
    "un texte sur un booléen": (
        si({"fait": "cloture", "egale": "oui"}, "intervention.effectuée"), "du.si", "vrai ou faux",
    ),
    "une date": (
        si({"fait": "debut", "egale": "2026"}, "intervention.effectuée"), "du.si", "est une date",
    ),
    "impossible": (
        si({"tous": [{"fait": "prestation", "egale": x} for x in ("a", "b")]}),
        "du.si", "Aucun fait ne peut",
    ),
    "forme inconnue": (forme("bascule"), "quantite.forme", "« mois », « unites »"),
    "source inconnue": ({"source": "devinee"}, "source", "« fiche », « ropn »"),
    "préavis plus long que le terme": (
        {"du": {"livraison": True}, **forme("mois"),
         "engagement": {"mois": 1, "reconduit": True, "preavis_jours": 29}},
        "engagement.preavis_jours", "passe la durée",
    ),
    "mois que rien ne finit": (forme("mois"), "quantite.forme", "Rien ne finit"),
    "fois non numérique": (forme("unites", fois="prestation"), "quantite.fois", "pas un nombre"),
    "fois absent de l'événement": (forme("unites", fois="doigts"), "quantite.fois", "ne dit pas"),
    "fait non numérique": (compte(fait="prestation"), "quantite.fait", "pas un nombre"),
    "durée sans fait": (forme("duree"), "quantite.fait", "l'exige"),
    "fois sur une durée": (compte(fois="quantite"), "quantite.fois", "Ne va pas avec"),
    "pas sur un forfait": (forme("forfait", pas=15), "quantite.pas", "Ne va pas avec"),
    "groupe sur un mois": (
        {"du": {"livraison": True}, **forme("mois", par=["jour"])}, "quantite.par", "Ne va pas",
    ),
    "groupe sur un saisi": (
        {"du": {"evenement": "ligne.saisie"}, "montant": None,
         **forme("saisi", fait="montant", par=["jour"])},
        "quantite.par", "Ne va pas avec",
    ),
    "par inconnu": (compte(par=["salle", "jour"]), "quantite.par", "« jour » en est le jour"),
    "groupe sans sa source": (
        compte(par=["prestation", "jour"]), "quantite.par", "d'un seul « prestation_id »",
    ),
    "groupe de plusieurs sources": (
        {"du": {"livraison": True}, **forme("forfait", par=["demande_id"])},
        "quantite.par", "réunirait plusieurs « actif_id »",
    ),
    "groupe sans fin": (compte(par=["prestation"]), "quantite.par", "finit par un jour"),
    "groupe d'unités sans fin": (
        forme("unites", par=["prestation"]), "quantite.par", "finit par un jour",
    ),
    "clôture sans groupe": (
        {"du": CLOS, **compte(a_la_cloture="cloture")}, "quantite.par", "clôt un groupe",
    ),
    "délai seul": (compte(signale_apres_jours=9), "quantite.signale_apres_jours", "reste ouvert"),
    "clôture non booléenne": (
        {"du": CLOS, **compte(par=["incident_id"], a_la_cloture="minutes")},
        "quantite.a_la_cloture", "vrai ou faux",
    ),
    "minimum trop grand": (compte(minimum=90, maximum=60), "quantite.minimum", "90, passe le maxi"),
    "paliers absents": (
        {"montant": None, **forme("paliers", fait="minutes")}, "quantite.paliers", "l'exige",
    ),
    "paliers qui ne partent pas de zéro": (
        {"montant": None,
         **forme("paliers", fait="minutes", paliers=[PALIER | {"a_partir_de": 60}])},
        "quantite.paliers", "partent de 0",
    ),
    "paliers qui ne croissent pas": (
        {"montant": None, **forme("paliers", fait="minutes", paliers=[PALIER, PALIER])},
        "quantite.paliers", "croissent",
    ),
    "grille qui ne part pas de zéro": (
        grille("PRET", ("5", "1", "0")), "quantite.grille", "partent de 0",
    ),
    "montant et grille": (grille("PRET") | {"montant": "1"}, "montant", "« grille », qui le dit"),
    "montant et saisi": (
        {"du": {"evenement": "ligne.saisie"}, **forme("saisi", fait="montant")},
        "montant", "« saisi », qui le dit",
    ),
    "montant et ROPN": (
        {"du": {"livraison": True}, "source": "ropn", **forme("unites")}, "montant", "le ROPN",
    ),
    "ROPN hors livraison": ({"source": "ropn", "montant": None}, "source", "d'un produit livré"),
    "ROPN et grille": (
        {"du": {"livraison": True}, "source": "ropn", "montant": None,
         **forme("grille", fait="quantite")},
        "source", "ne lit pas le ROPN",
    ),
    "engagement hors du mois": (
        {"engagement": {"mois": 12, "reconduit": True}}, "engagement", "la forme « mois »",
    ),
    "frais hors du mois": (
        {"frais_uniques": {"libelle": "Frais"}}, "frais_uniques", "la forme « mois »",
    ),
    "mois à la perte hors du mois": ({"mois_si_perte": 4}, "mois_si_perte", "la forme « mois »"),
    "perte de ce qui ne se perd pas": (
        {"du": {"evenement": "abonnement.souscrit"}, **forme("mois"), "mois_si_perte": 4},
        "mois_si_perte", "ne se perd pas",
    ),
    "cumulé avec lui-même": ({"cumule_avec": ["PRET"]}, "cumule_avec", "lui-même"),
    "suite inconnue": ({"abonnements_ouverts": "dorment"}, "abonnements_ouverts", "« finissent »"),
    "suite sans changement": (
        {"abonnements_ouverts": "finissent"}, "abonnements_ouverts", "cesse de se compter",
    ),
}  # fmt: skip

# Ce qu'un indicateur dit de travers → le champ, et ce que la raison en dit.
INDICATEURS: dict[str, tuple[Ecrit, str, str]] = {
    "sujet inconnu": ({"sujet": "facture"}, "sujet", "« demande », « contrat », « service »"),
    "horloge inconnue": ({"horloge": "lunes"}, "horloge", "« date_convenue »"),
    "calendrier inconnu": ({"calendrier": "lunaire"}, "calendrier", "« csc »"),
    "horloge d'un autre sujet": ({"horloge": "minutes", "delai": None}, "horloge", "se mesure par"),
    "délai d'une date convenue": ({"horloge": "date_convenue"}, "delai", "n'a pas de délai"),
    "alerte au délai": ({"a_risque": 10}, "a_risque", "précède l'échéance"),
    "alerte sans délai": ({"delai": None, "a_risque": 2}, "a_risque", "précède l'échéance"),
    "fermé par un type inconnu": ({"ferme": ["poste.oublié"]}, "ferme[0]", "poste.oublié"),
    "suspendu par un autre sujet": (
        {"suspend": ["contrat.signé"]}, "suspend[0]", "ne touche aucun sujet « demande »",
    ),
    "repris par un autre sujet": ({"reprend": ["usage.constaté"]}, "reprend[0]", "aucun sujet"),
    "rouvert par un autre sujet": ({"rouvre": ["copie.transmise"]}, "rouvre[0]", "aucun sujet"),
    "retiré par un autre sujet": ({"retire": ["actif.perdu"]}, "retire[0]", "aucun sujet"),
    "ouvert par un autre sujet": (
        {"ouvre": [*CREEE, {"evenement": "contrat.signé"}]}, "ouvre[1].evenement", "aucun sujet",
    ),
    "ouvert par un fait absent": (
        {"ouvre": [*CREEE, {"evenement": "demande.reprise", "si": {"fait": "x", "egale": "y"}}]},
        "ouvre[1].si", "ne dit pas « x »",
    ),
    "rien ne le ferme": ({"ferme": []}, "ferme", "rien ne finirait"),
    "fermé par sa naissance": (
        {"ouvre": [{"evenement": "demande.approuvée"}], "ferme": ["demande.créée"]},
        "ferme", "fait naître le sujet",
    ),
    "rien ne l'ouvre": ({"ouvre": []}, "ouvre", "rien ne se mesurerait"),
    "ouvert et fermé du même fait": ({"ferme": ["demande.créée"]}, "ferme", "à la fois"),
    "fermé et retiré du même fait": (
        {"ferme": ["demande.complétée"], "retire": ["demande.complétée"]}, "retire", "à la fois",
    ),
    "repris de ce qui suspend": ({"reprend": ["demande.suspendue"]}, "reprend", "à la fois"),
    "cible sans délai": ({"delai": None, "cible": "0.9"}, "cible", "rien n'est jugé"),
    "suspendu sans reprise": ({"reprend": []}, "reprend", "dites les deux"),
    "repris sans suspension": ({"suspend": []}, "suspend", "dites les deux"),
    "plage inconnue": (SERVICE | exclut("plage", "menage"), "conditions[0].exclut", "« csc »"),
    "disponibilité qui s'ouvre": (
        SERVICE | {"ouvre": [{"evenement": "indisponibilité.constatée"}]}, "ouvre", "court tou",
    ),
    "service en jours": (
        SERVICE | {"horloge": "jours_ouvrables", "ferme": ["indisponibilité.constatée"]},
        "horloge", "« minutes »",
    ),
    "couvre un fait que nul ne dit": (
        {"couvre": {"fait": "minutes", "au_moins": 5}}, "couvre", "ne dit pas « minutes »",
    ),
    "couvre l'impossible": (
        {"couvre": {"tous": [{"fait": "sorte", "egale": x} for x in ("a", "b")]}},
        "couvre", "Aucun fait ne peut",
    ),
    "condition d'une autre nature": (exclut("gamme", True), "conditions[0].exclut", "est un texte"),
    "signale un fait que nul ne dit": (
        exclut("gamme", "x", signale={"fait": "minutes", "au_moins": 1}),
        "conditions[0].signale", "ne dit pas",
    ),
    "condition de nul sujet couvert": (
        exclut("sorte", "x"), "conditions[0].exclut", "Aucun sujet que l'indicateur couvre",
    ),
    "condition dite deux fois": (
        {"conditions": [exclut("gamme", x)["conditions"][0] for x in "xy"]},
        "conditions[1].code", "est dite 2 fois",
    ),
}  # fmt: skip


def refusees(*dits: Ecrit, indicateurs: tuple[Ecrit, ...] = (), **champs: Any) -> list[Erreur]:
    """Les fautes d'une fiche nouvelle; aucune si elle se publie."""
    try:
        publier(Fiche(code="ESSAI"), OCTOBRE, contenu(*dits, indicateurs=indicateurs, **champs))
    except FicheRefusee as refus:
        return list(refus.erreurs)
    return []


def d_un_tarif(dit: Ecrit) -> list[Erreur]:
    return refusees(tarif(**dit))


def d_un_indicateur(dit: Ecrit) -> list[Erreur]:
    return refusees(indicateurs=(indicateur(**dit),))


def test_la_fiche_dont_partent_les_refus_est_bonne() -> None:
    assert refusees(tarif(), mensuel(), grille(), indicateurs=(indicateur(),)) == []
    assert d_un_indicateur(SERVICE) == []


@pytest.mark.parametrize("cas", TARIFS)
def test_cat_9_un_tarif_que_personne_ne_facturerait(cas: str) -> None:
    dit, champ, extrait = TARIFS[cas]
    erreurs = d_un_tarif({k: v for k, v in dit.items() if k != "code"})
    assert any(e.champ == f"tarifs[0].{champ}" and extrait in e.raison for e in erreurs), erreurs


@pytest.mark.parametrize("cas", INDICATEURS)
def test_cat_9_un_indicateur_que_personne_ne_mesurerait(cas: str) -> None:
    dit, champ, extrait = INDICATEURS[cas]
    erreurs = d_un_indicateur(dit)
    assert any(e.champ == f"indicateurs[0].{champ}" and extrait in e.raison for e in erreurs), (
        erreurs
    )


def test_cat_9_toutes_les_fautes_a_la_fois() -> None:
    dits = (tarif(source="devinee"), tarif("AUTRE", **forme("bascule")), tarif("AUTRE"))
    champs = [e.champ for e in refusees(*dits, indicateurs=(indicateur(ferme=[]),))]
    assert champs == [
        "tarifs[2].code",
        "tarifs[0].source",
        "tarifs[1].quantite.forme",
        "indicateurs[0].ferme",
        "tarifs[1].cumule_avec",
        "tarifs[2].cumule_avec",
    ]


def test_cat_9_un_code_ne_parait_qu_une_fois() -> None:
    dits = refusees(tarif("A"), indicateurs=(indicateur("A"),))
    assert dits == [Erreur("indicateurs[0].code", "« A » paraît deux fois.")]


def test_cat_9_ne_finit_que_ce_qui_disparait() -> None:
    assert [e.raison for e in refusees(tarif(), finis=["PRET", "RIEN"])] == [
        "Est dit finir, et reste dans la fiche : « PRET ».",
        "Est dit finir, et ne valait pas : « RIEN ».",
    ]


def test_cat_9_un_indicateur_sans_delai_est_suivi() -> None:
    """PT-10 : listé, accepté, jamais mesuré."""
    assert d_un_indicateur({"delai": None}) == []


def test_cat_9_chaque_fiche_livree_passe_la_verification() -> None:
    parues: dict[str, Fiche] = {}
    for fiche in lire_fiches():
        assert list(verifier(fiche.publication.contenu, ANNUAIRE_FAITS)) == []
        neuve = Fiche(code=fiche.code)
        parue, _ = publier(
            neuve,
            fiche.publication.debut,
            fiche.publication.contenu,
            autres=parues,
            mise_en_route=True,
        )
        parues[fiche.code] = parue
    assert len(parues) == 4


def test_les_sujets_connus_sont_ceux_que_les_evenements_touchent() -> None:
    touches = frozenset().union(*(t.sujets for t in ANNUAIRE_FAITS.types.values()))
    assert touches - {"dossier"} == SUJETS.keys()
    assert ANNUAIRE_FAITS.types["rencontre.demandée"].sujets == {"dossier", "contrat"}
    for sujet in SUJETS.values():
        for type_ in (*sujet.naissance, *(b.evenement for b in sujet.cycle.ouvre)):
            assert ANNUAIRE_FAITS.de(type_) is not None


# --- La table des refus est totale ---------------------------------------------------------------


def levees(module: ModuleType) -> set[tuple[str, int, int]]:
    """Où le domaine construit une erreur : fichier, première et dernière ligne."""
    arbre = ast.parse(inspect.getsource(module))
    return {
        (str(module.__file__), noeud.lineno, noeud.end_lineno or noeud.lineno)
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.Call)
        and isinstance(noeud.func, ast.Name)
        and noeud.func.id == "Erreur"
    }


def jouer_tout() -> None:
    for dit, *_ in TARIFS.values():
        d_un_tarif({k: v for k, v in dit.items() if k != "code"})
    for dit, *_ in INDICATEURS.values():
        d_un_indicateur(dit)
    test_cat_9_toutes_les_fautes_a_la_fois()
    test_cat_9_ne_finit_que_ce_qui_disparait()
    autre = en_route(contenu(mensuel(), tarif()), "AUTRE")
    for dits, autres in (
        (contenu(tarif()), {"AUTRE": autre}),
        (contenu(mensuel(quantite={"forme": "unites"})), {}),
        (contenu(mensuel(), tarif("NEUF")), {}),
    ):
        suivie, _ = publier(en_route(contenu(mensuel())), DECEMBRE, contenu(mensuel()))
        with pytest.raises(FicheRefusee):
            publier(suivie, OCTOBRE, dits, DECEMBRE, autres=autres)


def test_chaque_refus_du_domaine_a_son_cas() -> None:
    attendues = set().union(*map(levees, (erreurs, tarifs, indicateurs, coherence)))
    vues: set[tuple[str, int]] = set()

    def observer(cadre: FrameType, evenement: str, _arg: object) -> None:
        if evenement == "call" and cadre.f_code is Erreur.__init__.__code__ and cadre.f_back:
            vues.add((cadre.f_back.f_code.co_filename, cadre.f_back.f_lineno))

    avant = sys.getprofile()
    sys.setprofile(observer)
    try:
        jouer_tout()
    finally:
        sys.setprofile(avant)
    muettes = {
        (fichier, debut)
        for fichier, debut, fin in attendues
        if not any(f == fichier and debut <= ligne <= fin for f, ligne in vues)
    }
    assert (muettes, len(attendues) > 40) == (set(), True)
