"""Le fichier client ↔ sa ligne."""

from demandes.clients.domaine import Interlocuteur, Organisme
from socle.bd.conversion import Ligne, colonnes


def organisme_de(ligne: Ligne) -> Organisme:
    """Le fichier client d'une ligne d'`organismes`."""
    valeurs = dict(ligne._mapping)
    interlocuteur = valeurs["interlocuteur"]
    valeurs["interlocuteur"] = interlocuteur and Interlocuteur(**interlocuteur)
    return Organisme(code=valeurs.pop("organisme"), **valeurs)


def ligne_d_organisme(organisme: Organisme) -> dict[str, object]:
    """Les colonnes d'un fichier client."""
    champs = colonnes(organisme)
    return {"organisme": champs.pop("code"), **champs}
