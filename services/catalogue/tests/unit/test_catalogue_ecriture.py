"""CAT-9 : ce qui s'écrit d'une fiche, ce qui s'en relit, et ce qui revient d'un autre outil."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from catalogue.fiches.domaine.contenu import ContenuFiche
from catalogue.fiches.domaine.fiche import Prevision
from catalogue.fiches.entrees.chargement import lire_fiches
from catalogue.fiches.entrees.predicats import Predicat as Ecrit
from catalogue.fiches.entrees.schemas import FicheIn, FicheOut
from noyau import Comparaison, Predicat, Version
from services.catalogue.tests.builders import contenu, corps, indicateur, lue, tarif
from socle.web import Probleme

A, B, C = (
    {"fait": "sorte", "parmi": ["a", "b"]},
    {"fait": "vrai", "egale": True},
    {"fait": "minutes", "au_moins": "30"},
)


def du_domaine(*alternatives: list[dict[str, Any]]) -> Predicat:
    return Predicat(
        tuple(
            tuple(
                Comparaison(
                    fait=c["fait"],
                    parmi=tuple(c["parmi"]) if "parmi" in c else None,
                    egale=c.get("egale"),
                    au_moins=Decimal(c["au_moins"]) if "au_moins" in c else None,
                )
                for c in tous
            )
            for tous in alternatives
        )
    )


FORMES: list[tuple[dict[str, Any], Predicat, dict[str, Any]]] = [
    (A, du_domaine([A]), A),
    ({"tous": [A]}, du_domaine([A]), A),
    ({"un": [A]}, du_domaine([A]), A),
    ({"tous": [A, B]}, du_domaine([A, B]), {"tous": [A, B]}),
    ({"un": [{"tous": [A, C]}]}, du_domaine([A, C]), {"tous": [A, C]}),
    ({"un": [A, {"tous": [B, C]}]}, du_domaine([A], [B, C]), {"un": [A, {"tous": [B, C]}]}),
    ({"un": [{"tous": [A]}, B]}, du_domaine([A], [B]), {"un": [A, B]}),
]


def predicat_de(dit: ContenuFiche) -> Predicat:
    predicat = dit.tarifs[0].du.si
    assert predicat is not None
    return predicat


@pytest.mark.parametrize(("ecrit", "attendu", "rendu"), FORMES)
def test_un_predicat_se_lit_de_chaque_forme_et_se_rend_de_la_plus_simple(
    ecrit: dict[str, Any], attendu: Predicat, rendu: dict[str, Any]
) -> None:
    lu = contenu(tarif(du={"evenement": "prestation.effectuée", "si": ecrit}))
    assert predicat_de(lu) == attendu
    assert orjson.loads(Ecrit.model_validate(ecrit).model_dump_json()) == rendu


@pytest.mark.parametrize(
    ("predicat", "dit"),
    [
        ({"fait": "a"}, "exigence"),
        ({"egale": True}, "exigence"),
        ({"fait": "a", "egale": True, "au_moins": 3}, "exigence"),
        ({**A, "tous": [B]}, "exigence"),
        ({"un": [A], "tous": [B]}, "exigence"),
        ({"un": [{"un": [A]}]}, "Extra"),
        ({"tous": [{"fait": "a"}]}, "éprouve"),
        ({"tous": []}, "at least 1"),
        ({"un": []}, "at least 1"),
        ({"fait": "sorte", "parmi": []}, "at least 1"),
        ({"fait": "Sorte", "egale": "x"}, "pattern"),
        ({"fait": "sorte", "egal": "x"}, "Extra"),
        ({"fait": "sorte", "egale": "\x00"}, "invisible"),
    ],
)
def test_un_predicat_mal_ecrit_est_refuse(predicat: dict[str, Any], dit: str) -> None:
    with pytest.raises(ValidationError, match=dit):
        lue(corps(tarif(du={"evenement": "prestation.effectuée", "si": predicat})))


COMPARAISONS = st.one_of(
    st.builds(lambda v: {"fait": "a", "egale": v}, st.booleans() | st.sampled_from(["x", "12"])),
    st.builds(lambda v: {"fait": "b", "parmi": v}, st.lists(st.sampled_from("xyz"), min_size=1)),
    st.builds(lambda v: {"fait": "c", "au_moins": str(v)}, st.integers(0, 99)),
)


@given(st.lists(st.lists(COMPARAISONS, min_size=1, max_size=3), min_size=1, max_size=3))
def test_ecrire_puis_lire_un_predicat_le_rend(alternatives: list[list[dict[str, Any]]]) -> None:
    ecrit = Ecrit.model_validate({"un": alternatives})
    relu = Ecrit.model_validate_json(ecrit.model_dump_json())
    assert relu.model_dump() == ecrit.model_dump() == {"un": alternatives_de(alternatives)}


def alternatives_de(alternatives: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    return [
        [
            {
                k: tuple(v) if k == "parmi" else Decimal(v) if k == "au_moins" else v
                for k, v in c.items()
            }
            for c in tous
        ]
        for tous in alternatives
    ]


# --- Ce que rend un GET se reposte ---------------------------------------------------------------


def rendu(dit: ContenuFiche) -> dict[str, Any]:
    """Le corps d'un GET, en JSON."""
    version = Version(3, lue(corps()).debut, dit)
    sortie = FicheOut.de(Prevision(code="ESSAI", version=version, fin=None))
    lu: dict[str, Any] = orjson.loads(sortie.model_dump_json())
    return lu


