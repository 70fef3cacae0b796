"""Le profil : ce que le guide fait écrire au SEAO, et la forme de ses données ouvertes."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from courtier.seao.domaine.publication import Partie
from noyau import Conflit


@dataclass(frozen=True, slots=True, kw_only=True)
class Profil:
    """Les valeurs que le guide fixe (CI-18) et celles des données ouvertes du SEAO (CI-25)."""

    nature: str
    categorie: str
    """La catégorie du SEAO, son code en tête : « G8 - … »."""
    disposition: str
    """La disposition qui permet le gré à gré."""
    classification: str
    """Le code UNSPSC de ce qui s'acquiert."""
    titre: str
    """Le titre d'un contrat qui n'en a pas reçu d'autre, « {entente} » pour son entente-cadre."""
    titre_entente: str
    prefixe: str
    """L'`ocid` d'un contrat publié : ce préfixe, puis son numéro au SEAO."""
    prefixe_propre: str
    """Avant, et pour une entente-cadre : ce préfixe, puis notre identifiant."""
    registre: str
    """Le registre des NEQ, par son code."""
    indicateurs: Mapping[str, str]
    """Les indicateurs d'acquisition responsable : code, libellé."""
    acheteur: Partie
    """Qui conclut les ententes-cadres."""

    @property
    def code_categorie(self) -> str:
        """« G8 »."""
        return self.categorie.partition(" ")[0]

    def ocid(self, identifiant: UUID, numero: str | None = None) -> str:
        """L'identité publique d'un contrat, ou d'une entente-cadre, à chacune de ses révisions."""
        return f"{self.prefixe}{numero}" if numero else f"{self.prefixe_propre}{identifiant}"

    def exiger_indicateur(self, code: str) -> None:
        """Lève `Conflit` (CI-18) d'un indicateur que la table ne connaît pas."""
        if code not in self.indicateurs:
            raise Conflit(
                "Cet indicateur d'acquisition responsable n'existe pas.",
                regle="CI-18",
                details={"indicateurs": sorted(self.indicateurs)},
            )
