"""Ce que tout fait de demandes a en commun."""

from typing import ClassVar

from contrats.base import CodeOrganisme, Evenement


class EvenementDemandes(Evenement):
    """Un fait de demandes, d'un organisme."""

    PRODUCTEUR: ClassVar[str] = "demandes"

    organisme: CodeOrganisme
