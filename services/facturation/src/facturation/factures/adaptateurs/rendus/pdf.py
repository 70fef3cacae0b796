"""Une facture, ou une note de crédit, en PDF accessible (PDF/UA-1, SGQRI 008), par typst."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from threading import BoundedSemaphore
from typing import Any, Final

import typst
from babel.dates import format_date
from babel.numbers import format_currency

from facturation.factures.adaptateurs.rendus.glyphes import (
    DOSSIER,
    POLICES,
    REMPLACANT,
    dessinable,
)
from facturation.tarification.domaine.ecriture import en_nombre, en_pourcentage
from noyau import Mois, debut_du_jour, elider

LOCALE = "fr_CA"
GROUPES = {
    "abonnement": "Abonnements",
    "acte": "Produits et services rendus",
    "frais": "Frais de service",
    "engagement": "Engagements minimaux",
    "perte": "Pertes, vols et sinistres",
}
TITRES = {"facture": "Facture", "note_de_credit": "Note de crédit"}
REGULARISATIONS = "Régularisations"
TITRES_DES_GROUPES: Final = (*GROUPES.values(), REGULARISATIONS)
"""Dans l'ordre où ils se lisent."""
_TERMES: Final = re.compile(r" (?=\(temps|− ajustement|− déjà facturé)")
"""Où un calcul peut changer de ligne : jamais dans une formule."""
_PRESSES: Final = BoundedSemaphore(2)
"""Une longue facture prend une centaine de Mio à composer : deux à la fois."""
_TELS_QUELS: Final = frozenset({"courriel", "empreinte"})
"""Ce qui se recopie : rien n'y est typographié."""


def rendre(document: Mapping[str, Any], resume: "Resume | None" = None) -> bytes:
    """Le PDF d'une facture; le même document donne les mêmes octets.

    `resume` : celui de ses lignes, si elle en a trop pour que le papier les porte une à une.
    """
    emise_le = date.fromisoformat(document["emise_le"])
    prepare = {**_typographier(_preparer(document, resume)), "polices": POLICES}
    prepare["remplacements"] = REMPLACANT in json.dumps(prepare, ensure_ascii=False)
    donnees = json.dumps(prepare, ensure_ascii=False)
    with _PRESSES:
        return typst.compile(
            _gabarit(),
            format="pdf",
            sys_inputs={"facture": donnees},
            pdf_standards="ua-1",
            font_paths=_polices(),
            # Le jour de Québec : minuit UTC en serait encore la veille.
            timestamp=debut_du_jour(emise_le),
        )


@dataclass(slots=True)
class _Tarif:
    """Ce que compte un tarif dans un groupe."""

    libelle: str
    nombre: int = 0
    montant: Decimal = Decimal(0)


@dataclass(slots=True)
class Resume:
    """Les lignes comptées, groupe par groupe et tarif par tarif, à mesure qu'on les lit."""

    nombre: int = 0
    _groupes: dict[str, dict[str, _Tarif]] = field(default_factory=dict)

    def ajouter(self, lignes: Iterable[Mapping[str, Any]]) -> None:
        """Compte ces lignes."""
        for ligne in lignes:
            groupe = self._groupes.setdefault(_titre(ligne), {})
            tarif = groupe.setdefault(ligne["tarif"], _Tarif(ligne["libelle"]))
            tarif.nombre += 1
            tarif.montant += Decimal(ligne["montant"])
            self.nombre += 1

    def sommaire(self) -> list[dict[str, Any]]:
        """Chaque groupe qui a des lignes, et ses tarifs."""
        return [
            {"titre": titre, "total": self.total(titre), "tarifs": _tarifs(self._groupes[titre])}
            for titre in TITRES_DES_GROUPES
            if titre in self._groupes
        ]

    def total(self, titre: str) -> str:
        """Le total d'un groupe."""
        return _dollars(sum((t.montant for t in self._groupes[titre].values()), Decimal(0)))


def _tarifs(groupe: Mapping[str, _Tarif]) -> list[dict[str, Any]]:
    return [
        {"tarif": code, "libelle": t.libelle, "nombre": t.nombre, "montant": _dollars(t.montant)}
        for code, t in sorted(groupe.items())
    ]


def _titre(ligne: Mapping[str, Any]) -> str:
    """Le groupe d'une ligne : sa nature, les régularisations à part."""
    return REGULARISATIONS if ligne["regularisation"] else GROUPES[ligne["nature"]]


@cache
def _gabarit() -> bytes:
    return files(__package__).joinpath("facture.typ").read_bytes()


@cache
def _polices() -> typst.Fonts:
    """Les nôtres seulement : `glyphes` sait ce qu'elles dessinent."""
    siennes = {"include_system_fonts": False, "include_embedded_fonts": False}
    return typst.Fonts(**siennes, font_paths=[DOSSIER])


def _typographier(valeur: Any, nom: str = "") -> Any:  # noqa: ANN401 -- des valeurs JSON
    """Ce que les polices dessinent, et une seule apostrophe, la typographique."""
    if isinstance(valeur, str):
        dessine = dessinable(valeur)
        return dessine if nom in _TELS_QUELS else dessine.replace("'", "’")
    if isinstance(valeur, Mapping):
        return {nom: _typographier(v, nom) for nom, v in valeur.items()}
    if isinstance(valeur, list | tuple):
        return [_typographier(v, nom) for v in valeur]
    return valeur


