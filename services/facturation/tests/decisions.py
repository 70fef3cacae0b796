"""Poser des décisions sans passer par une contestation : le verbe même qu'elle appelle."""

from uuid import uuid4

from facturation.factures.cas_usage import CrediterLignes, crediter_lignes
from facturation.factures.domaine.credits import Credit
from facturation.factures.ports import Ports
from noyau import Montant
from outils.essais.banc import Banc


async def crediter(b: Banc, numero: str, **montants: str | None) -> str | None:
    """Crédite des lignes (`L1="98.00"`; nul : tout ce qui reste); rend le numéro de la note."""
    credits_ = tuple(
        Credit(id=uuid4(), rang=int(nom[1:]), montant=None if m is None else Montant.de(m))
        for nom, m in montants.items()
    )
    commande = CrediterLignes(numero=numero, credits=credits_, motif="Le poste était en panne.")
    return await b.contexte.executer(
        "crediter_lignes", Ports, crediter_lignes, commande, cle=uuid4().hex
    )
