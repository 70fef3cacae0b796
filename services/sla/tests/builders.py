"""Construit des histoires lisibles : « le 8 à 9 h, suspendue »."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from uuid import UUID, uuid5

from calendrier import Calendrier, instant_de_quebec, lire_versions
from noyau import Comparaison, FaitNomme, Predicat
from sla.fiches.domaine import Borne, Condition, Fiche, Fiches, Indicateur, VersionRetiree
from sla.histoires.domaine import Attendue, Episode, Histoire, Rectification, Sujet

ESPACE = UUID("6b1f0f3e-0000-4000-8000-000000000000")
DEMANDE = Sujet("demande", str(uuid5(ESPACE, "demande")))
CONTRAT = Sujet("contrat", str(uuid5(ESPACE, "contrat")))
POSTE, LOGICIEL, MONITEUR = (str(uuid5(ESPACE, nom)) for nom in ("poste", "logiciel", "moniteur"))

LIVRE_POSTE = Attendue(POSTE, "poste.livré")
LIVRE_LOGICIEL = Attendue(LOGICIEL, "logiciel.installé")
LIVRE_MONITEUR = Attendue(MONITEUR, "actif.livré")


@cache
def calendrier() -> Calendrier:
    return Calendrier.depuis(lire_versions()[-1])


def sept(jour: int, heure: int = 9, minute: int = 0, seconde: int = 0) -> datetime:
    """Un instant de septembre 2026, à l'heure de Québec; le 7 est la Fête du Travail."""
    return instant_de_quebec(date(2026, 9, jour), time(heure, minute, seconde))


def si(fait: str, *parmi: str, vaut: bool | str | None = None) -> Predicat:
    """Ce fait est parmi ces codes, ou vaut cela."""
    return Predicat(((Comparaison(fait=fait, parmi=parmi or None, egale=vaut),),))


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        c.code: c
        for c in (
            Condition(
                code="a",
                libelle="acquisition multiple",
                exclut=si("acquisition_multiple", vaut=True),
            ),
            Condition(
                code="b",
                libelle="configuration non normalisée",
                exclut=si("configuration_normalisee", vaut=False),
            ),
            Condition(
                code="c",
                libelle="acquisition d'un logiciel payant",
                exclut=si("logiciel_payant", vaut=True),
            ),
            Condition(
                code="d", libelle="plages de maintenance", exclut=si("plage", vaut="maintenance")
            ),
            Condition(
                code="e",
                libelle="gamme de poste hors engagement",
                exclut=si(
                    "gamme",
                    "detachable",
                    "intermediaire",
                    "haute_performance",
                    "tres_haute_performance",
                ),
                signale=si("gamme", vaut="inconnue"),
            ),
        )
    }
)


def conditions(*codes: str) -> tuple[Condition, ...]:
    return tuple(CONDITIONS[code] for code in codes)


def indicateur(code: str = "PT-1", **champs: object) -> Indicateur:
    """PT-1 tel que sa fiche le donne, ou ce qu'on en change."""
    valeurs: dict[str, object] = {
        "code": code,
        "libelle": "Livraison d'un poste physique et de ses logiciels",
        "sujet": "demande",
        "couvre": si("sorte", "poste_physique"),
        "ouvre": (
            Borne("demande.créée", si("approbation_requise", vaut=False)),
            Borne("demande.approuvée"),
        ),
        "suspend": ("demande.suspendue",),
        "reprend": ("demande.reprise",),
        "ferme": ("poste.livré", "logiciel.installé"),
        "rouvre": ("demande.rouverte",),
        "retire": ("demande.refusée", "demande.annulée", "demande.redirigée"),
        "horloge": "jours_ouvrables",
        "delai": 10,
        "cible": Decimal("0.95"),
        "a_risque": 2,
        "conditions": conditions("a", "c", "e"),
        **champs,
    }
    return Indicateur(**valeurs)  # type: ignore[arg-type]


def prise_en_charge(code: str = "PEC-1", **champs: object) -> Indicateur:
    """Un deuxième indicateur sur les mêmes demandes : deux jours pour les prendre en charge."""
    valeurs: dict[str, object] = {
        "libelle": "Prise en charge d'un poste physique",
        "ferme": ("demande.prise_en_charge",),
        "rouvre": (),
        "delai": 2,
        **champs,
    }
    return indicateur(code, **valeurs)


def demarrage(code: str = "IC-1", **champs: object) -> Indicateur:
    """IC-1 : du premier contact à la signature du fournisseur, en jours civils, sans cible."""
    valeurs: dict[str, object] = {
        "code": code,
        "libelle": "Démarrage d'un contrat infonuagique",
        "sujet": "contrat",
        "ouvre": (Borne("rencontre.demandée"),),
        "ferme": ("contrat.signé",),
        "horloge": "jours_civils",
        "calendrier": "continu",
        "delai": 30,
        **champs,
    }
    return Indicateur(**valeurs)  # type: ignore[arg-type]


