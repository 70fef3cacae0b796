"""Les rapports de recalcul sur PostgreSQL."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from noyau import Mois
from sla.fiches.domaine import SERVICE
from sla.histoires.domaine import Sujet
from sla.recalculs.adaptateurs import vues
from sla.recalculs.adaptateurs.tables import recalculs, verdicts_recalcules
from sla.recalculs.domaine import Candidat, Changements, Mouvement, Recalcul, TauxDeplace
from sla.taux.domaine.corrections import Jugement
from sla.taux.domaine.lus import Chiffres, Ecart
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, une
from socle.bd.instructions import ajout_par_document

_r = recalculs.c
_AJOUTER, _BOUGER = insert(recalculs), ajout_par_document(verdicts_recalcules)
_TENIR = select(recalculs).where(_r.id == bindparam("id")).with_for_update()
_ACHEVER = (
    update(recalculs)
    .where(_r.id == bindparam("celui"))
    .values(acheve_le=bindparam("le"), intrants=bindparam("lus"), taux=bindparam("bouges"))
)
_ACCEPTER = (
    update(recalculs)
    .where(_r.id == bindparam("celui"))
    .values(accepte_le=bindparam("le"), accepte_par=bindparam("par"))
)


@dataclass(frozen=True, slots=True)
class RecalculsSql:
    """Voir `ports.Recalculs`."""

    connexion: Connexion

    async def communs(self) -> str:
        empreinte: str = await self.connexion.valeur(vues.COMMUNS)
        return empreinte

    async def durees(self) -> str:
        empreinte: str = await self.connexion.valeur(vues.DUREES)
        return empreinte

    async def ajouter(self, recalcul: Recalcul, candidat: Candidat) -> None:
        ligne = {**colonnes(recalcul), "candidat": candidat.document}
        await self.connexion.ecrire(_AJOUTER, ligne)
        vises = {"celui": recalcul.id, "debut": recalcul.debut}
        await self.connexion.ecrire(vues.VISER, vises)

    async def charger(self, identifiant: UUID) -> Recalcul:
        absent = "Ce recalcul n'existe pas."
        return objet(Recalcul, await une(self.connexion, _TENIR, absent, id=identifiant))

    async def noter(
        self, identifiant: UUID, sujets: Sequence[Sujet], bouges: Sequence[Mouvement], le: datetime
    ) -> None:
        await self.connexion.ecrire(vues.RELUS, {**_ceux(identifiant, sujets), "le": le})
        lignes = [_ligne(identifiant, mouvement) for mouvement in bouges]
        await self.connexion.ecrire(_BOUGER, {"lignes": lignes})

    async def enregistrer_mois(
        self, identifiant: UUID, mois: Mois, bouges: Sequence[Mouvement]
    ) -> None:
        await self.connexion.ecrire(
            vues.ENREGISTRER_MOIS, {"celui": identifiant, "mois": str(mois)}
        )
        lignes = [_ligne(identifiant, mouvement) for mouvement in bouges]
        await self.connexion.ecrire(_BOUGER, {"lignes": lignes})

    async def ecarter_mois(self, identifiant: UUID, mois: Mois, raison: str, le: datetime) -> None:
        await self.enregistrer_mois(identifiant, mois, ())
        ecarte = {
            "recalcul_id": identifiant,
            "sorte": SERVICE,
            "sujet_id": str(mois),
            "organisme": "",
            "raison": raison,
            "traite_le": le,
        }
        await self.connexion.ecrire(vues.ECARTER_MOIS, ecarte)

    async def ecarter(self, identifiant: UUID, sujet: Sujet, raison: str, le: datetime) -> None:
        celui = {**_ceux(identifiant, [sujet]), "motif": raison, "le": le}
        await self.connexion.ecrire(vues.ECARTER, celui)

    async def ecarts(self, identifiant: UUID) -> Mapping[tuple[str, Mois], Sequence[Ecart]]:
        ecarts: defaultdict[tuple[str, Mois], list[Ecart]] = defaultdict(list)
        for ligne in await self.connexion.lignes(vues.ECARTS, {"celui": identifiant}):
            ecarts[ligne.indicateur, Mois.lire(ligne.periode)].append(objet(Ecart, ligne))
        return ecarts

    async def cibles(self, identifiant: UUID) -> Mapping[tuple[str, Mois], Mapping[Decimal, int]]:
        cibles: defaultdict[tuple[str, Mois], dict[Decimal, int]] = defaultdict(dict)
        for ligne in await self.connexion.lignes(vues.CIBLES, {"celui": identifiant}):
            cibles[ligne.indicateur, Mois.lire(ligne.periode)][ligne.cible] = int(ligne.nombre)
        return cibles

    async def ensembles(
        self, identifiant: UUID
    ) -> Mapping[tuple[str, Mois], tuple[Jugement | None, Jugement | None]]:
        lues = await self.connexion.lignes(vues.ENSEMBLES, {"celui": identifiant})
        return {(li.indicateur, Mois.lire(li.periode)): (li.avant, li.apres) for li in lues}

    async def achever(
        self, recalcul: Recalcul, deplaces: Sequence[TauxDeplace], le: datetime
    ) -> None:
        lus = {"celui": recalcul.id, "communs": recalcul.communs}
        intrants = await self.connexion.valeur(vues.INTRANTS, lus)
        bouges = [
            {
                "indicateur": d.indicateur,
                "periode": d.periode,
                "unite": d.unite,
                "avant": _document(d.avant),
                "apres": _document(d.apres),
            }
            for d in deplaces
        ]
        acheve = {"celui": recalcul.id, "le": le, "lus": intrants, "bouges": bouges}
        await self.connexion.ecrire(_ACHEVER, acheve)

    async def changements(self, recalcul: Recalcul) -> Changements:
        lus = {"celui": recalcul.id, "debut": recalcul.debut}
        lignes = await self.connexion.lignes(vues.CHANGES, lus)
        return Changements(
            communs=await self.communs() != recalcul.communs,
            durees=recalcul.mois_lu is not None and await self.durees() != recalcul.durees,
            calendriers=await self.connexion.valeur(vues.CALENDRIERS),
            nombre=lignes[0].nombre if lignes else 0,
            sujets=[Sujet(ligne.sorte, ligne.id) for ligne in lignes],
        )

    async def accepter(self, recalcul: Recalcul) -> None:
        dit = {"celui": recalcul.id, "le": recalcul.accepte_le, "par": recalcul.accepte_par}
        await self.connexion.ecrire(_ACCEPTER, dit)


def _ceux(identifiant: UUID, sujets: Sequence[Sujet]) -> dict[str, object]:
    return {
        "celui": identifiant,
        "sortes": [s.sorte for s in sujets],
        "ids": [s.id for s in sujets],
    }


def _document(chiffres: Chiffres) -> dict[str, object]:
    cible = chiffres.cible
    return {
        **asdict(chiffres),
        "cible": None if cible is None else str(cible.normalize()),
        "cible_atteinte": chiffres.brut.atteint(cible),
        "cible_atteinte_ajuste": chiffres.ajuste.atteint(cible),
    }


def _ligne(identifiant: UUID, mouvement: Mouvement) -> dict[str, object]:
    return {
        **colonnes(mouvement.mesuree),
        "recalcul_id": str(identifiant),
        "mesure_id": str(mouvement.mesuree.mesure_id),
        "avant": mouvement.avant,
        "apres": mouvement.apres,
        "periode_avant": mouvement.periode_avant and str(mouvement.periode_avant),
        "periode_apres": mouvement.periode_apres and str(mouvement.periode_apres),
        "corrige": sorted(str(c.periode) for c in mouvement.corrections),
        "cause": mouvement.cause and mouvement.cause.value,
    }
