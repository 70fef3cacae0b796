"""Ce qui se lit une fois, au démarrage : ce qu'une personne décide seule."""

from datetime import timedelta

from facturation.base import lire_donnees
from facturation.saisies.domaine.seuils import Seuil, Seuils
from noyau import Montant


def lire_seuils() -> Seuils:
    """Les seuils livrés avec le service, datés."""
    return Seuils.de(
        {
            d["debut"]: Seuil(
                seul=Montant.de(d["seul"]),
                fenetre=timedelta(days=d["fenetre_jours"]),
                anciennete=timedelta(days=d["anciennete_jours"]),
            )
            for d in lire_donnees("seuils.toml")["decisions"]
        }
    )
