"""Une facture, ou une note de crédit, en PDF accessible (PDF/UA-1, SGQRI 008), par typst."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from facturation.factures.adaptateurs.rendus import textes as t
from facturation.factures.adaptateurs.rendus.lecture import (
    AXES,
    AXES_A_PART,
    CAUSES,
    TITRES,
    TITRES_DES_GROUPES,
    Comparaison,
    LignesLues,
    phrase_du_precedent,
    sous_totaux_montres,
    titre_du_groupe,
)
from facturation.tarification.domaine.ecriture import en_nombre
from noyau import elider
from pages.papier import composer

_TERMES: Final = re.compile(r" (?=\(temps|− ajustement|− déjà facturé)")
"""Où un calcul peut changer de ligne : jamais dans une formule."""
_TELS_QUELS: Final = frozenset({"courriel", "empreinte"})
"""Ce qui se recopie : rien n'y est typographié."""


def rendre(
    document: Mapping[str, Any],
    lu: LignesLues | None = None,
    comparaison: Comparaison | None = None,
) -> bytes:
    """Le PDF d'une facture; le même document donne les mêmes octets.

    `lu` : la lecture de ses lignes, si elle en a trop pour que le papier les porte une à une.
    """
    emise_le = date.fromisoformat(document["emise_le"])
    lu = lu or LignesLues.de(document["lignes"])
    prepare = _preparer(document, lu, comparaison)
    return composer(_gabarit(), prepare, le=emise_le, tels_quels=_TELS_QUELS)


@cache
def _gabarit() -> bytes:
    return files(__package__).joinpath("facture.typ").read_bytes()


def _preparer(
    document: Mapping[str, Any], lu: LignesLues, comparaison: Comparaison | None
) -> dict[str, Any]:
    """Le document en textes français, groupé : le gabarit ne fait que le poser sur la page.

    Un document émis avant qu'on y garde l'émetteur, l'échéance ou le repère d'une ligne ne les
    porte pas : le papier s'en passe.
    """
    destinataire = document["destinataire"]
    personne = destinataire["personne"]
    periode = t.mois(document["periode"])
    emetteur = document.get("emetteur") or {}
    echeance = document.get("echeance")
    taxes = t.taxes(document)
    return {
        "titre": TITRES[document["nature"]],
        "numero": document["numero"],
        "organisme": document["organisme"],
        "destinataire": destinataire,
        "attention": personne and f"À l'attention {elider('de', personne)}",
        "periode": periode,
        "description": _description(document),
        "corrige": document.get("corrige"),
        "emise_le": t.jour(date.fromisoformat(document["emise_le"])),
        "emetteur": emetteur,
        "echeance": echeance and t.jour(date.fromisoformat(echeance)),
        "modalites": document.get("modalites"),
        "inscriptions": _inscriptions(emetteur) if taxes else [],
        "taxes": taxes,
        "avant_taxes": t.dollars(document["total_avant_taxes"]),
        "solde": t.solde(document),
        "total": t.dollars(document["total"]),
        "empreinte": document["empreinte"],
        "sommaire": _sommaire(lu),
        "ecarts": comparaison and _ecarts(comparaison),
        "sous_totaux": [*_sous_totaux(lu)],
        "nombre": en_nombre(lu.nombre),
        "groupes": _detail(document["lignes"], lu),
    }


def _description(document: Mapping[str, Any]) -> str:
    """Ce que le document est, en une ligne; d'une note de décision, ce qu'elle corrige."""
    titre, corrige = TITRES[document["nature"]], document.get("corrige")
    if corrige:
        return f"{titre}, sur décision; corrige le document {corrige}"
    return f"{titre}, services {elider('de', t.mois(document['periode']))}"


def _inscriptions(emetteur: Mapping[str, Any]) -> list[str]:
    """Sous quels numéros les taxes se perçoivent; absent, cela se dit."""
    numeros = (("TPS", emetteur.get("numero_tps")), ("TVQ", emetteur.get("numero_tvq")))
    return [f"Numéro de {taxe} : {numero or 'non communiqué'}" for taxe, numero in numeros]


def _sommaire(lu: LignesLues) -> list[dict[str, Any]]:
    return [
        {
            "titre": titre,
            "total": t.dollars(total),
            "tarifs": [
                {
                    "tarif": un.tarif,
                    "libelle": un.libelle,
                    "nombre": en_nombre(un.compte.nombre),
                    "montant": t.dollars(un.compte.montant),
                }
                for un in tarifs
            ],
        }
        for titre, total, tarifs in lu.sommaire()
    ]


def _ecarts(comparaison: Comparaison) -> dict[str, Any]:
    ecarts = comparaison.ecarts
    return {
        "titre": phrase_du_precedent(comparaison),
        "avant": t.dollars(ecarts.avant),
        "maintenant": t.dollars(ecarts.maintenant),
        "montant": t.dollars(ecarts.montant),
        "parts": [
            (tarif, CAUSES[part.cause], en_nombre(part.nombre), t.dollars(part.montant))
            for tarif, _, part in comparaison.par_tarif
        ],
    }


def _sous_totaux(lu: LignesLues) -> Iterator[dict[str, Any]]:
    for axe in AXES_A_PART:
        if rangees := sous_totaux_montres(lu.sous_totaux, axe):
            montres = [(v, en_nombre(nombre), t.dollars(m)) for v, nombre, m in rangees]
            yield {"axe": AXES[axe], "rangees": montres}


def _detail(lignes: Iterable[Mapping[str, Any]], lu: LignesLues) -> list[dict[str, Any]]:
    """Les lignes, groupe par groupe; un groupe vide ne paraît pas."""
    par_titre: dict[str, list[dict[str, Any]]] = {titre: [] for titre in TITRES_DES_GROUPES}
    for ligne in lignes:
        par_titre[titre_du_groupe(ligne)].append(_ligne(ligne))
    totaux = {titre: t.dollars(total) for titre, total, _ in lu.sommaire()}
    return [
        {"titre": titre, "lignes": siennes, "total": totaux[titre]}
        for titre, siennes in par_titre.items()
        if siennes
    ]


def _ligne(ligne: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "rang": str(ligne["rang"]),
        "objet": ligne["produit_libelle"] or ligne["libelle"],
        "reperes": [f"{nom} {valeur}" for nom, valeur in t.reperes(ligne)],
        "tarif": ligne["tarif"],
        "versions": t.versions(ligne),
        "decisions": "; ".join(a["motif"] for a in ligne["ajustements"]),
        "raison": ligne.get("raison") or "",
        "dates": t.jours(ligne),
        "calcul": _TERMES.split(ligne["calcul"]),
        "montant": t.dollars(ligne["montant"]),
    }