def net(dit: Any) -> Any:  # noqa: ANN401 -- un JSON quelconque
    """Comme l'écrirait quelqu'un : rien de nul."""
    if isinstance(dit, dict):
        return {k: net(v) for k, v in dit.items() if v is not None}
    return [net(v) for v in dit] if isinstance(dit, list) else dit


def en_textes(dit: Any) -> Any:  # noqa: ANN401 -- un JSON quelconque
    """Comme le renvoie un tableur : tout nombre en texte, tout booléen aussi."""
    if isinstance(dit, dict):
        return {k: v if k == "egale" else en_textes(v) for k, v in dit.items()}
    if isinstance(dit, bool):
        return str(dit)
    if isinstance(dit, int | float):
        return str(dit)
    return [en_textes(v) for v in dit] if isinstance(dit, list) else dit


def en_nombres(dit: Any) -> Any:  # noqa: ANN401 -- un JSON quelconque
    """Comme le renvoie .NET : tout décimal en nombre, tout champ présent, fût-il nul."""
    if isinstance(dit, dict):
        entier = dict.fromkeys(("fait", "parmi", "egale", "au_moins", "tous", "un"))
        dit = entier | dit if dit.keys() <= entier.keys() and dit else dit
        return {k: en_nombres(v) if k not in {"code", "egale"} else v for k, v in dit.items()}
    if isinstance(dit, str) and dit.replace(".", "", 1).isdigit():
        return float(dit)
    return [en_nombres(v) for v in dit] if isinstance(dit, list) else dit


FICHES = {fiche.code: fiche.publication.contenu for fiche in lire_fiches()}


@pytest.mark.parametrize("code", FICHES)
@pytest.mark.parametrize("tour", [lambda dit: dit, net, en_textes, en_nombres])
def test_cat_9_relue_et_repostee_une_fiche_dit_la_meme_chose(
    code: str, tour: Callable[[Any], Any]
) -> None:
    assert lue(tour(rendu(FICHES[code]))).contenu == FICHES[code]


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("mois_si_perte", "1_0"),
        ("mois_si_perte", "٤"),
        ("mois_si_perte", True),
        ("mois_si_perte", 1.5),
        ("montant", "1_000.00"),
        ("montant", "1e3"),
        ("montant", "12.345"),
        ("montant", "-1"),
        ("montant", True),
        ("montant", "NaN"),
        ("du", {"livraison": 1}),
        ("du", {"livraison": "oui"}),
        ("rabais", 3),
    ],
)
def test_ce_qui_se_devinerait_est_refuse(champ: str, valeur: object) -> None:
    with pytest.raises(ValidationError):
        lue(corps(tarif() | {champ: valeur}))


def test_le_corps_nomme_la_fiche_de_l_adresse_ou_aucune() -> None:
    dit = FicheIn.model_validate(corps(code="ESSAI", version="7"))
    assert dit.commande("ESSAI").code == "ESSAI"
    with pytest.raises(Probleme):
        dit.commande("AUTRE")


# --- Ce que la fiche tait ------------------------------------------------------------------------

CYCLE = {
    "ouvre": [
        {"evenement": "demande.créée", "si": {"fait": "approbation_requise", "egale": False}},
        {"evenement": "demande.approuvée", "si": None},
    ],
    "suspend": ["demande.suspendue"],
    "reprend": ["demande.reprise"],
    "rouvre": ["demande.rouverte"],
    "retire": ["demande.refusée", "demande.annulée", "demande.redirigée"],
}


def relu(dit: dict[str, Any]) -> dict[str, Any]:
    entier: dict[str, Any] = rendu(contenu(indicateurs=(dit,)))["indicateurs"][0]
    return {champ: entier[champ] for champ in CYCLE}


def test_cat_9_le_cycle_d_une_demande_se_complete() -> None:
    assert relu(indicateur()) == CYCLE
    complete = ["poste.livré", "demande.complétée"]
    assert relu(indicateur(ferme=complete)) == CYCLE


def test_cat_9_seule_une_livraison_se_rouvre() -> None:
    assert relu(indicateur(ferme=["demande.prise_en_charge"])) == CYCLE | {"rouvre": []}
    assert relu(indicateur(ferme=["poste.livré", "demande.prise_en_charge"]))["rouvre"] == []


def test_cat_9_ce_qui_est_dit_n_est_pas_complete() -> None:
    dit = relu(indicateur(suspend=[], reprend=[], retire=["demande.annulée"]))
    assert dit == CYCLE | {"suspend": [], "reprend": [], "retire": ["demande.annulée"]}


@pytest.mark.parametrize("sujet", ["contrat", "service", "facture"])
def test_cat_9_les_autres_sujets_disent_tout(sujet: str) -> None:
    assert relu(indicateur(sujet=sujet)) == {champ: [] for champ in CYCLE}
