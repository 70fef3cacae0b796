"""Les refus du calendrier, dits en français."""


class ErreurCalendrier(ValueError):
    """Tout refus du calendrier."""


class VersionInvalide(ErreurCalendrier):
    """Le document d'une version du calendrier ne peut servir; le message nomme le champ fautif."""


class JourHorsCalendrier(ErreurCalendrier):
    """Le jour ou l'instant sort des années couvertes (2015 à 2040)."""


class JourNonOuvrable(ErreurCalendrier):
    """Le CSC n'ouvre pas ce jour-là : il n'y a ni ouverture ni fermeture."""


class HistoireInvalide(ErreurCalendrier):
    """L'histoire d'une demande se contredit ou ne peut être décomptée."""
