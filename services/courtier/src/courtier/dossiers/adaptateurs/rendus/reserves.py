"""Le tableau des réserves d'un choix : ce qui coûterait moins, et ce qu'on en écrit (CI-15)."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from courtier.catalogue.domaine import Offre
from courtier.dossiers.domaine.reserves import CauseReserve, Reserve
from pages import Cellule, Colonne, Tableau, Ton
from pages.ecriture import dollars, nombre

CAUSES: Final[Mapping[CauseReserve, str]] = {
    CauseReserve.NON_RETENUE: "jugée conforme, puis laissée hors de la consultation",
    CauseReserve.DEJUGEE: "jugée conforme, puis non conforme",
    CauseReserve.SANS_PRIX: "son scénario ne se chiffre plus",
    CauseReserve.COMPOSANTES: "des composantes de plus que la base",
    CauseReserve.QUANTITES_DITES: "des quantités dites par l'organisme",
    CauseReserve.CONVERSION_DITE: "ce que sert une unité, dit par l'organisme",
}


def tableau_des_reserves(
    dites: Sequence[Reserve], offres: Mapping[UUID, Offre], fournisseurs: Mapping[UUID, str]
) -> Tableau:
    """Une rangée par réserve."""
    return Tableau(
        titre="Les réserves du choix",
        titre_montre=False,
        colonnes=(
            Colonne("Offre"),
            Colonne("Sa base seule", nombre=True),
            Colonne("Son scénario", nombre=True),
            Colonne("Le choix", nombre=True),
            Colonne("Ce qui fait l'écart"),
            Colonne("Motif écrit"),
        ),
        lignes=[
            (
                Cellule(
                    " et ".join(offres[o].caracteristiques.titre for o in (r.offre_id, *r.avec)),
                    fournisseurs[r.fournisseur_id],
                ),
                Cellule(dollars(r.plancher), f"une unité en sert {nombre(r.sert)}"),
                "aucun" if r.total is None else dollars(r.total),
                dollars(r.choix),
                _ecart(r),
                r.motif or Cellule("à écrire", ton=Ton.MAUVAIS),
            )
            for r in dites
        ],
    )


def _ecart(reserve: Reserve) -> Cellule | str:
    causes = "; ".join(CAUSES[c] for c in reserve.causes)
    if not reserve.composantes:
        return causes or "le scénario qui en est fait"
    return Cellule(causes, "de plus : " + ", ".join(reserve.composantes))
