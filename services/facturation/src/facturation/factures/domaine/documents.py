"""Un document écrit en valeurs JSON : ce qui se garde, se lit et se scelle d'une empreinte."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import orjson

from facturation.clients.domaine import Client
from facturation.creances.domaine.quantites import Quantite
from facturation.factures.domaine.factures import Document, Ligne, Projet
from facturation.factures.domaine.taxes import Totaux

MILLIONIEME = Decimal("0.000001")


def de_document(document: Document) -> dict[str, Any]:
    """Une facture ou une note de crédit émise; son empreinte la scelle."""
    return {**sans_lignes(document), "lignes": [*_lignes(document.projet)]}


def de_projet(projet: Projet) -> dict[str, Any]:
    """Un projet : le même document, sans numéro ni date d'émission."""
    return {**_de_la_periode(projet), "lignes": [*_lignes(projet)]}


def empreinte(document: Mapping[str, Any]) -> str:
    """SHA-256 du JSON canonique : clés triées, sans espace, UTF-8."""
    entete = {nom: valeur for nom, valeur in document.items() if nom != "lignes"}
    return _sceau(entete, map(_canonique, document["lignes"]))


@dataclass(frozen=True, slots=True)
class Scelle:
    """Un document sous son empreinte : ce qu'on en garde, et ce qu'on en publie.

    `lignes` : chacune en JSON canonique, dans l'ordre; le texte entier d'une longue facture n'est
    jamais en mémoire.
    """

    entete: Mapping[str, Any]
    lignes: tuple[str, ...]
    empreinte: str


def sceller(document: Document) -> Scelle:
    """Le document et son empreinte; ses lignes ne s'écrivent qu'une fois."""
    entete = sans_lignes(document)
    lignes = tuple(map(_canonique, _lignes(document.projet)))
    return Scelle(entete, lignes, _sceau(entete, lignes))


def _canonique(valeur: Mapping[str, Any]) -> str:
    return orjson.dumps(valeur, option=orjson.OPT_SORT_KEYS).decode()


REPETES: Final = 1_024
"""Prix, taux et quantités qu'on n'écrit qu'une fois : d'une ligne à l'autre, ce sont les mêmes."""
_SANS_LIGNE: Final = '"lignes":[]'


def _sceau(entete: Mapping[str, Any], lignes: Iterable[str]) -> str:
    """L'empreinte du document de ces lignes, qui passent une à une."""
    # Aucun texte ne peut imiter ce repère : ses guillemets y seraient échappés.
    avant, _, apres = _canonique({**entete, "lignes": []}).partition(_SANS_LIGNE)
    somme = hashlib.sha256(f"{avant}{_SANS_LIGNE[:-1]}".encode())
    virgule = ""
    for ligne in lignes:
        somme.update(f"{virgule}{ligne}".encode())
        virgule = ","
    somme.update(f"]{apres}".encode())
    return somme.hexdigest()


def sans_lignes(document: Document) -> dict[str, Any]:
    """Un document émis, sans ses lignes."""
    emetteur, echeance = document.emetteur, document.echeance
    return {
        "numero": document.numero,
        "emise_le": document.emis_le.isoformat(),
        "emetteur": {
            "nom": emetteur.nom,
            "service": emetteur.service,
            "courriel": emetteur.courriel,
            "telephone": emetteur.telephone,
            "numero_tps": document.inscriptions.tps,
            "numero_tvq": document.inscriptions.tvq,
        },
        "echeance": echeance and echeance.isoformat(),
        "modalites": emetteur.modalites if echeance else None,
        **_de_la_periode(document.projet),
        **({"corrige": document.projet.corrige} if document.projet.corrige else {}),
    }


def _de_la_periode(projet: Projet) -> dict[str, Any]:
    """Ce que dit un projet, sans ses lignes."""
    totaux = projet.totaux
    return {
        "nature": projet.nature.value,
        "organisme": projet.client.organisme,
        "periode": str(projet.periode),
        "destinataire": _client(projet.client),
        "taxes": _taxes(totaux),
        "total_avant_taxes": str(totaux.avant_taxes),
        "tps": str(totaux.tps),
        "tvq": str(totaux.tvq),
        "total": str(totaux.total),
    }


