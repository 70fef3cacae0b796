"""Les lectures : une requête par écran."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Numeric,
    Row,
    Select,
    String,
    bindparam,
    column,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from sla.adaptateurs.depots import ouvrir_depots
from sla.adaptateurs.tables import fiches, mesures
from sla.domaine.explication import Explication, expliquer
from socle.noyau import Introuvable, Mois

T = TypeVar("T")

ABSENTE = "Aucune mesure de cette demande n'est connue."


async def mesure(
    connexion: AsyncConnection, demande_id: UUID, presenter: Callable[[Row[Any]], T]
) -> T:
    """La mesure d'une demande, présentée; lève `Introuvable`."""
    requete = mesures_filtrees(demande_id=demande_id)
    ligne = (await connexion.execute(requete)).one_or_none()
    if ligne is None:
        raise Introuvable(ABSENTE)
    return presenter(ligne)


async def explication(connexion: AsyncConnection, demande_id: UUID, au: datetime) -> Explication:
    """L'explication d'un verdict, rejoué de l'histoire; lève `Introuvable`."""
    depots = ouvrir_depots(connexion)
    histoires = await depots.histoires.charger([demande_id])
    if not histoires:
        raise Introuvable(ABSENTE)
    return expliquer(histoires[0], await depots.fiches.toutes(), depots.calendrier, au=au)


async def rejeux_restants(connexion: AsyncConnection) -> bool:
    """Vrai s'il reste des demandes marquées à rejouer."""
    depots = ouvrir_depots(connexion)
    return bool(await depots.mesures.a_rejouer(depots.calendrier.version.version, 1))


def mesures_filtrees(**exacts: object) -> Select[Any]:
    """Les mesures dont chaque colonne nommée a cette valeur; None : sans filtre."""
    colonnes = [c for c in mesures.columns if c.name not in {"demande_id", "cible", "a_rejouer"}]
    lignes = (
        select(mesures.c.demande_id.label("id"), _sans_zeros(mesures.c.cible), *colonnes)
        .where(*_filtres(exacts))
        .subquery()
    )
    return select(lignes)


def exclusions(condition: str | None, **exacts: object) -> Select[Any]:
    """Une ligne par condition qui exclut une mesure du taux ajusté (SLA-8)."""
    examen = func.jsonb_array_elements(mesures.c.examens, type_=JSONB).column_valued(
        "examen", joins_implicitly=True
    )
    lignes = (
        select(
            mesures.c.demande_id.label("mesure_id"),
            *(mesures.c[nom] for nom in ("organisme", "numero", "indicateur", "periode")),
            *(
                examen[nom].astext.label(nom)
                for nom in ("condition", "libelle", "preuve", "auteur")
            ),
        )
        .where(mesures.c.exclue, examen["conclusion"].astext == "exclue", *_filtres(exacts))
        .subquery()
    )
    requete = select(lignes)
    return requete if condition is None else requete.where(lignes.c.condition == condition)


def _filtres(exacts: Mapping[str, object]) -> list[ColumnElement[bool]]:
    return [mesures.c[nom] == voulu for nom, voulu in exacts.items() if voulu is not None]


def _sans_zeros(cible: ColumnElement[Any]) -> ColumnElement[Any]:
    """« 0.95 » plutôt que « 0.950000 »."""
    return func.trim_scale(cible, type_=Numeric).label("cible")


def indicateurs_au(le: date) -> Select[Any]:
    """Les indicateurs des fiches en vigueur ce jour-là (SLA-3, CAT-5)."""
    en_vigueur = (
        select(fiches)
        .ext(distinct_on(fiches.c.code))
        .where(fiches.c.debut <= le, fiches.c.fin.is_(None) | (fiches.c.fin > le))
        .order_by(fiches.c.code, fiches.c.debut.desc(), fiches.c.version.desc())
        .subquery()
    )
    document = func.jsonb_array_elements(en_vigueur.c.indicateurs, type_=JSONB).column_valued(
        "document", joins_implicitly=True
    )
    indicateurs = (
        select(
            document["code"].astext.label("code"),
            en_vigueur.c.code.label("fiche"),
            en_vigueur.c.version.label("fiche_version"),
            document.label("document"),
        )
        .select_from(en_vigueur)  # avant la fonction qui lit ses colonnes
        .subquery()
    )
    return select(indicateurs)


