"""Ce qu'on lit du fichier client et du registre."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, and_, bindparam, exists, or_, select

from demandes.clients.adaptateurs.tables import organismes, signataires, substitutions
from socle.bd.connexion import Connexion
from socle.bd.vues import SansFiltre, Vue, VueListe, VueObjet
from socle.conservation import PARTIE, Famille, depuis_le_jour
from socle.reglages import Reglages

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


def conservation(reglages: Reglages) -> Sequence[Famille]:
    """D'une personne partie, le nom et l'adresse s'effacent; ses mandats et ses actes restent.

    Partie : aucun de ses mandats ni substitutions n'a couru depuis tant de jours.
    """
    return tuple(
        Famille(
            nom="personnes",
            libelle=libelle,
            jours=reglages.conservation.personnes,
            table=table,
            age=depuis_le_jour("fin"),
            et=f"{PARTIE.encore('sujet')} AND {_sans(table, 'signataires')}"
            f" AND {_sans(table, 'substitutions')}",
            effacer=f"nom = 'Personne partie', {PARTIE.efface('sujet')}{adresse}",
            affaires=True,
        )
        for table, adresse, libelle in (
            ("signataires", ", courriel = NULL", "qui fut signataire : nom, sujet, adresse"),
            ("substitutions", "", "qui remplaça un signataire : nom, sujet"),
        )
    )


def _sans(table: str, autre: str) -> str:
    """Vrai si cette table ne connaît rien d'autre de la personne depuis l'échéance."""
    return (
        f"NOT EXISTS (SELECT FROM {autre} AS a WHERE a.sujet = {table}.sujet"
        f" AND (a.fin IS NULL OR {depuis_le_jour('a.fin')} >= $1))"
    )
