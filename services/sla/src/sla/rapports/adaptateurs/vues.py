"""Ce qu'un rapport lit des mesures et des mois fermés : chaque liste est bornée, et comptée."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from sla.mesures.adaptateurs.tables import mesures
from sla.mesures.domaine.conditions import Conclusion
from sla.mesures.domaine.verdict import Verdict
from sla.rapports.domaine.rapport import MONTREES
from sla.taux.adaptateurs.tables import corrections, fermetures, mesures_fermees
from socle.bd.connexion import Connexion
from socle.bd.instructions import Ligne, parmi

_PERIODE = bindparam("periode", type_=Text)
_ORGANISME = bindparam("organisme", type_=Text)
_MANQUEE = Verdict.MANQUEE.value

FERMETURE = select(
    *(fermetures.c[nom] for nom in ("fermee_le", "motif", "manquants", "empreinte"))
).where(fermetures.c.periode == _PERIODE)


@dataclass(frozen=True, slots=True)
class Lecture:
    """La même requête pour tous, et pour un seul organisme : chacune a son index."""

    tous: Select[Any]
    un: Select[Any]

    @classmethod
    def de(cls, requete: Select[Any], organisme: ColumnElement[str]) -> "Lecture":
        return cls(requete, requete.where(organisme == _ORGANISME))

    @classmethod
    def bornee(
        cls, requete: Select[Any], organisme: ColumnElement[str], *ordre: ColumnElement[Any]
    ) -> "Lecture":
        """Les premières lignes, chacune avec le nombre de toutes."""
        toutes = requete.add_columns(func.count().over().label("nombre"))
        return cls.de(toutes.order_by(*ordre).limit(MONTREES), organisme)

    async def lire(
        self, connexion: Connexion, organisme: str | None, **valeurs: object
    ) -> list[Ligne]:
        if organisme is None:
            return await connexion.lignes(self.tous, valeurs)
        return await connexion.lignes(self.un, {**valeurs, "organisme": organisme})


def _repere(c: Any) -> ColumnElement[str]:  # noqa: ANN401
    return func.coalesce(c.numero, c.sujet_id).label("repere")


_m, _f, _c = mesures.c, mesures_fermees.c, corrections.c

MANQUEES = Lecture.bornee(
    select(
        _m.id.label("mesure_id"),
        *(_m[nom] for nom in ("organisme", "indicateur", "sujet")),
        _repere(_m),
        *(_m[nom] for nom in ("j0", "fin", "jours", "delai", "exclue")),
    ).where(_m.periode == _PERIODE, _m.verdict == _MANQUEE),
    _m.organisme,
    _m.indicateur,
    _m.fin,
    _m.id,
)
"""Celles qu'on connaît, d'un mois qui n'est pas fermé."""

_JUGEMENT: Mapping[str, Any] = {"j0": Date, "fin": DateTime(timezone=True)}
_JUGE = {nom: cast(_f.jugement[nom].astext, type_).label(nom) for nom, type_ in _JUGEMENT.items()}
_ENTIERS = {nom: cast(_f.jugement[nom].astext, Integer).label(nom) for nom in ("jours", "delai")}

MANQUEES_FERMEES = Lecture.bornee(
    select(
        *(_f[nom] for nom in ("mesure_id", "organisme", "indicateur", "sujet")),
        _repere(_f),
        *_JUGE.values(),
        *_ENTIERS.values(),
        _f.jugement["exclue"].as_boolean().label("exclue"),
    ).where(_f.periode == _PERIODE, _f.jugement["verdict"].astext == _MANQUEE),
    _f.organisme,
    _f.indicateur,
    _JUGE["fin"],
    _f.mesure_id,
)
"""Celles du taux publié."""

_EXAMEN = func.jsonb_array_elements(_m.examens, type_=JSONB).column_valued(
    "examen", joins_implicitly=True
)
EXCLUES = Lecture.bornee(
    select(
        _m.id.label("mesure_id"),
        *(_m[nom] for nom in ("organisme", "indicateur", "sujet")),
        _repere(_m),
        *(_EXAMEN[nom].astext.label(nom) for nom in ("libelle", "preuve", "auteur")),
    ).where(
        _m.periode == _PERIODE,
        _m.exclue,
        _EXAMEN["conclusion"].astext == Conclusion.EXCLUE.value,
    ),
    _m.organisme,
    _m.indicateur,
    _m.fin,
    _m.id,
    _EXAMEN["condition"].astext,
)

CORRIGEES = Lecture.bornee(
    select(
        *(_c[nom] for nom in ("mesure_id", "organisme", "periode", "indicateur", "sujet")),
        _repere(_c),
        _c.avant["verdict"].astext.label("avant"),
        _c.apres["verdict"].astext.label("apres"),
        _c.cause,
        _c.corrigee_le,
    ).where(parmi(_c.periode, "periodes")),
    _c.organisme,
    _c.corrigee_le.desc(),
    _c.mesure_id,
    _c.periode,
    _c.rang,
)

REGIMES = Lecture.de(
    select(_m.fiche, _m.fiche_version).where(_m.periode == _PERIODE).distinct(), _m.organisme
)