# Une ligne par indicateur, période et organisme; organisme « » : tous ensemble. Les indicateurs
# de délai en vigueur ont leur ligne même quand rien n'est à mesurer : « sans objet » se dit.
_TAUX = """
WITH jugees AS (
    SELECT indicateur, organisme, cible, exclue, signalee, verdict = 'conforme' AS conforme,
           exercice, CASE WHEN CAST(:exercice AS text) IS NULL THEN periode ELSE '' END AS periode
    FROM mesures
    WHERE verdict IN ('conforme', 'manquee', 'depassee')
      AND (CAST(:indicateur AS text) IS NULL OR indicateur = :indicateur)
      AND (CAST(:organisme AS text) IS NULL OR organisme = :organisme)
      AND (CAST(:periode AS text) IS NULL OR periode = :periode)
      AND (CAST(:exercice AS text) IS NULL OR exercice = :exercice)
), comptes AS (
    SELECT indicateur, exercice, periode, coalesce(organisme, '') AS organisme,
           max(cible) AS cible,
           count(*) AS mesurees,
           count(*) FILTER (WHERE conforme) AS conformes,
           count(*) FILTER (WHERE NOT exclue) AS mesurees_ajuste,
           count(*) FILTER (WHERE conforme AND NOT exclue) AS conformes_ajuste,
           count(*) FILTER (WHERE signalee) AS signalees
    FROM jugees
    GROUP BY GROUPING SETS ((indicateur, exercice, periode, organisme),
                            (indicateur, exercice, periode))
    HAVING grouping(organisme) = 0 OR CAST(:tous AS boolean)
), en_vigueur AS (
    SELECT DISTINCT ON (code) indicateurs FROM fiches
    WHERE debut <= CAST(:le AS date) AND (fin IS NULL OR fin > CAST(:le AS date))
    ORDER BY code, debut DESC, version DESC
), attendus AS (
    SELECT i->>'code' AS indicateur, i->>'libelle' AS libelle, CAST(i->>'cible' AS numeric) AS cible
    FROM en_vigueur, jsonb_array_elements(indicateurs) AS i
    WHERE i->>'mesure' = 'delai' AND i->>'delai' IS NOT NULL AND i->'sortes' <> '[]'
      AND (CAST(:indicateur AS text) IS NULL OR i->>'code' = :indicateur)
), lignes AS (
    SELECT indicateur, exercice, periode, organisme FROM comptes
    UNION
    SELECT indicateur, CAST(:exercice_lu AS text), coalesce(CAST(:periode AS text), ''),
           CAST(:organisme_lu AS text)
    FROM attendus WHERE CAST(:exercice_lu AS text) IS NOT NULL
)
SELECT l.indicateur, l.exercice, l.periode, l.organisme,
       coalesce(a.libelle, l.indicateur) AS libelle,
       trim_scale(coalesce(c.cible, a.cible)) AS cible,
       coalesce(c.mesurees, 0) AS mesurees, coalesce(c.conformes, 0) AS conformes,
       coalesce(c.mesurees_ajuste, 0) AS mesurees_ajuste,
       coalesce(c.conformes_ajuste, 0) AS conformes_ajuste,
       coalesce(c.signalees, 0) AS signalees
FROM lignes l
LEFT JOIN comptes c USING (indicateur, exercice, periode, organisme)
LEFT JOIN attendus a USING (indicateur)
"""


_COLONNES_TAUX = (
    *(column(nom, String) for nom in ("indicateur", "exercice", "periode", "organisme", "libelle")),
    column("cible", Numeric),
    *(
        column(nom, Integer)
        for nom in ("mesurees", "conformes", "mesurees_ajuste", "conformes_ajuste", "signalees")
    ),
)


def taux(
    *,
    indicateur: str | None,
    organisme: str | None,
    periode: Mois | None,
    exercice: str | None,
    le: date,
) -> Select[Any]:
    """Les comptes de chaque taux (SLA-4), par indicateur, exercice, période et organisme.

    `organisme` absent : chacun, et tous ensemble (organisme « »). Un exercice sans période se
    compte d'un bloc (période « »). Une période ou un exercice demandé a une ligne par indicateur
    de délai en vigueur au jour `le`, même si rien n'y est à mesurer.
    """
    valeurs: dict[str, tuple[TypeEngine[Any], object]] = {
        "indicateur": (String(), indicateur),
        "organisme": (String(), organisme),
        "periode": (String(), None if periode is None else str(periode)),
        "exercice": (String(), exercice if periode is None else None),
        "exercice_lu": (String(), exercice if periode is None else periode.exercice),
        "organisme_lu": (String(), organisme or ""),
        "tous": (Boolean(), organisme is None),
        "le": (Date(), le),
    }
    lies = [bindparam(nom, valeur, type_=genre) for nom, (genre, valeur) in valeurs.items()]
    return select(text(_TAUX).bindparams(*lies).columns(*_COLONNES_TAUX).subquery("taux"))