def pt_4(**champs: object) -> Indicateur:
    """PT-4 tel que sa fiche le donne, de deux services, ou ce qu'on en change."""
    valeurs: dict[str, object] = {
        "code": "PT-4",
        "libelle": "Disponibilité des outils bureautiques",
        "sujet": "service",
        "couvre": si("service", "messagerie", "stockage"),
        "ouvre": (),
        "suspend": (),
        "reprend": (),
        "ferme": (),
        "rouvre": (),
        "retire": (),
        "horloge": "minutes",
        "calendrier": "continu",
        "delai": None,
        "cible": Decimal("0.99"),
        "a_risque": None,
        "conditions": conditions("d"),
        **champs,
    }
    return indicateur(**valeurs)  # type: ignore[arg-type]


def fiche(
    *indicateurs: Indicateur,
    code: str = "POSTES",
    version: int = 1,
    debut: date = date(2015, 1, 1),
) -> Fiche:
    return Fiche(
        code=code,
        titre="Gestion des postes de travail",
        version=version,
        debut=debut,
        indicateurs=indicateurs or (indicateur(),),
    )


def retiree(version: Fiche) -> VersionRetiree:
    """Le retrait de cette version."""
    return VersionRetiree(code=version.code, version=version.version, debut=version.debut)


def fiches(*versions: Fiche) -> Fiches:
    return Fiches.de(versions or (fiche(),))


def creation(**champs: FaitNomme) -> dict[str, FaitNomme]:
    """Les faits nommés d'une demande créée."""
    return {
        "numero": "D-2026-000001",
        "sorte": "poste_physique",
        "approbation_requise": False,
        "acquisition_multiple": False,
        "configuration_normalisee": True,
        "logiciel_payant": False,
        "gamme": "ordinaire",
        **champs,
    }


@dataclass(slots=True)
class Recit:
    """Écrit une histoire dans l'ordre où son producteur l'enregistre."""

    sujet: Sujet = DEMANDE
    episodes: list[Episode] = field(default_factory=list)
    rectifications: list[Rectification] = field(default_factory=list)

    def puis(
        self,
        type_: str,
        le: datetime,
        faits: Mapping[str, FaitNomme] = MappingProxyType({}),
        *,
        attendues: Iterable[Attendue] = (),
        appris: datetime | None = None,
    ) -> "Recit":
        rang = len(self.episodes) + 1
        self.episodes.append(
            Episode(
                acte_id=uuid5(ESPACE, f"{type_}{le}{rang}"),
                type=type_,
                survenu_le=le,
                enregistre_le=appris or le,
                faits=dict(faits),
                attendues=tuple(attendues),
            )
        )
        return self

    def creee(self, le: datetime, *attendues: Attendue, **faits: FaitNomme) -> "Recit":
        return self.puis(
            "demande.créée", le, creation(**faits), attendues=attendues or (LIVRE_POSTE,)
        )

    def approuvee(self, le: datetime) -> "Recit":
        return self.puis("demande.approuvée", le)

    def prise_en_charge(self, le: datetime) -> "Recit":
        return self.puis("demande.prise_en_charge", le)

    def suspendue(self, le: datetime) -> "Recit":
        return self.puis("demande.suspendue", le)

    def reprise(self, le: datetime) -> "Recit":
        return self.puis("demande.reprise", le)

    def rouverte(self, le: datetime, *attendues: Attendue) -> "Recit":
        return self.puis("demande.rouverte", le, attendues=attendues or (LIVRE_POSTE,))

    def livree(self, le: datetime, attendue: Attendue = LIVRE_POSTE) -> "Recit":
        return self.puis(attendue.evenement, le, {"article_id": attendue.article_id})

    def completee(self, le: datetime) -> "Recit":
        return self.puis("demande.complétée", le)

    def convenue(self, le: datetime, jour: str) -> "Recit":
        return self.puis("date.convenue", le, {"date_convenue": jour})

    def rectifie(self, place: int, le: datetime | None) -> "Recit":
        """L'épisode à cette place du récit reçoit son heure juste; None : il est nul."""
        rang = len(self.episodes) + len(self.rectifications) + 1
        acte = self.episodes[place].acte_id
        self.rectifications.append(Rectification(acte_id=acte, survenu_le=le, rang=rang))
        return self

    @property
    def faits(self) -> list[Episode | Rectification]:
        return [*self.episodes, *self.rectifications]

    @property
    def histoire(self) -> Histoire:
        return histoire(self.faits, self.sujet)


def histoire(faits: Iterable[Episode | Rectification], sujet: Sujet = DEMANDE) -> Histoire:
    """L'histoire que donnent ces faits, arrivés dans cet ordre."""
    faits = list(faits)
    episodes = [f for f in faits if isinstance(f, Episode)]
    rectifications = [f for f in faits if isinstance(f, Rectification)]
    return Histoire.de(sujet, "MTQ", episodes, rectifications)
