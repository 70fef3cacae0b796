"""Les lectures des mesures : une requête par écran."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, Numeric, Text, bindparam, case, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from sla.mesures.adaptateurs.tables import mesures, sujets
from sla.mesures.cas_usage import ABSENTE
from sla.mesures.domaine.conditions import Conclusion
from socle.bd.connexion import Connexion
from socle.bd.vues import VueListe, VueObjet


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filtre:
    indicateur: str | None = None
    organisme: str | None = None
    periode: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreMesures(_Filtre):
    """Ce qu'on demande aux mesures; `sujet` est l'identifiant du sujet."""

    sujet: str | None = None
    verdict: str | None = None
    exclue: bool | None = None
    signalee: bool | None = None
    numero: str | None = None
    echeance_jusqua: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreExclusions(_Filtre):
    """Ce qu'on demande aux exclusions."""

    condition: str | None = None
    etat: str | None = None


_MESURES = select(
    # « 0.95 » plutôt que « 0.950000 ».
    func.trim_scale(mesures.c.cible, type_=Numeric).label("cible"),
    *(colonne for colonne in mesures.columns if colonne.name != "cible"),
)
MESURE = VueObjet(_MESURES, mesures.c.id, ABSENTE)
MESURES = VueListe(
    requete=_MESURES,
    filtre=FiltreMesures,
    cles=(_MESURES.selected_columns.id,),
    conditions={
        "sujet": mesures.c.sujet_id == bindparam("sujet", type_=Text),
        "echeance_jusqua": mesures.c.echeance <= bindparam("echeance_jusqua", type_=Date),
    },
)

_EXAMEN = func.jsonb_array_elements(mesures.c.examens, type_=JSONB).column_valued(
    "examen", joins_implicitly=True
)
_EXCLUSIONS = select(
    mesures.c.id.label("mesure_id"),
    *(
        mesures.c[nom]
        for nom in ("organisme", "sujet", "sujet_id", "numero", "indicateur", "periode")
    ),
    *(
        _EXAMEN[nom].astext.label(nom)
        for nom in (
            "condition",
            "libelle",
            "preuve",
            "auteur",
            "motif",
            "fait_nouveau",
            "exclusion_id",
        )
    ),
    _EXAMEN["le"].astext.label("prononcee_le"),
    _EXAMEN["annulation"].label("annulation"),
    func.coalesce(_EXAMEN["exclusion_id"].astext, "", type_=Text).label("rang"),
    case(
        (_EXAMEN["conclusion"].astext == Conclusion.EXCLUE.value, "en_vigueur"), else_="annulee"
    ).label("etat"),
).where(
    or_(mesures.c.exclue, mesures.c.decidee),
    or_(
        _EXAMEN["conclusion"].astext == Conclusion.EXCLUE.value,
        _EXAMEN["conclusion"].astext == Conclusion.ANNULEE.value,
    ),
)
EXCLUSIONS = VueListe(
    requete=_EXCLUSIONS,
    filtre=FiltreExclusions,
    cles=tuple(_EXCLUSIONS.selected_columns[nom] for nom in ("mesure_id", "condition", "rang")),
)
"""Une ligne par condition qui exclut une mesure du taux ajusté, ou l'en excluait (SLA-8)."""

A_REJOUER = select(sujets.c.sorte, sujets.c.id).where(sujets.c.a_rejouer).limit(bindparam("limite"))


async def rejeux_restants(connexion: Connexion) -> bool:
    """Vrai s'il reste des sujets marqués à rejouer."""
    return await connexion.ligne(A_REJOUER, {"limite": 1}) is not None
