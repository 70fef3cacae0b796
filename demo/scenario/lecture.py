"""Le scénario lu de ses fichiers de données, et vérifié avant de démarrer quoi que ce soit."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from typing import Any

from demo.scenario.gestes import Geste, ScenarioMalForme, Verbe, lire_geste
from noyau import QUEBEC, Mois

ORGANISMES = ("mtq", "msss", "saaq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Commande:
    """Un produit du ROPN voulu, en une quantité."""

    produit: str
    quantite: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Demande:
    """Une demande du scénario : sa clé la nomme partout, de l'oracle aux résultats."""

    cle: str
    organisme: str
    sorte: str
    pourquoi: str
    articles: tuple[Commande, ...]
    gestes: tuple[Geste, ...]

    @property
    def unites(self) -> int:
        """Un aménagement est un article sans produit."""
        return sum(c.quantite for c in self.articles) or int(self.sorte != "soutien_etendu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Le mois entier, ce qui l'entoure (mois.toml), le suit (octobre.toml), éprouve sa mesure."""

    mois: Mois
    demandes: tuple[Demande, ...]
    autour: Mapping[str, Any]
    suite: Mapping[str, Any]
    niveaux: Mapping[str, Any]

    @property
    def mise_en_route(self) -> datetime:
        return a_quebec(self.autour["mise_en_route"])

    @property
    def fin_du_mois(self) -> datetime:
        return a_quebec(self.autour["fin_du_mois"])

    @property
    def fin_de_la_suite(self) -> datetime:
        return a_quebec(self.suite["fin_du_mois"])

    @property
    def mois_suivant(self) -> Mois:
        return Mois.lire(self.suite["periode"])

    @property
    def interventions(self) -> tuple[Mapping[str, Any], ...]:
        return (*self.autour["interventions"], *self.suite["interventions"])

    @property
    def organismes(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.autour["organismes"])


def a_quebec(instant: datetime) -> datetime:
    """Un instant des données, à l'heure de Québec."""
    return instant.replace(tzinfo=QUEBEC)


def lire_donnees(nom: str) -> dict[str, Any]:
    """Un fichier de données du scénario."""
    return tomllib.loads((files("demo.scenario") / "donnees" / nom).read_text("utf-8"))


def lire_scenario() -> Scenario:
    """Le scénario entier; lève `ScenarioMalForme` si une demande ne se tient pas."""
    autour, suite, niveaux = map(lire_donnees, ("mois.toml", "octobre.toml", "niveaux.toml"))
    mois = Mois.lire(autour["periode"])
    demandes: list[Demande] = []
    for nom in ORGANISMES:
        document = lire_donnees(f"{nom}.toml")
        demandes += [
            lire_demande(brut, document["organisme"], mois) for brut in document["demandes"]
        ]
    demandes = [_suivie(demande, suite, niveaux) for demande in demandes]
    suivant = Mois.lire(suite["periode"])
    demandes += [lire_demande(brut, brut["organisme"], suivant) for brut in suite["demandes"]]
    cles = [demande.cle for demande in demandes]
    if doubles := {cle for cle in cles if cles.count(cle) > 1}:
        raise ScenarioMalForme(f"Clés répétées : {', '.join(sorted(doubles))}.")
    return Scenario(
        mois=mois, demandes=tuple(demandes), autour=autour, suite=suite, niveaux=niveaux
    )


def _suivie(demande: Demande, suite: Mapping[str, Any], niveaux: Mapping[str, Any]) -> Demande:
    """La demande, et ce qu'on en apprend le mois suivant : récupérations, suspensions."""
    annonces = tuple(
        Geste(
            verbe=Verbe.RECUPERATION,
            le=a_quebec(brut["le"]),
            annonce=a_quebec(brut["annoncee_le"]),
            details=(str(brut["article"]),),
        )
        for brut in suite["recuperations"]
        if brut["demande"] == demande.cle
    )
    suspensions = tuple(
        Geste(
            verbe=verbe,
            le=a_quebec(brut[le]),
            annonce=a_quebec(brut["annoncee_le"]),
            motif=brut[motif],
        )
        for brut in niveaux["suspensions"]
        if brut["demande"] == demande.cle
        for verbe, le, motif in (
            (Verbe.SUSPENSION, "suspendue_le", "motif"),
            (Verbe.REPRISE, "reprise_le", "motif_reprise"),
        )
    )
    return replace(demande, gestes=demande.gestes + annonces + suspensions)


def lire_demande(brut: Mapping[str, Any], organisme: str, mois: Mois) -> Demande:
    """Une demande et ses gestes; lève `ScenarioMalForme`, en nommant la demande."""
    try:
        gestes = tuple(lire_geste(ligne, mois) for ligne in brut["gestes"])
    except ScenarioMalForme as erreur:
        raise ScenarioMalForme(f"{brut['cle']} : {erreur}") from erreur
    demande = Demande(
        cle=brut["cle"],
        organisme=organisme,
        sorte=brut["sorte"],
        pourquoi=brut["pourquoi"],
        articles=tuple(_commande(texte) for texte in brut["articles"]),
        gestes=gestes,
    )
    _verifier(demande)
    return demande


def _commande(texte: str) -> Commande:
    """« 3 POSTE-FIXE » ou « POSTE-FIXE »."""
    quantite, _, produit = texte.rpartition(" ")
    return Commande(produit=produit, quantite=int(quantite or 1))


def _verifier(demande: Demande) -> None:
    verbes = [geste.verbe for geste in demande.gestes]
    if verbes[:1] != [Verbe.CREATION] or verbes.count(Verbe.CREATION) != 1:
        raise ScenarioMalForme(f"{demande.cle} : une demande commence par sa création.")
    instants = [geste.le for geste in demande.gestes]
    if instants != sorted(instants):
        raise ScenarioMalForme(f"{demande.cle} : les gestes ne sont pas dans leur ordre.")
    for geste in demande.gestes:
        if geste.verbe is Verbe.RECTIFICATION and len(_vises(demande, geste)) != 1:
            raise ScenarioMalForme(f"{demande.cle} : une rectification nomme un seul acte.")
        if any(not 1 <= rang <= demande.unites for rang in geste.articles):
            raise ScenarioMalForme(f"{demande.cle} : article inconnu ({geste.verbe}).")


def _vises(demande: Demande, rectification: Geste) -> list[Geste]:
    """Les actes que vise une rectification."""
    return [
        geste
        for geste in demande.gestes
        if geste.verbe is rectification.vise and set(geste.articles) >= set(rectification.articles)
    ]
