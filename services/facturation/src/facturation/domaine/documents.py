"""La facture écrite en valeurs JSON : ce qui se garde, se lit et se scelle d'une empreinte."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from facturation.domaine.dus import Attente
from facturation.domaine.factures import Client, Facture, Ligne, Projet

MILLIONIEME = Decimal("0.000001")


def de_facture(facture: Facture) -> dict[str, Any]:
    """Le document d'une facture émise; son empreinte le scelle."""
    return {
        "numero": facture.numero,
        "emise_le": facture.emise_le.isoformat(),
        **de_projet(facture.projet),
    }


def de_projet(projet: Projet) -> dict[str, Any]:
    """Le document d'un projet : celui de la facture, sans numéro ni date d'émission."""
    totaux = projet.totaux
    return {
        "organisme": projet.client.organisme,
        "periode": str(projet.periode),
        "destinataire": _client(projet.client),
        "taxable": projet.client.taxable,
        "lignes": [
            {"rang": rang, **_ligne(ligne, projet)}
            for rang, ligne in enumerate(projet.lignes, start=1)
        ],
        "total_avant_taxes": str(totaux.avant_taxes),
        "tps": str(totaux.tps),
        "tvq": str(totaux.tvq),
        "total": str(totaux.total),
    }


def d_attente(attente: Attente) -> dict[str, Any]:
    """Le document d'une ligne en attente."""
    identite = attente.identite
    return {
        "source": identite.source,
        "tarif": identite.tarif,
        "nature": identite.nature.value,
        "periode": str(identite.periode),
        "depuis": identite.debut.isoformat(),
        "motif": attente.motif,
        "evenements": [str(e) for e in attente.evenements],
    }


def empreinte(document: Mapping[str, Any]) -> str:
    """SHA-256 du JSON canonique : clés triées, sans espace, UTF-8."""
    texte = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(texte.encode()).hexdigest()


def _client(client: Client) -> dict[str, Any]:
    return {
        "nom": client.nom,
        "adresse": client.adresse,
        "interlocuteur": client.interlocuteur,
        "courriel": client.courriel,
    }


def _ligne(ligne: Ligne, projet: Projet) -> dict[str, Any]:
    identite, du = ligne.identite, ligne.du
    prix = du.prix if du else None
    produit = du.produit if du else None
    return {
        "nature": identite.nature.value,
        "source": identite.source,
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
        "fin": du.fin.isoformat() if du and du.fin else None,
        "quantite": _quantite(*du.quantite.fraction) if du else "0",
        "prix_unitaire": _exact(prix.valeur, decimales=2) if prix else None,
        "majoration": _exact(prix.tarif.majoration) if prix else None,
        "calcul": ligne.calcul,
        "regularisation": ligne.regularise(projet.periode),
        "deja_facture": str(ligne.deja_facture),
        "montant": str(ligne.montant),
    }


def _quantite(numerateur: int, denominateur: int) -> str:
    """Au plus six décimales, pour lire; le montant, lui, se calcule sur la fraction exacte."""
    return _exact((Decimal(numerateur) / denominateur).quantize(MILLIONIEME))


def _exact(valeur: Decimal, *, decimales: int = 0) -> str:
    """La même valeur, toujours écrite pareil : « 147.00 », « 0.1 », « 12.345 »."""
    texte = f"{valeur:f}"
    entier, _, fraction = texte.partition(".")
    fraction = fraction.rstrip("0").ljust(decimales, "0")
    return f"{entier}.{fraction}" if fraction else entier
