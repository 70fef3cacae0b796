"""Les lectures des indicateurs et des taux : une requête par écran."""

from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    Integer,
    Numeric,
    Select,
    String,
    bindparam,
    column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from socle.noyau import Mois

_EN_VIGUEUR = """en_vigueur AS (
    SELECT DISTINCT ON (code) code, version, indicateurs FROM fiches
    WHERE debut <= CAST(:le AS date) AND (fin IS NULL OR fin > CAST(:le AS date))
    ORDER BY code, debut DESC, version DESC
)"""

_INDICATEURS = f"""
WITH {_EN_VIGUEUR}
SELECT i->>'code' AS code, e.code AS fiche, e.version AS fiche_version, i AS document
FROM en_vigueur e, jsonb_array_elements(e.indicateurs) AS i
"""  # noqa: S608 -- un fragment fixe

# Une ligne par indicateur, période et organisme; organisme « » : tous ensemble. Les indicateurs
# de délai en vigueur ont leur ligne même quand rien n'est à mesurer : « sans objet » se dit.
_TAUX = f"""
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
), {_EN_VIGUEUR}, attendus AS (
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
"""  # noqa: S608 -- un fragment fixe

_COLONNES_TAUX = (
    *(column(nom, String) for nom in ("indicateur", "exercice", "periode", "organisme", "libelle")),
    column("cible", Numeric),
    *(
        column(nom, Integer)
        for nom in ("mesurees", "conformes", "mesurees_ajuste", "conformes_ajuste", "signalees")
    ),
)


def indicateurs_au(le: date) -> Select[Any]:
    """Les indicateurs des fiches en vigueur ce jour-là (SLA-3, CAT-5)."""
    lecture = text(_INDICATEURS).bindparams(bindparam("le", le, type_=Date()))
    return select(
        lecture.columns(
            column("code", String),
            column("fiche", String),
            column("fiche_version", Integer),
            column("document", JSONB),
        ).subquery("indicateurs")
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
