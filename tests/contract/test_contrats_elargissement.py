"""Un événement publié ne fait que s'élargir : ce qui passe, et chaque mutant à refuser."""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Literal, TypeAlias
from uuid import UUID

import pytest
from jsonschema_rs import Draft202012Validator
from pydantic import Field, ValidationError

from contrats import EVENEMENTS
from contrats.base import Evenement
from contrats.catalogue import FichePubliee
from contrats.courtier import ContratSigne
from contrats.demandes import DemandeCreee, PosteLivre
from outils.contrats.elargissement import Schema, deplier, ecarts, elargit
from outils.contrats.schemas import (
    SchemaRompu,
    exemple,
    exiger_elargissement,
    fichier,
    schema,
)

Objet: TypeAlias = dict[str, Any]
Mutation: TypeAlias = Callable[[Objet], object]


def copie(classe: type[Evenement]) -> Objet:
    document: Objet = copy.deepcopy(dict(deplier(schema(classe))))
    return document


def champ(*chemin: str) -> Callable[[Objet], Objet]:
    """Va à un champ (« elements », « [] », « prix »)."""

    def aller(document: Objet) -> Objet:
        for pas in chemin:
            document = document["items"] if pas == "[]" else document["properties"][pas]
        return document

    return aller


class DemandeFermee(DemandeCreee):
    """Ce que serait l'événement si ses codes étaient fermés."""

    TYPE: ClassVar[str] = "demande.créée"

    sorte: Literal["poste_physique", "logiciel"]
    gamme: Literal["ordinaire", "detachable"] | None = None


RUPTURES: Mapping[str, tuple[type[Evenement], Mutation]] = {
    "champ obligatoire retiré": (PosteLivre, lambda d: d["properties"].pop("produit")),
    "champ facultatif retiré": (PosteLivre, lambda d: d["properties"].pop("quantite")),
    "champ renommé": (
        PosteLivre,
        lambda d: d["properties"].update(modele=d["properties"].pop("produit")),
    ),
    "champ obligatoire ajouté": (
        PosteLivre,
        lambda d: (d["properties"].update(note={"type": "string"}), d["required"].append("note")),
    ),
    "champ rendu obligatoire": (PosteLivre, lambda d: d["required"].append("quantite")),
    "champ rendu facultatif": (PosteLivre, lambda d: d["required"].remove("produit")),
    "type changé": (PosteLivre, lambda d: champ("quantite")(d).update(type="string")),
    "nul admis": (
        PosteLivre,
        lambda d: d["properties"].update(
            actif_id={"anyOf": [champ("actif_id")(d), {"type": "null"}]}
        ),
    ),
    "nul refusé": (
        DemandeCreee,
        lambda d: d["properties"].update(gamme=champ("gamme")(d)["anyOf"][0]),
    ),
    "valeur d'énumération retirée": (DemandeFermee, lambda d: champ("sorte")(d)["enum"].pop()),
    "valeur d'une énumération imbriquée retirée": (
        DemandeFermee,
        lambda d: champ("gamme")(d)["anyOf"][0]["enum"].pop(),
    ),
    "code resserré": (DemandeCreee, lambda d: champ("sorte")(d).update(pattern="^[a-z]+$")),
    "énumération apparue": (PosteLivre, lambda d: champ("produit")(d).update(enum=["PORTABLE-14"])),
    "énumération disparue": (DemandeFermee, lambda d: champ("sorte")(d).pop("enum")),
    "plafond resserré": (ContratSigne, lambda d: champ("duree_mois")(d).update(maximum=24)),
    "plancher resserré": (ContratSigne, lambda d: champ("duree_mois")(d).update(minimum=2)),
    "longueur resserrée": (PosteLivre, lambda d: champ("produit")(d).update(maxLength=30)),
    "borne apparue": (PosteLivre, lambda d: champ("quantite")(d).update(maximum=100)),
    "format changé": (ContratSigne, lambda d: champ("debut")(d).update(format="date-time")),
    "motif changé": (PosteLivre, lambda d: champ("organisme")(d).update(pattern="^[A-Z]+$")),
    "défaut changé": (PosteLivre, lambda d: champ("quantite")(d).update(default=2)),
    "champ d'une liste retiré": (
        ContratSigne,
        lambda d: champ("elements", "[]")(d)["properties"].pop("version_prix"),
    ),
    "champ obligatoire dans une liste": (
        FichePubliee,
        lambda d: champ("tarifs", "[]")(d)["required"].append("montant"),
    ),
    "éléments d'une liste changés": (
        FichePubliee,
        lambda d: champ("indicateurs", "[]", "ferme")(d).update(items={"type": "integer"}),
    ),
    "liste sans éléments décrits": (ContratSigne, lambda d: champ("elements")(d).pop("items")),
    "clé changée": (ContratSigne, lambda d: d["x-sbg"].update(cle="organisme")),
    "type renommé": (ContratSigne, lambda d: d["x-sbg"].update(type="contrat.conclu")),
    "sujet changé": (ContratSigne, lambda d: d["x-sbg"].update(sujet="sbg.contrats.v1")),
    "version changée sur place": (ContratSigne, lambda d: d["x-sbg"].update(version=2)),
    "champs inconnus interdits": (PosteLivre, lambda d: d.update(additionalProperties=False)),
    "mot-clé jamais vu": (PosteLivre, lambda d: champ("quantite")(d).update(multipleOf=2)),
}

