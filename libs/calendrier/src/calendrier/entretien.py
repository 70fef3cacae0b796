"""La plage d'entretien (condition d) : quand le système peut s'arrêter sans compter (SLA-5)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from calendrier.documents import calendrier_applique, calendrier_de
from calendrier.plages import Plage
from calendrier.versions import GenrePlage
from noyau import en_utc

HORIZON = timedelta(days=15)
"""Plus long qu'aucun écart entre deux plages, et qu'aucune plage."""


def plage_d_entretien(
    instant: datetime, documents: Iterable[Mapping[str, object]] | None = None
) -> Plage:
    """La plage d où tombe l'instant, sinon la prochaine, en UTC.

    `documents` sont les versions publiées du calendrier; sans elles, celles livrées avec le paquet.
    Lève `VersionInvalide`, `CalendrierAbsent`, ou `JourHorsCalendrier`.
    """
    calendrier = calendrier_applique() if documents is None else calendrier_de(documents)
    debut = calendrier.prochaine_plage(GenrePlage.MAINTENANCE, en_utc(instant))
    entiere = calendrier.plages(GenrePlage.MAINTENANCE, debut - HORIZON, debut + HORIZON)
    return next(plage for plage in entiere if plage.debut <= debut < plage.fin)
