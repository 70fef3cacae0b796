"""Les taux lus mois par mois, pour qui les raconte."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from noyau import Mois
from sla.fiches.domaine import Fiches, Indicateur
from sla.taux.adaptateurs import vues
from sla.taux.domaine.attendus import Etendue
from sla.taux.domaine.lus import Chiffres, TauxLu
from socle.bd.connexion import Connexion
from socle.bd.instructions import Ligne

_TOUS = 1_000
"""Plus qu'une fiche ne publiera jamais d'indicateurs."""


@dataclass(frozen=True, slots=True)
class TauxConnusSql:
    """Voir `ports.TauxConnus`."""

    connexion: Connexion

    async def du_mois(self, organisme: str | None, mois: Mois, fiches: Fiches) -> Sequence[TauxLu]:
        attendus = list(Etendue(mois, mois).par_mois(fiches.pour(organisme)))
        filtre = vues.FiltreTaux(
            organisme=organisme or "",
            periode=str(mois),
            exercice=mois.exercice,
            codes=[a.indicateur.code for a in attendus],
            exercices=[a.exercice for a in attendus],
            periodes=[a.periode for a in attendus],
            unites=[a.unite for a in attendus],
            aujourdhui=mois.fin,
            ce_mois="",
            cet_exercice="",
        )
        page = await vues.taux(filtre).lire(self.connexion, filtre, _TOUS)
        promis = {a.indicateur.code: a.indicateur for a in attendus}
        return [_lu(ligne, promis.get(ligne.indicateur)) for ligne in page.lignes]

    async def est_connu(self, organisme: str) -> bool:
        return await vues.est_connu(self.connexion, organisme)

    async def organismes(self) -> Sequence[str]:
        return await self.connexion.colonne(vues.ORGANISMES)


def _lu(ligne: Ligne, attendu: Indicateur | None) -> TauxLu:
    return TauxLu(
        indicateur=ligne.indicateur,
        libelle=ligne.libelle or (ligne.indicateur if attendu is None else attendu.libelle),
        periode=ligne.periode,
        exercice=ligne.exercice,
        unite=ligne.unite,
        ferme=ligne.fermee_le is not None,
        publie=_chiffres(ligne, "publie", attendu),
        actuel=_chiffres(ligne, "actuel", attendu),
    )


def _chiffres(ligne: Ligne, de: str, attendu: Indicateur | None) -> Chiffres:
    nombres = (
        "conformes", "mesurees", "conformes_ajuste", "mesurees_ajuste", "depassees", "signalees",
    )  # fmt: skip
    return Chiffres(
        cible=cible_de(ligne, de, attendu),
        **{nom: getattr(ligne, f"{nom}_{de}") for nom in nombres},
    )


def cible_de(ligne: Ligne, de: str, attendu: Indicateur | None) -> Decimal | None:
    """La cible du taux publié, ou de l'actuel (`de`).

    Ce qui a régi les mesures; à défaut, ce que l'indicateur promit à la fermeture, que nulle fiche
    ne change plus (SLA-7). Ce que la fermeture n'a pas figé, d'un mois fermé avant qu'elle le
    fasse ou d'un organisme inscrit depuis, se lit comme d'un mois ouvert.
    """
    regi: Decimal | None = getattr(ligne, f"cible_{de}")
    if regi is not None:
        return regi
    if ligne.promise_figee:
        promise: Decimal | None = ligne.promise
        return promise
    return None if attendu is None or attendu.cible is None else attendu.cible.normalize()
