"""Le parcours d'un intégrateur par le client engendré : créer, soumettre, lire, lister."""

import os
from uuid import uuid4

from client_demandes import AuthenticatedClient
from client_demandes.api.demandes import (
    creer_demande,
    lire_demande,
    lister_demandes,
    soumettre_demande,
)
from client_demandes.models import (
    ArticleIn,
    DemandeIn,
    DemandeOut,
    Etat,
    ListeDemandeOut,
    ProblemeOut,
    Sorte,
)


def main() -> None:
    with AuthenticatedClient(os.environ["SBG_ADRESSE"], os.environ["SBG_JETON"]) as client:
        voulue = DemandeIn(
            sorte=Sorte.POSTE_PHYSIQUE, articles=[ArticleIn(produit="PORTABLE-14")], soumettre=False
        )
        cle = str(uuid4())
        creee = creer_demande.sync(client=client, body=voulue, idempotency_key=cle)
        assert isinstance(creee, DemandeOut), creee
        assert creee.etat is Etat.BROUILLON
        encore = creer_demande.sync(client=client, body=voulue, idempotency_key=cle)
        assert encore == creee
        soumise = soumettre_demande.sync(
            creee.id, client=client, idempotency_key=str(uuid4()), if_match=f'"{creee.version}"'
        )
        assert isinstance(soumise, DemandeOut), soumise
        lue = lire_demande.sync(creee.id, client=client)
        assert lue == soumise
        liste = lister_demandes.sync(client=client, limite=10)
        assert isinstance(liste, ListeDemandeOut), liste
        assert creee.id in [demande.id for demande in liste.elements]
        absente = lire_demande.sync(uuid4(), client=client)
        assert isinstance(absente, ProblemeOut), absente
        assert absente.type_ == "/problemes/introuvable"


if __name__ == "__main__":
    main()
