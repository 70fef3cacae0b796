"""Ce qu'on lit des usages."""

from dataclasses import dataclass

from sqlalchemy import select

from contrats.base import CodeOrganisme, CodeOuvert
from demandes.usages.adaptateurs.tables import usages
from socle.bd.vues import VueListe, VueObjet
from socle.champs import Periode


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreUsages:
    """Ce qu'on demande des usages."""

    organisme: CodeOrganisme | None = None
    usage: CodeOuvert | None = None
    periode: Periode | None = None


USAGE = VueObjet(select(usages), usages.c.id, "Usage introuvable.")
USAGES = VueListe(requete=select(usages), filtre=FiltreUsages, cles=(usages.c.id,))