ELARGISSEMENTS: Mapping[str, tuple[type[Evenement], Mutation]] = {
    "rien": (PosteLivre, lambda d: d),
    "champ facultatif": (PosteLivre, lambda d: d["properties"].update(note={"type": "string"})),
    "champ facultatif dans une liste": (
        ContratSigne,
        lambda d: champ("elements", "[]")(d)["properties"].update(note={"type": "string"}),
    ),
    "description": (PosteLivre, lambda d: champ("produit")(d).update(description="Autrement dit.")),
    "valeur d'énumération": (DemandeFermee, lambda d: champ("sorte")(d)["enum"].append("jeton")),
    "plafond relâché": (ContratSigne, lambda d: champ("duree_mois")(d).update(maximum=48)),
    "plancher levé": (ContratSigne, lambda d: champ("duree_mois")(d).pop("minimum")),
}


@pytest.mark.parametrize("nom", RUPTURES)
def test_refuse_ce_qui_n_est_pas_un_elargissement(nom: str) -> None:
    classe, muter = RUPTURES[nom]
    nouveau = copie(classe)
    muter(nouveau)
    assert not elargit(schema(classe), nouveau)
    with pytest.raises(SchemaRompu, match=fichier(classe)):
        exiger_elargissement({fichier(classe): schema(classe)}, {fichier(classe): nouveau})


@pytest.mark.parametrize("nom", ELARGISSEMENTS)
def test_admet_un_elargissement(nom: str) -> None:
    classe, muter = ELARGISSEMENTS[nom]
    nouveau = copie(classe)
    muter(nouveau)
    assert elargit(schema(classe), nouveau)


@pytest.mark.parametrize("nom", ["valeur d'énumération", "plafond relâché", "plancher levé"])
def test_dit_ce_que_les_consommateurs_doivent_connaitre_d_abord(nom: str) -> None:
    classe, muter = ELARGISSEMENTS[nom]
    nouveau = copie(classe)
    muter(nouveau)
    anciens: Mapping[str, Schema] = {fichier(classe): schema(classe)}
    ((chemin, ecart),) = exiger_elargissement(anciens, {fichier(classe): nouveau})
    assert (chemin, ecart.rupture) == (fichier(classe), False)


def test_un_evenement_retire_est_une_rupture() -> None:
    with pytest.raises(SchemaRompu, match="retiré ou renommé"):
        exiger_elargissement({fichier(PosteLivre): schema(PosteLivre)}, {})


