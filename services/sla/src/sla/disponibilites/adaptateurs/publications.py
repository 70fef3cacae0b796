"""Ce que les disponibilités publient."""

from contrats import sla as evenements
from sla.disponibilites.domaine.indisponibilites import IndisponibiliteConstatee
from socle.envoi.evenements import publications


def traduire(fait: IndisponibiliteConstatee) -> evenements.IndisponibiliteConstatee:
    """L'événement d'un fait : l'état entier; aucun motif n'y voyage."""
    i = fait.indisponibilite
    return evenements.IndisponibiliteConstatee(
        indisponibilite_id=i.id,
        service=i.service,
        nature=i.nature,
        portee=i.portee,
        organismes=i.organismes,
        sites=i.sites,
        debut=i.debut,
        fin=i.fin,
        annulee=i.annulee,
    )


PUBLICATIONS = publications(IndisponibiliteConstatee, traduire)