def _preparer(document: Mapping[str, Any], resume: Resume | None) -> dict[str, Any]:
    """Le document en textes français, groupé : le gabarit ne fait que le poser sur la page.

    Un document émis avant qu'on y garde l'émetteur, l'échéance ou le repère d'une ligne ne les
    porte pas : le papier s'en passe.
    """
    destinataire = document["destinataire"]
    personne = destinataire["personne"]
    periode = _mois(document["periode"])
    emetteur = document.get("emetteur") or {}
    echeance = document.get("echeance")
    lignes = [] if resume else document["lignes"]
    if resume is None:
        resume = Resume()
        resume.ajouter(lignes)
    taxes = [taxe for part in document["taxes"] for taxe in _taxes(part)]
    return {
        "titre": TITRES[document["nature"]],
        "numero": document["numero"],
        "organisme": document["organisme"],
        "destinataire": destinataire,
        "attention": personne and f"À l'attention {elider('de', personne)}",
        "periode": periode,
        "description": _description(document),
        "corrige": document.get("corrige"),
        "emise_le": _jour(date.fromisoformat(document["emise_le"])),
        "emetteur": emetteur,
        "echeance": echeance and _jour(date.fromisoformat(echeance)),
        "modalites": document.get("modalites"),
        "inscriptions": _inscriptions(emetteur) if taxes else [],
        "taxes": taxes,
        "avant_taxes": _dollars(document["total_avant_taxes"]),
        "solde": "Crédit en votre faveur" if Decimal(document["total"]) < 0 else "Total à payer",
        "total": _dollars(document["total"]),
        "empreinte": document["empreinte"],
        "sommaire": resume.sommaire(),
        "nombre": en_nombre(resume.nombre),
        "groupes": _detail(lignes, resume),
    }


def _description(document: Mapping[str, Any]) -> str:
    """Ce que le document est, en une ligne; d'une note de décision, ce qu'elle corrige."""
    titre, corrige = TITRES[document["nature"]], document.get("corrige")
    if corrige:
        return f"{titre}, sur décision; corrige le document {corrige}"
    return f"{titre}, services {elider('de', _mois(document['periode']))}"


def _inscriptions(emetteur: Mapping[str, Any]) -> list[str]:
    """Sous quels numéros les taxes se perçoivent; absent, cela se dit."""
    numeros = (("TPS", emetteur.get("numero_tps")), ("TVQ", emetteur.get("numero_tvq")))
    return [f"Numéro de {taxe} : {numero or 'non communiqué'}" for taxe, numero in numeros]


def _taxes(part: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Ce que chaque taxe ajoute, et sur quoi."""
    base = _dollars(part["base"])
    return [
        (f"{nom}, {en_pourcentage(Decimal(part[f'taux_{taxe}']))} sur {base}", _dollars(part[taxe]))
        for nom, taxe in (("TPS", "tps"), ("TVQ", "tvq"))
    ]


def _detail(lignes: Iterable[Mapping[str, Any]], resume: Resume) -> list[dict[str, Any]]:
    """Les lignes, groupe par groupe; un groupe vide ne paraît pas."""
    par_titre: dict[str, list[dict[str, Any]]] = {titre: [] for titre in TITRES_DES_GROUPES}
    for ligne in lignes:
        par_titre[_titre(ligne)].append(_ligne(ligne))
    return [
        {"titre": titre, "lignes": siennes, "total": resume.total(titre)}
        for titre, siennes in par_titre.items()
        if siennes
    ]


def _ligne(ligne: Mapping[str, Any]) -> dict[str, Any]:
    versions = [f"{ligne['fiche']}, version {ligne['version_fiche']}"] if ligne["fiche"] else []
    if ligne["version_prix"] is not None:
        versions.append(f"prix au ROPN, version {ligne['version_prix']}")
    return {
        "rang": str(ligne["rang"]),
        "objet": ligne["produit_libelle"] or ligne["libelle"],
        "reperes": _reperes(ligne),
        "tarif": ligne["tarif"],
        "versions": "; ".join(versions),
        "decisions": "; ".join(a["motif"] for a in ligne["ajustements"]),
        "dates": _dates(date.fromisoformat(ligne["debut"]), ligne["fin"]),
        "calcul": _TERMES.split(ligne["calcul"]),
        "montant": _dollars(ligne["montant"]),
    }


def _reperes(ligne: Mapping[str, Any]) -> list[str]:
    """À quoi l'organisme reconnaît ce qu'il paie; sans demande, la référence que porte le JSON."""
    demande = ligne.get("demande")
    nommes = (
        ("Demande", demande),
        ("Référence", None if demande else ligne["source"]),
        ("Site", ligne.get("site")),
        ("Imputation", ligne.get("imputation")),
    )
    return [f"{nom} {valeur}" for nom, valeur in nommes if valeur]


def _dates(debut: date, fin: str | None) -> str:
    """Un jour, ou du premier au dernier jour, compris."""
    dernier = date.fromisoformat(fin) - timedelta(days=1) if fin else debut
    if dernier == debut:
        return _jour(debut)
    if debut.year != dernier.year:
        return f"{_jour(debut)} au {_jour(dernier)}"
    mois = "" if debut.month == dernier.month else format_date(debut, " MMMM", locale=LOCALE)
    return f"{_quantieme(debut)}{mois} au {_jour(dernier)}"


def _dollars(montant: str | Decimal) -> str:
    return format_currency(Decimal(montant), "CAD", locale=LOCALE).replace("-", "−")


def _mois(periode: str) -> str:
    return format_date(Mois.lire(periode).debut, "MMMM y", locale=LOCALE)


def _jour(jour: date) -> str:
    return f"{_quantieme(jour)} {format_date(jour, 'MMMM y', locale=LOCALE)}"


def _quantieme(jour: date) -> str:
    return "1er" if jour.day == 1 else str(jour.day)
