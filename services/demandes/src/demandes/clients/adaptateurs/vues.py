"""Ce qu'on lit du fichier client et du registre."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, and_, bindparam, exists, or_, select

from demandes.clients.adaptateurs.tables import organismes, signataires, substitutions
from noyau import Conservation
from socle.bd.connexion import Connexion
from socle.bd.vues import SansFiltre, Vue, VueListe, VueObjet
from socle.conservation import PARTIE, Famille, depuis_le_jour, en_mots, lot, passee
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

    Partie : aucun de ses mandats ni substitutions n'a couru depuis si longtemps.
    """
    garde = reglages.conservation.durees.personnes
    return (
        _partie(
            garde, "signataires", "qui fut signataire : nom, sujet, adresse", ", courriel = NULL"
        ),
        _partie(garde, "substitutions", "qui remplaça un signataire : nom, sujet"),
    )


def _partie(garde: Conservation, table: str, libelle: str, adresse: str = "") -> Famille:
    fin = depuis_le_jour("fin")

    def echue(maintenant: datetime) -> str:
        reste = f"a.fin IS NULL OR NOT {passee(depuis_le_jour('a.fin'), garde, maintenant)}"
        seule = (
            f"NOT EXISTS (SELECT FROM {autre} AS a WHERE a.sujet = {table}.sujet AND ({reste}))"
            for autre in ("signataires", "substitutions")
        )
        conditions = (passee(fin, garde, maintenant), PARTIE.encore("sujet"), *seule)
        return " AND ".join(conditions)

    effacer = f"nom = 'Personne partie', {PARTIE.efface('sujet')}{adresse}"
    return Famille(
        nom="personnes",
        libelle=libelle,
        duree=en_mots(garde),
        table=table,
        echue=echue,
        lot=lot(table, fin, echue, effacer),
    )