@pytest.mark.parametrize(
    "classe", EVENEMENTS.values(), ids=[c.__name__ for c in EVENEMENTS.values()]
)
def test_aucun_champ_d_aucun_evenement_ne_peut_partir_ni_changer_de_type(
    classe: type[Evenement],
) -> None:
    temoin = copie(classe)
    assert elargit(schema(classe), temoin)
    tous = list(chemins(temoin))
    assert {chemin[0] for chemin in tous} == set(temoin["properties"])
    for chemin in tous:
        *debut, nom = chemin
        for remplace in ({}, {nom: {"type": "jamais"}}):
            mutant = copie(classe)
            champs = champ(*debut)(mutant)["properties"]
            del champs[nom]
            champs.update(remplace)
            assert not elargit(schema(classe), mutant), chemin


def chemins(document: Objet) -> Iterator[tuple[str, ...]]:
    for nom, corps in document.get("properties", {}).items():
        yield (nom,)
        yield from ((nom, *reste) for reste in chemins(corps))
        yield from ((nom, "[]", *reste) for reste in chemins(corps.get("items", {})))


class PosteLivreDemain(PosteLivre):
    """L'événement tel qu'un élargissement le donnerait demain."""

    TYPE: ClassVar[str] = "poste.livré"

    note: str | None = Field(default=None, description="Le site de livraison.")


def test_les_deux_sens_d_un_elargissement() -> None:
    """Le consommateur d'hier lit l'événement de demain; celui de demain lit l'exemple d'hier."""
    assert [e.en_clair() for e in ecarts(schema(PosteLivre), schema(PosteLivreDemain))] == []
    hier = json.dumps(exemple(PosteLivre))
    demain = PosteLivreDemain.model_validate({**exemple(PosteLivre), "note": "QC-07"})
    assert PosteLivreDemain.model_validate_json(hier).note is None
    relu_hier = PosteLivre.model_validate_json(demain.model_dump_json())
    assert relu_hier == PosteLivre.model_validate_json(hier)
    Draft202012Validator(dict(schema(PosteLivre))).validate(json.loads(demain.model_dump_json()))
    Draft202012Validator(dict(schema(PosteLivreDemain))).validate(json.loads(hier))


def test_cat_9_un_code_nouveau_se_lit_hier_un_code_mal_forme_jamais() -> None:
    nouveau = {**exemple(DemandeCreee), "sorte": "jeton", "gamme": "quantique"}
    assert DemandeCreee.model_validate(nouveau).sorte == "jeton"
    for malforme in ("", "Jeton", "jeton-virtuel", "é", "a" * 61):
        with pytest.raises(ValidationError):
            DemandeCreee.model_validate({**nouveau, "sorte": malforme})


def test_cat_9_aucun_evenement_ne_ferme_une_liste_de_codes() -> None:
    fermes = [
        classe.TYPE for classe in EVENEMENTS.values() if '"enum"' in json.dumps(schema(classe))
    ]
    assert fermes == []


def test_un_exemple_porte_des_identifiants_jamais_de_nom() -> None:
    """Un renseignement personnel ne voyage pas, sauf l'interlocuteur que la facture exige."""
    for classe in EVENEMENTS.values():
        noms = set(_feuilles(exemple(classe)))
        assert classe.CLE in noms
        if not classe.TYPE.startswith("organisme."):
            assert not noms & {"nom", "prenom", "courriel", "telephone", "adresse"}, classe.TYPE


def _feuilles(noeud: object) -> Iterator[str]:
    if isinstance(noeud, Mapping):
        for nom, valeur in noeud.items():
            yield nom
            yield from _feuilles(valeur)
    elif isinstance(noeud, list):
        for element in noeud:
            yield from _feuilles(element)


def test_un_identifiant_d_exemple_est_un_uuid() -> None:
    assert UUID(str(exemple(PosteLivre)["actif_id"])).version == 7
