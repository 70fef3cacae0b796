"""Ce que l'on peut demander d'une fiche de service."""

from dataclasses import dataclass
from datetime import date

from catalogue.fiches.domaine import ContenuFiche, FichePubliee
from catalogue.fiches.ports import Ports
from noyau import Acte, Conflit, Resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class PublierFiche:
    """`fin`, si elle est dite, est le début de la version suivante (CAT-2)."""

    code: str
    debut: date
    fin: date | None
    contenu: ContenuFiche


async def publier_fiche(commande: PublierFiche, ports: Ports, acte: Acte) -> Resultat[FichePubliee]:
    """Publie une version d'une fiche (CAT-5); la première crée la fiche.

    Lève `PublicationRefusee`, ou `Conflit` si un code appartient à une autre fiche.
    """
    fiche = await ports.fiches.charger(commande.code)
    _, fait = fiche.publier(commande.debut, commande.fin, commande.contenu, acte)
    detenteurs = await ports.fiches.reserver(fiche.code, commande.contenu.codes)
    ailleurs = {code: autre for code, autre in detenteurs.items() if autre != fiche.code}
    if ailleurs:
        raise Conflit(
            "Un code appartient à une seule fiche; ceux-ci sont pris : "
            + ", ".join(f"{code} ({autre})" for code, autre in sorted(ailleurs.items())),
            regle="CAT-2",
            details={"codes": ailleurs},
        )
    await ports.fiches.ajouter_version(fait)
    return Resultat(fait, fait)
