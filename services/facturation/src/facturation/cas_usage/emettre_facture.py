"""Émettre la facture d'un organisme pour une période (FAC-6, FAC-7)."""

from dataclasses import dataclass
from uuid import UUID

from facturation.cas_usage.ports import Depots
from facturation.domaine.executions import EtatSort, Sort, exiger_jalons
from facturation.domaine.factures import FactureEmise, exercice_d_emission
from socle.noyau import Acte, Issue, Mois


@dataclass(frozen=True, slots=True, kw_only=True)
class EmettreFacture:
    """Une part d'une exécution : un organisme, une période."""

    execution_id: UUID
    organisme: str
    periode: Mois


async def emettre_facture(commande: EmettreFacture, depots: Depots, acte: Acte) -> Issue[Sort]:
    """Calcule, fige, numérote; déjà émise, ou sans ligne, ne fait rien de plus.

    Lève `Conflit` si le fichier client manque ou si une période postérieure est déjà facturée; ou
    si les copies se refont : les jalons, relus après le dossier, disent alors qu'il est partiel.
    """
    dossier = await depots.dossiers.charger(commande.organisme)
    exiger_jalons(commande.periode, await depots.jalons.recus())
    faits: list[FactureEmise] = []
    numero = dossier.emises.get(commande.periode)
    if numero is not None:
        sort = Sort(organisme=commande.organisme, etat=EtatSort.DEJA_EMISE, numero=numero)
    elif (projet := dossier.projeter(commande.periode)).lignes:
        rang = await depots.factures.prochain_rang(exercice_d_emission(acte.le))
        facture, fait = projet.emettre(rang, acte.le)
        await depots.factures.ajouter(facture)
        faits.append(fait)
        sort = Sort(
            organisme=commande.organisme,
            etat=EtatSort.EMISE,
            numero=facture.numero,
            total=projet.totaux.total,
        )
    else:
        sort = Sort(organisme=commande.organisme, etat=EtatSort.SANS_LIGNE)
    await depots.executions.consigner(commande.execution_id, sort)
    return Issue(sort, *faits)
