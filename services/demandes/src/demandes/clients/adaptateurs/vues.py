"""Ce qu'on lit du fichier client et du registre."""

from dataclasses import dataclass

from sqlalchemy import select

from demandes.clients.adaptateurs.tables import organismes, signataires, substitutions
from socle.bd.vues import SansFiltre, VueListe, VueObjet

_CODE = organismes.c.organisme.label("code")
_ORGANISMES = select(_CODE, *(c for c in organismes.c if c is not organismes.c.organisme))
ORGANISME = VueObjet(_ORGANISMES, organismes.c.organisme, "Organisme introuvable.")
ORGANISMES = VueListe(requete=_ORGANISMES, filtre=SansFiltre, cles=(_CODE,))


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreRegistre:
    """Le registre d'un organisme."""

    organisme: str


SIGNATAIRES = VueListe(requete=select(signataires), filtre=FiltreRegistre, cles=(signataires.c.id,))
SUBSTITUTIONS = VueListe(
    requete=select(substitutions), filtre=FiltreRegistre, cles=(substitutions.c.id,)
)
