"""Construit des histoires lisibles : « le 8 à 9 h, suspendue »."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from uuid import UUID, uuid5

from calendrier import Calendrier, instant_de_quebec, lire_versions
from sla.fiches.domaine import Fiche, Fiches, Indicateur
from sla.histoires.domaine import Creation, Episode, Histoire, Livraison, Nature, Rectification

ESPACE = UUID("6b1f0f3e-0000-4000-8000-000000000000")
DEMANDE = uuid5(ESPACE, "demande")
POSTE, LOGICIEL, MONITEUR = (uuid5(ESPACE, nom) for nom in ("poste", "logiciel", "moniteur"))

LIVRE_POSTE = Livraison(POSTE, "poste.livré")
LIVRE_LOGICIEL = Livraison(LOGICIEL, "logiciel.installé")
LIVRE_MONITEUR = Livraison(MONITEUR, "actif.livré")


@cache
def calendrier() -> Calendrier:
    return Calendrier.depuis(lire_versions()[-1])


def sept(jour: int, heure: int = 9, minute: int = 0, seconde: int = 0) -> datetime:
    """Un instant de septembre 2026, à l'heure de Québec; le 7 est la Fête du Travail."""
    return instant_de_quebec(date(2026, 9, jour), time(heure, minute, seconde))


def indicateur(code: str = "PT-1", **champs: object) -> Indicateur:
    """PT-1 tel que sa fiche le donne, ou ce qu'on en change."""
    valeurs: dict[str, object] = {
        "code": code,
        "libelle": "Livraison d'un poste physique et de ses logiciels",
        "mesure": "delai",
        "cible": Decimal("0.95"),
        "delai": 10,
        "unite_delai": "jours_ouvrables",
        "sortes": ("poste_physique",),
        "fin": ("poste.livré", "logiciel.installé"),
        "conditions": ("a", "c", "e"),
        **champs,
    }
    return Indicateur(**valeurs)  # type: ignore[arg-type]


def fiche(
    *indicateurs: Indicateur,
    code: str = "POSTES",
    version: int = 1,
    debut: date = date(2015, 1, 1),
    fin: date | None = None,
) -> Fiche:
    return Fiche(
        code=code,
        titre="Gestion des postes de travail",
        version=version,
        debut=debut,
        fin=fin,
        indicateurs=indicateurs or (indicateur(),),
    )


def fiches(*versions: Fiche) -> Fiches:
    return Fiches.de(versions or (fiche(),))


def creation(**champs: object) -> Creation:
    valeurs: dict[str, object] = {
        "numero": "D-2026-000001",
        "sorte": "poste_physique",
        "approbation_requise": False,
        "acquisition_multiple": False,
        "configuration_normalisee": True,
        "logiciel_payant": False,
        "gamme": "ordinaire",
        **champs,
    }
    return Creation(**valeurs)  # type: ignore[arg-type]


@dataclass(slots=True)
class Recit:
    """Écrit une histoire dans l'ordre où demandes l'enregistre."""

    episodes: list[Episode] = field(default_factory=list)
    rectifications: list[Rectification] = field(default_factory=list)

    def puis(
        self,
        nature: Nature,
        le: datetime,
        *,
        livraison: Livraison | None = None,
        attendues: Iterable[Livraison] = (),
        faits: Creation | None = None,
        appris: datetime | None = None,
    ) -> "Recit":
        rang = len(self.episodes) + 1
        self.episodes.append(
            Episode(
                evenement_id=uuid5(ESPACE, f"{nature}{le}{rang}"),
                nature=nature,
                survenu_le=le,
                enregistre_le=appris or le,
                creation=faits,
                livraison=livraison,
                attendues=tuple(attendues),
            )
        )
        return self

    def creee(self, le: datetime, *attendues: Livraison, **faits: object) -> "Recit":
        return self.puis(
            Nature.CREEE, le, attendues=attendues or (LIVRE_POSTE,), faits=creation(**faits)
        )

    def approuvee(self, le: datetime) -> "Recit":
        return self.puis(Nature.APPROUVEE, le)

    def prise_en_charge(self, le: datetime) -> "Recit":
        return self.puis(Nature.PRISE_EN_CHARGE, le)

    def suspendue(self, le: datetime) -> "Recit":
        return self.puis(Nature.SUSPENDUE, le)

    def reprise(self, le: datetime) -> "Recit":
        return self.puis(Nature.REPRISE, le)

    def rouverte(self, le: datetime, *attendues: Livraison) -> "Recit":
        return self.puis(Nature.ROUVERTE, le, attendues=attendues or (LIVRE_POSTE,))

    def livree(self, le: datetime, attendue: Livraison = LIVRE_POSTE) -> "Recit":
        return self.puis(Nature.LIVRAISON, le, livraison=attendue)

    def completee(self, le: datetime) -> "Recit":
        return self.puis(Nature.COMPLETEE, le)

    def rectifie(self, place: int, le: datetime | None) -> "Recit":
        """L'épisode à cette place du récit reçoit son heure juste; None : il est nul."""
        rang = len(self.episodes) + len(self.rectifications) + 1
        acte = self.episodes[place].evenement_id
        self.rectifications.append(Rectification(acte_id=acte, survenu_le=le, rang=rang))
        return self

    @property
    def faits(self) -> list[Episode | Rectification]:
        return [*self.episodes, *self.rectifications]

    @property
    def histoire(self) -> Histoire:
        return histoire(self.faits)


def histoire(faits: Iterable[Episode | Rectification]) -> Histoire:
    """L'histoire que donnent ces faits, arrivés dans cet ordre."""
    faits = list(faits)
    episodes = [f for f in faits if isinstance(f, Episode)]
    rectifications = [f for f in faits if isinstance(f, Rectification)]
    return Histoire.de(DEMANDE, "MTQ", episodes, rectifications)
