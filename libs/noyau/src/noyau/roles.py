"""Les rôles des jetons : ceux des organismes, ceux du MCN, ceux des machines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from noyau.acte import Acteur
from noyau.codes import est_code_organisme
from noyau.refus import Interdit


@dataclass(frozen=True, slots=True)
class Annuaire:
    """Qui peut porter quel rôle. Un rôle du MCN ne va qu'à un jeton sans organisme.

    Un rôle de machine va aux deux; un rôle d'organisme exige un jeton qui nomme le sien.
    """

    organisme: frozenset[str]
    mcn: frozenset[str]
    machines: frozenset[str]
    verificateurs: frozenset[str] = frozenset()
    """Ceux du MCN qui lisent tout, n'écrivent rien, et dont chaque lecture s'inscrit à l'audit."""
    est_organisme: Callable[[str], bool] = field(default=est_code_organisme)
    """Vrai pour un code d'organisme bien formé."""

    @property
    def roles(self) -> frozenset[str]:
        """Tous les rôles connus."""
        return self.organisme | self.mcn | self.machines

    def interdits(self, organisme: str | None) -> frozenset[str]:
        """Les rôles que ne peut porter le jeton de cet organisme (aucun : du MCN)."""
        return self.organisme if organisme is None else self.mcn


ANNUAIRE: Final = Annuaire(
    organisme=frozenset({"demandeur", "signataire", "gestionnaire", "dirigeant"}),
    mcn=frozenset(
        {
            *("agent-csc", "technicien", "catalogue", "facturation", "mesure", "courtier", "admin"),
            "verificateur",
        }
    ),
    machines=frozenset({"portail", "itsm", "integration"}),
    verificateurs=frozenset({"verificateur"}),
)
"""Les rôles du programme SBG.

Un rôle n'ouvre que les routes qui le nomment. Le dirigeant autorise pour son organisme (CI-15); le
vérificateur, du MCN ou mandaté par lui, ouvre toute lecture et n'écrit jamais.
"""


def exiger_une_personne(acteur: Acteur, regle: str) -> None:
    """Une machine n'engage personne, quels que soient ses autres rôles; lève `Interdit`."""
    if acteur.roles & ANNUAIRE.machines:
        raise Interdit("Une machine ne décide pas à la place d'une personne.", regle=regle)
