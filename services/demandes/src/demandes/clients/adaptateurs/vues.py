"""Ce qu'on lit du fichier client et du registre."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, and_, bindparam, exists, or_, select

from demandes.clients.adaptateurs.tables import organismes, signataires, substitutions
from socle.bd.connexion import Connexion
from socle.bd.vues import SansFiltre, Vue, VueListe, VueObjet

LOT = 100
"""Combien d'organismes suit un tour de la tâche."""

ORGANISME = VueObjet(select(organismes), organismes.c.organisme, "Organisme introuvable.")
ORGANISMES = VueListe(requete=select(organismes), filtre=SansFiltre, cles=(organismes.c.organisme,))


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreRegistre:
    """Le registre d'un organisme."""

    organisme: str


SIGNATAIRES = VueListe(requete=select(signataires), filtre=FiltreRegistre, cles=(signataires.c.id,))
SUBSTITUTIONS = VueListe(
    requete=select(substitutions), filtre=FiltreRegistre, cles=(substitutions.c.id,)
)

_JOUR = bindparam("jour", type_=Date())
_o, _s, _x = organismes.c, signataires.c, substitutions.c
_venues = (and_(borne > _o.annonce_le, borne <= _JOUR) for borne in (_s.debut, _s.fin))
_A_SUIVRE = (
    select(_o.organisme)
    .where(
        or_(
            _o.annonce_le.is_(None),
            exists().where(_s.organisme == _o.organisme, or_(~_s.publie, *_venues)),
            exists().where(_x.organisme == _o.organisme, ~_x.publie),
        )
    )
    .order_by(_o.organisme)
    .limit(LOT)
)


def a_suivre(jour: date) -> Vue[Sequence[str]]:
    """Les organismes dont on n'a pas tout dit : inédits, ou un mandat y commence ou y finit.

    Le destinataire, lui, se décide au domaine : ici, seulement qu'une date est venue.
    """

    async def vue(connexion: Connexion) -> Sequence[str]:
        return await connexion.colonne(_A_SUIVRE, {"jour": jour})

    return vue
