"""Le tableau du mois : ce qui est reçu, ce qui reste à faire, et où le lire."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from facturation.emissions.domaine.executions import est_recu
from noyau import Mois

COMPTE_MAXIMUM: Final = 10_000
"""Ce qu'une rubrique compte : au-delà, elle dit seulement que c'est davantage."""
CAS_MONTRES: Final = 20
"""Ce qu'une rubrique nomme."""


class Rubrique(StrEnum):
    """Ce que le tableau compte."""

    REBUTS = "rebuts"
    STATIONNES = "stationnes"
    REVUES = "revues"
    INCIDENTS = "incidents"
    LIGNES_EN_ATTENTE = "lignes_en_attente"
    A_APPROUVER = "a_approuver"
    APPROUVES = "approuves"
    EXECUTIONS = "executions"
    MIS_DE_COTE = "mis_de_cote"
    NON_VALIDES = "non_valides"
    CONTESTATIONS = "contestations"
    DECISIONS_EN_RETARD = "decisions_en_retard"
    A_CONFIRMER = "a_confirmer"
    EN_RETARD = "en_retard"


@dataclass(frozen=True, slots=True)
class Definition:
    """Une rubrique en mots, et ce qui la détaille : une adresse, ou une commande."""

    libelle: str
    lien: str | None = None
    """`{periode}` y est celle du tableau."""
    commande: str | None = None

    def vers(self, periode: Mois) -> str | None:
        """L'adresse qui la détaille pour cette période."""
        return self.lien and self.lien.format(periode=periode)


DEFINITIONS: Final[Mapping[Rubrique, Definition]] = MappingProxyType(
    {
        Rubrique.REBUTS: Definition(
            "Événements reçus qui ne se traitent pas",
            commande="python -m facturation rebuts lister",
        ),
        Rubrique.STATIONNES: Definition(
            "Événements dont un prédécesseur manque",
            commande="python -m facturation stationnes lister",
        ),
        Rubrique.REVUES: Definition(
            "Organismes dont la revue a échoué", lien="/v1/lignes-en-attente"
        ),
        Rubrique.INCIDENTS: Definition(
            "Incidents signalés, qu'on ne peut encore facturer", lien="/v1/lignes-en-attente"
        ),
        Rubrique.LIGNES_EN_ATTENTE: Definition("Lignes en attente", lien="/v1/lignes-en-attente"),
        Rubrique.A_APPROUVER: Definition(
            "Organismes sans document ni aperçu approuvé", lien="/v1/approbations?periode={periode}"
        ),
        Rubrique.APPROUVES: Definition(
            "Aperçus approuvés, pas encore émis", lien="/v1/approbations?periode={periode}"
        ),
        Rubrique.EXECUTIONS: Definition(
            "Exécutions en cours ou arrêtées", lien="/v1/executions?periode={periode}"
        ),
        Rubrique.MIS_DE_COTE: Definition(
            "Organismes mis de côté, que rien n'a repris", lien="/v1/executions?periode={periode}"
        ),
        Rubrique.NON_VALIDES: Definition(
            "Factures que l'organisme n'a pas validées", lien="/v1/factures?periode={periode}"
        ),
        Rubrique.CONTESTATIONS: Definition(
            "Contestations sans décision, de toute période", lien="/v1/contestations"
        ),
        Rubrique.DECISIONS_EN_RETARD: Definition(
            "Contestations dont l'échéance est passée", lien="/v1/contestations?en_retard=true"
        ),
        Rubrique.A_CONFIRMER: Definition(
            "Décisions qu'une seconde personne doit confirmer",
            lien="/v1/decisions?etat=a_confirmer",
        ),
        Rubrique.EN_RETARD: Definition(
            "Documents en retard de paiement, le contesté à part", lien="/v1/documents-en-retard"
        ),
    }
)

IGNORE: Final = (
    (
        "Les actes de l'ITSM différés ou en souffrance : le service des demandes les liste"
        " (/v1/itsm/evenements)."
    ),
    (
        "Un incident ouvert depuis moins que le délai de sa fiche, et une rectification dont l'acte"
        " n'est pas encore reçu."
    ),
    "Ce qu'un aperçu donnerait : un organisme à approuver n'a peut-être aucune ligne.",
)
"""Ce que le tableau ne compte pas, et où le trouver s'il se trouve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cas:
    """Un de ceux que compte une rubrique."""

    nom: str
    texte: str = ""
    depuis: date | None = None
    lien: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Constat:
    """Ce que compte une rubrique, le plus ancien, et quelques-uns.

    `davantage` : il y en a plus que `nombre`, qu'on n'a pas comptés.
    """

    rubrique: Rubrique
    nombre: int
    davantage: bool = False
    depuis: date | None = None
    cas: tuple[Cas, ...] = ()

    @classmethod
    def de(
        cls,
        rubrique: Rubrique,
        comptes: int,
        cas: tuple[Cas, ...] = (),
    ) -> "Constat":
        """D'un compte arrêté juste après `COMPTE_MAXIMUM`, et des plus anciens d'abord."""
        return cls(
            rubrique=rubrique,
            nombre=min(comptes, COMPTE_MAXIMUM),
            davantage=comptes > COMPTE_MAXIMUM,
            depuis=min((c.depuis for c in cas if c.depuis is not None), default=None),
            cas=cas[:CAS_MONTRES],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Jalon:
    """Jusqu'où tout est reçu d'un producteur; `atteint` : toute la période l'est (FAC-7)."""

    producteur: str
    jusqua: datetime | None
    atteint: bool

    @classmethod
    def de(cls, producteur: str, jusqua: datetime | None, periode: Mois) -> "Jalon":
        return cls(producteur=producteur, jusqua=jusqua, atteint=est_recu(jusqua, periode))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tableau:
    """Une période, vue à un instant (UTC)."""

    periode: Mois
    le: datetime
    jalons: tuple[Jalon, ...]
    constats: tuple[Constat, ...]

    @property
    def recue(self) -> bool:
        """Vrai si chaque producteur a tout dit de la période : elle peut s'émettre."""
        return all(jalon.atteint for jalon in self.jalons)
