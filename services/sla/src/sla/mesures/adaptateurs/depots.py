"""Les mesures sur PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Text,
    Uuid,
    any_,
    bindparam,
    column,
    delete,
    exists,
    func,
    not_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from sla.base import remplacer
from sla.exclusions.domaine.exclusions import MesureVisee
from sla.histoires.domaine import Histoire, Sujet
from sla.mesures.adaptateurs.conversion import ligne_de_mesure, ligne_de_sujet
from sla.mesures.adaptateurs.tables import TOUCHES, mesures, sujets
from sla.mesures.adaptateurs.vues import A_REJOUER
from sla.mesures.cas_usage import ABSENTE
from sla.mesures.domaine.conditions import Conclusion
from sla.mesures.domaine.verdict import Mesure, Verdict
from socle.bd.connexion import Connexion
from socle.bd.conversion import une
from socle.bd.instructions import ajout_par_document

# Bâties une fois : construire une instruction coûte autant que l'exécuter.
_SUJET = remplacer(sujets, insert(sujets))
_MESURE = remplacer(mesures, ajout_par_document(mesures))
_REJOUES = (
    func.unnest(bindparam("sortes", type_=ARRAY(Text)), bindparam("ids", type_=ARRAY(Text)))
    .table_valued(column("sorte", Text), column("id", Text), name="rejoues")
    .render_derived()
)
_RESTE = func.unnest(bindparam("restent", type_=ARRAY(Uuid))).column_valued("reste")
_RETIRER = delete(mesures).where(
    tuple_(mesures.c.sujet, mesures.c.sujet_id).in_(select(_REJOUES.c.sorte, _REJOUES.c.id)),
    # « <> ALL » comparerait chaque ligne à tout le tableau.
    not_(exists(select(_RESTE).where(mesures.c.id == _RESTE))),
)
_MARQUER = update(sujets).where(TOUCHES).values(a_rejouer=True)
_MARQUER_ORGANISMES = (
    update(sujets)
    .where(sujets.c.organisme == any_(bindparam("organismes", type_=ARRAY(Text))))
    .values(a_rejouer=True)
)
_VISER = select(mesures).where(mesures.c.id == bindparam("mesure", type_=Uuid))
_SUJET_DE = select(mesures.c.sujet, mesures.c.sujet_id).where(mesures.c.id == bindparam("mesure"))


class MesuresSql:
    """Une ligne par sujet et indicateur : son dernier verdict; et une par sujet connu."""

    def __init__(self, connexion: Connexion) -> None:
        self._connexion = connexion

    async def enregistrer(
        self, histoires: Sequence[Histoire], nouvelles: Sequence[Mesure], *, attendent: bool
    ) -> None:
        if not histoires:
            return
        connus = [ligne_de_sujet(h, attend=attendent) for h in sorted(histoires, key=_cle)]
        await self._connexion.ecrire_lot(_SUJET, connus)
        rejoues = {
            "sortes": [h.sujet.sorte for h in histoires],
            "ids": [h.sujet.id for h in histoires],
        }
        ordonnees = sorted(map(ligne_de_mesure, nouvelles), key=_rang)
        restent = [ligne["id"] for ligne in ordonnees]
        await self._connexion.ecrire(_RETIRER, {**rejoues, "restent": restent})
        if ordonnees:
            await self._connexion.ecrire(_MESURE, {"lignes": ordonnees})

    def decrire(self, nouvelles: Sequence[Mesure]) -> Sequence[Mapping[str, Any]]:
        return list(map(ligne_de_mesure, nouvelles))

    async def marquer(self, debut: date) -> None:
        await self._connexion.ecrire(_MARQUER, {"debut": debut})

    async def marquer_organismes(self, organismes: Collection[str]) -> None:
        await self._connexion.ecrire(_MARQUER_ORGANISMES, {"organismes": sorted(organismes)})

    async def a_rejouer(self, limite: int) -> Sequence[Sujet]:
        lignes = await self._connexion.lignes(A_REJOUER, {"limite": limite})
        return [Sujet(ligne.sorte, ligne.id) for ligne in lignes]

    async def sujet_de(self, mesure_id: UUID) -> Sujet | None:
        ligne = await self._connexion.ligne(_SUJET_DE, {"mesure": mesure_id})
        return None if ligne is None else Sujet(ligne.sujet, ligne.sujet_id)

    async def viser(self, mesure_id: UUID) -> MesureVisee:
        ligne = await une(self._connexion, _VISER, ABSENTE, mesure=mesure_id)
        return MesureVisee(
            id=ligne.id,
            organisme=ligne.organisme,
            sujet=Sujet(ligne.sujet, ligne.sujet_id),
            fiche=ligne.fiche,
            indicateur=ligne.indicateur,
            mesurable=ligne.verdict != Verdict.NON_MESUREE,
            conditions=frozenset(
                examen["condition"]
                for examen in ligne.examens
                if examen["conclusion"] == Conclusion.EXCLUE and not examen.get("exclusion_id")
            ),
        )


def _rang(ligne: Mapping[str, Any]) -> int:
    rang: int = ligne["id"].int
    return rang


def _cle(histoire: Histoire) -> tuple[str, str, str]:
    return histoire.sujet.sorte, histoire.sujet.id, histoire.organisme
