"""Ce que nul chemin ne fait : signer sans ses préalables, ou au-delà de 36 mois.

Relu sur les actes du produit lui-même, sans le juge : il pourrait se tromper comme lui.
"""

from courtier.contrats.domaine.contrat import Contrat
from courtier.dossiers.domaine.actes import ActePose, Geste
from courtier.dossiers.domaine.dossier import Dossier
from tests.oracle.courtier.marche import Marche

AVANT = (
    Geste.BESOINS,
    Geste.CONSULTATION,
    Geste.CONFORMITE,
    Geste.SCENARIO,
    Geste.CHOIX,
    Geste.CONTACT,
    Geste.INFORMATIONS,
    Geste.RENCONTRE,
    Geste.BUDGET,
    Geste.CONFIRMATION,
    Geste.ADMISSIBILITE,
    Geste.PREPARATION,
)
"""Ce qui précède toute signature (CI-10, CI-16); le budget peut devancer la rencontre."""
DU_CONTRAT = frozenset({Geste.PREPARATION, Geste.SIGNATURE_CLIENT})
"""Ce qu'un refus du fournisseur défait."""
TRENTE_SIX_MOIS = 36


def exiger_les_prealables(marche: Marche, dossier: Dossier, contrat: Contrat) -> None:
    """Lève `AssertionError` de ce qui manque à un contrat, signé ou non."""
    termes = contrat.termes
    mois = (termes.fin.year - termes.debut.year) * 12 + termes.fin.month - termes.debut.month
    if termes.duree_mois > TRENTE_SIX_MOIS or mois > TRENTE_SIX_MOIS:
        raise AssertionError(f"CI-17 : un contrat de {termes.duree_mois} mois.")
    if contrat.signature_fournisseur is not None and contrat.signature_client is None:
        raise AssertionError("CI-16 : le fournisseur a signé le premier.")
    if contrat.signature_client is not None and contrat.refus is None:
        _exiger_le_chemin(marche, dossier)


def _exiger_le_chemin(marche: Marche, dossier: Dossier) -> None:
    rangs = [n for n, a in enumerate(dossier.actes) if a.geste is Geste.SIGNATURE_CLIENT]
    refus = sum(a.geste is Geste.REFUS_FOURNISSEUR for a in dossier.actes)
    if len(rangs) != 1 + refus:
        raise AssertionError(f"CI-16 : {len(rangs)} signatures du client, {refus} refus.")
    restent = _restent(dossier.actes[: rangs[-1]])
    poses = {acte.geste: acte.rang for acte in restent}
    if manquent := [geste for geste in AVANT if geste not in poses]:
        raise AssertionError(f"CI-10 : signé sans {manquent}.")
    besoins = dossier.besoins
    personnels = besoins is not None and besoins.donnees.renseignements_personnels
    if personnels and Geste.EFVP not in poses:
        raise AssertionError("CI-13 : signé sans EFVP.")
    premiers = {acte.geste: acte.rang for acte in reversed(restent)}
    ordre = [premiers[g] for g in (Geste.CHOIX, Geste.CONTACT, Geste.RENCONTRE, Geste.PREPARATION)]
    if ordre != sorted(ordre) or poses[Geste.CONFIRMATION] > poses[Geste.PREPARATION]:
        raise AssertionError("CI-16 : signé dans le désordre.")
    choisi = dossier.choisi
    cher = choisi is not None and choisi.id not in dossier.comparaison.plus_bas
    if marche.rcti and cher and Geste.AUTORISATION not in poses:
        raise AssertionError("CI-15 : signé plus cher, sans le dirigeant.")


def _restent(actes: tuple[ActePose, ...]) -> list[ActePose]:
    """Les actes qu'aucun retour n'a rendus à refaire."""
    restent: list[ActePose] = []
    for acte in actes:
        if acte.geste is Geste.RETOUR:
            vers = acte.contenu.etape  # type: ignore[union-attr]
            restent = [a for a in restent if a.etape is None or a.etape <= vers]
        if acte.geste is Geste.REFUS_FOURNISSEUR:
            restent = [a for a in restent if a.geste not in DU_CONTRAT]
        restent.append(acte)
    return restent
