"""Publier une version d'une fiche de service (CAT-5); la première crée la fiche."""

from dataclasses import dataclass
from datetime import date

from catalogue.cas_usage.ports import Depots
from catalogue.domaine.fiche import ContenuFiche, FichePubliee
from socle.noyau import Acte, Conflit, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class PublierFiche:
    """`fin`, si elle est dite, est le début de la version suivante (CAT-2)."""

    code: str
    debut: date
    fin: date | None
    contenu: ContenuFiche


async def publier_fiche(commande: PublierFiche, depots: Depots, acte: Acte) -> Issue[FichePubliee]:
    """Lève `PublicationRefusee`, ou `Conflit` si un code appartient à une autre fiche."""
    fiche = await depots.fiches.charger(commande.code)
    _, fait = fiche.publier(commande.debut, commande.fin, commande.contenu, acte)
    detenteurs = await depots.fiches.reserver(fiche.code, commande.contenu.codes)
    ailleurs = {code: autre for code, autre in detenteurs.items() if autre != fiche.code}
    if ailleurs:
        raise Conflit(
            "Un code appartient à une seule fiche; ceux-ci sont pris : "
            + ", ".join(f"{code} ({autre})" for code, autre in sorted(ailleurs.items())),
            regle="CAT-2",
            details={"codes": ailleurs},
        )
    await depots.fiches.ajouter_version(fait)
    return Issue(fait, fait)
