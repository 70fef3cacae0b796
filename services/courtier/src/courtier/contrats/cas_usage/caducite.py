"""Ce qu'un dossier qui change fait du contrat qu'il préparait (CI-10, CI-16)."""

from dataclasses import dataclass
from uuid import UUID

from courtier.contrats.domaine.etats import CauseCaducite
from courtier.contrats.ports import Contrats
from noyau import Acte


@dataclass(frozen=True, slots=True)
class RendreCaducs:
    """Tient `dossiers.ports.Prepares`."""

    contrats: Contrats

    async def defaire(self, contrat_id: UUID, acte: Acte, *, clos: bool) -> None:
        cause = CauseCaducite.DOSSIER_CLOS if clos else CauseCaducite.DOSSIER_CHANGE
        contrat = await self.contrats.charger(contrat_id)
        caduc = contrat.rendre_caduc(cause, acte)
        if caduc is not contrat:
            await self.contrats.enregistrer(caduc)
