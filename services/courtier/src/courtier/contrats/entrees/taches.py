"""La tâche qui annonce la fin des contrats échus."""

from courtier.contrats.adaptateurs.vues import A_ECHOIR
from courtier.contrats.cas_usage.echeances import AnnoncerEcheance, annoncer_echeance
from courtier.contrats.ports import Ports
from courtier.passages import Passage

DES_ECHEANCES = Passage(
    operation="annoncer-echeance",
    ports=Ports,
    verbe=annoncer_echeance,
    commande=lambda venue: AnnoncerEcheance(venue.id),
    venues=A_ECHOIR,
    reste="Des échéances restent à publier.",
)
ECHEANCES = DES_ECHEANCES.tache("echeances")