def _lignes(projet: Projet) -> Iterator[dict[str, Any]]:
    """Les lignes, dans l'ordre, chacune avec son rang."""
    for rang, ligne in enumerate(projet.lignes, start=1):
        yield {"rang": rang, **_ligne(ligne, projet)}


def _client(client: Client) -> dict[str, Any]:
    return {
        "nom": client.nom,
        "adresse": client.adresse,
        "personne": client.destinataire,
        "courriel": client.courriel,
    }


_DE_LA_CORRIGEE: Final = (
    "demande", "site", "imputation", "produit", "produit_libelle", "fiche", "version_fiche",
    "version_prix", "fin", "prix_unitaire", "majoration",
)  # fmt: skip
"""Ce qu'une ligne qui rend redit de celle qu'elle corrige."""


def _reprise(ligne: Ligne) -> dict[str, Any]:
    corrigee = ligne.corrigee
    if corrigee is None:
        return {"numero_corrige": None, "rang_corrige": None}
    redites = {nom: corrigee.donnees.get(nom) for nom in _DE_LA_CORRIGEE}
    return {"numero_corrige": corrigee.numero, "rang_corrige": corrigee.rang, **redites}


def _ligne(ligne: Ligne, projet: Projet) -> dict[str, Any]:
    identite, creance = ligne.identite, ligne.creance
    prix = creance.prix if creance else None
    produit = creance.produit if creance else None
    return {
        "nature": identite.nature.value,
        "source": identite.source,
        "demande": ligne.repere.demande,
        "site": ligne.repere.site,
        "imputation": ligne.repere.imputation,
        "evenements": [str(e) for e in ligne.evenements],
        "produit": produit and produit.code,
        "produit_libelle": produit and produit.libelle,
        "tarif": identite.tarif,
        "libelle": ligne.libelle,
        "fiche": prix and prix.fiche,
        "version_fiche": prix and prix.version_fiche,
        "version_prix": prix and prix.version_prix,
        "periode": str(identite.periode),
        "debut": identite.debut.isoformat(),
        "fin": creance.fin.isoformat() if creance and creance.fin else None,
        "quantite": _quantite(creance.quantite) if creance else "0",
        "prix_unitaire": _exact(prix.valeur, decimales=2) if prix else None,
        "majoration": _exact(prix.majoration) if prix else None,
        "calcul": ligne.calcul,
        "regularisation": ligne.regularise(projet.periode),
        "taux_tps": _exact(ligne.taxes.tps),
        "taux_tvq": _exact(ligne.taxes.tvq),
        "ajustement": str(ligne.part.montant),
        "ajustements": [
            {"ajustement_id": str(a.id), "montant": str(a.montant), "motif": a.motif}
            for a in ligne.part.ajustements
        ],
        "deja_facture": str(ligne.facturee.montant),
        "montant": str(ligne.montant),
        "raison": ligne.raison,
        **_reprise(ligne),
    }


def _taxes(totaux: Totaux) -> list[dict[str, str]]:
    """Ce que chaque taux frappe et ajoute; rien de ce qui est exonéré."""
    return [
        {
            "taux_tps": _exact(part.taxes.tps),
            "taux_tvq": _exact(part.taxes.tvq),
            "base": str(part.base),
            "tps": str(part.tps),
            "tvq": str(part.tvq),
        }
        for part in totaux.parts
        if part.taxes
    ]


@lru_cache(REPETES)
def _quantite(quantite: Quantite) -> str:
    """Au plus six décimales, pour lire; le montant, lui, se calcule sur la fraction exacte."""
    lue = Decimal(quantite.numerateur) / quantite.denominateur
    return _exact(lue.quantize(MILLIONIEME))


@lru_cache(REPETES)
def _exact(valeur: Decimal, *, decimales: int = 0) -> str:
    """La même valeur, toujours écrite pareil : « 147.00 », « 0.1 », « 12.345 »."""
    texte = f"{valeur:f}"
    entier, _, fraction = texte.partition(".")
    fraction = fraction.rstrip("0").ljust(decimales, "0")
    return f"{entier}.{fraction}" if fraction else entier
