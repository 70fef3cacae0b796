"""Ce que les réponses des demandes ont en commun, et qu'une réponse gardée ne redit pas.

Figé : changé, rien de ce qui est gardé ne se relirait.
"""

from typing import Final

_ACTIF: Final = (
    '{"ETag":"\\"1."}\n{"id":"","organisme":"","produit":"","demande_id":"","article_id":"",'
    '"livre_le":"2026-","utilisateur_id":"","site":"","etat":"en_service","fin_le":null,'
    '"nature":null,"dit_le":null,"version":1}'
)
_DEMANDE: Final = (
    '{"ETag":"\\"2.","Location":"/v1/demandes/"}\n{"id":"","numero":"D-2026-0","organisme":"",'
    '"sorte":"poste_physique","etat":"completee","demandeur":"","articles":[{"id":"",'
    '"livraison":"logiciel.installé","produit":"","utilisateur_id":null,"site":null,'
    '"haut_dirigeant":false,"livre_le":"2026-0T:00Z","actif_id":"","travaux":[]},{"id":"",'
    '"livraison":"poste.livré","produit":"","utilisateur_id":"","site":"",'
    '"haut_dirigeant":false,"livre_le":null,"actif_id":null,"travaux":[]},{"id":"",'
    '"livraison":"actif.livré","produit":"","utilisateur_id":"","site":"",'
    '"haut_dirigeant":false,"livre_le":null,"actif_id":null,"travaux":[]}],'
    '"faits":{"approbation_requise":true,"acquisition_multiple":false,'
    '"configuration_normalisee":true,"logiciel_payant":false,"gamme":"ordinaire"},'
    '"cree_le":"2026-","imputation":null,"soumise_le":"2026-","completee_le":null,"version":'
)
DICTIONNAIRE: Final = (_ACTIF + _DEMANDE).encode()
