"""Les refus du calendrier, dits en français."""

from noyau import Conflit


class ErreurCalendrier(ValueError):
    """Tout refus du calendrier."""


class VersionInvalide(ErreurCalendrier):
    """Le document d'une version du calendrier ne peut servir; le message nomme le champ fautif."""


class CalendrierAbsent(Conflit, ErreurCalendrier):
    """Aucune version n'est encore connue : rien ne se compte (SLA-1)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, regle="SLA-1")


class JourHorsCalendrier(Conflit, ErreurCalendrier):
    """Le jour ou l'instant sort des années couvertes, 2015 à 2040 (SLA-1)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, regle="SLA-1")


class JourNonOuvrable(ErreurCalendrier):
    """Le CSC n'ouvre pas ce jour-là : il n'y a ni ouverture ni fermeture."""


class HistoireInvalide(ErreurCalendrier):
    """L'histoire d'une demande se contredit ou ne peut être décomptée."""
