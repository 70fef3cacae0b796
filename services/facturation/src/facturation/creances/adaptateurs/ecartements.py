"""Ce que la facturation renonce à facturer, lu avec les faits de sa source."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, Text, bindparam, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from facturation.base import connu
from facturation.creances.adaptateurs import tables as t
from facturation.creances.domaine.faits import Ecartement, FaitRecu, LigneEcartee
from noyau import Acte
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, une

_x, _l = t.ecartements.c, t.lignes_en_attente.c
_NOMMEES = select(
    func.unnest(bindparam("organismes", type_=ARRAY(Text))),
    func.unnest(bindparam("sources", type_=ARRAY(Text))),
)
_ECARTES = select(_x.organisme, _x.source, _x.tarif, _x.nature, _x.cle).where(
    tuple_(_x.organisme, _x.source).in_(_NOMMEES), connu(_x.appris)
)
_CLE = (_l.organisme, _l.source, _l.tarif, _l.nature, _l.cle)
_RETIRER = (
    delete(t.lignes_en_attente)
    .where(_l.levee_le.is_(None), *(c == bindparam(c.key, type_=c.type) for c in _CLE))
    .returning(_l.depuis, _l.motif, _l.evenements)
)
# Une revue qui lisait avant peut remettre la ligne : y renoncer de nouveau n'y change rien.
_ECARTER = insert(t.ecartements).on_conflict_do_nothing()


async def ecartements(connexion: Connexion, faits: Collection[FaitRecu]) -> Sequence[Ecartement]:
    """Ceux des sources de ces faits."""
    nommees = sorted({(fait.organisme, fait.source) for fait in faits})
    vises = {"organismes": [o for o, _ in nommees], "sources": [s for _, s in nommees]}
    return [objet(Ecartement, ligne) for ligne in await connexion.lignes(_ECARTES, vises)]


@dataclass(frozen=True, slots=True)
class EcartementsSql:
    """Voir `ports.Ecartements`."""

    connexion: Connexion

    async def ajouter(self, voulu: Ecartement, motif: str, acte: Acte) -> LigneEcartee:
        absente = "Cette ligne n'attend pas."
        attente = await une(self.connexion, _RETIRER, absente, **colonnes(voulu))
        ecartee = LigneEcartee(
            **colonnes(voulu),
            depuis=attente.depuis,
            attente=attente.motif,
            evenements=tuple(attente.evenements),
            motif=motif,
            ecartee_le=acte.le,
            ecartee_par=acte.acteur.sujet,
        )
        valeurs = {**colonnes(ecartee), "evenements": list(ecartee.evenements)}
        await self.connexion.ecrire(_ECARTER, valeurs)
        return ecartee
