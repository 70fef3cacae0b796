"""Un acte du juge, dit au produit : chaque mot devient le corps que l'API aurait reçu."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from courtier.catalogue.domaine import Criteres, EtatOffre, Zone
from courtier.contrats.cas_usage.contrats import (
    PreparerContrat,
    PreparerDeNouveau,
    RefuserContrat,
    SignerParFournisseur,
    ValiderContrat,
    preparer_contrat,
    preparer_de_nouveau,
    refuser_contrat,
    signer_par_fournisseur,
    valider_contrat,
)
from courtier.contrats.cas_usage.signature_client import SignerParClient, signer_par_client
from courtier.contrats.domaine.termes import Documents
from courtier.dossiers.cas_usage.analyses import (
    AutoriserScenario,
    ChoisirScenario,
    ConfirmerBesoins,
    ConsulterCatalogue,
    DeposerEfvp,
    DireScenario,
    autoriser_scenario,
    choisir_scenario,
    confirmer_besoins,
    consulter_catalogue,
    deposer_efvp,
    dire_scenario,
)
from courtier.dossiers.cas_usage.dossiers import (
    CloreDossier,
    OuvrirDossier,
    PoserGeste,
    TenirRencontre,
    clore_dossier,
    ouvrir_dossier,
    poser_geste,
    tenir_rencontre,
)
from courtier.dossiers.domaine.actes import Contenu, Etape, Fin, Retour
from courtier.dossiers.domaine.besoins import (
    Besoins,
    Donnees,
    Exigence,
    Nature,
    PeriodeBesoin,
    UniteBesoin,
)
from courtier.dossiers.domaine.conformite import (
    BancEssai,
    Conformite,
    Question,
    Reponse,
    Source,
    Verdict,
)
from courtier.dossiers.domaine.demarrage import (
    Admissibilite,
    Budget,
    Contact,
    Informations,
    Verification,
)
from courtier.dossiers.domaine.efvp import Examen
from courtier.dossiers.domaine.elements import QuantitePeriode, Quantites
from courtier.dossiers.domaine.planchers import Justification
from courtier.dossiers.domaine.scenarios import ComposanteVoulue, OffreVoulue
from courtier.dossiers.ports import PieceDite
from courtier.pieces.domaine import GenrePiece
from noyau import Acte
from tests.oracle.courtier.marche import Dit, Periodes, Prise, Voulue
from tests.oracle.courtier.marches import DEPART
from tests.oracle.courtier.monde import ACTEURS, DOSSIER_ID, ORGANISME, Monde
from tests.oracle.monde import derouler

EMPREINTE = "a" * 64
DOCUMENTS = Documents(contrat="a" * 64, annexe_modificative="b" * 64, engagement="c" * 64)


def ouvrir(monde: Monde) -> None:
    commande = OuvrirDossier(dossier_id=DOSSIER_ID, organisme=ORGANISME, titre="D.")
    derouler(ouvrir_dossier(commande, monde.ports, Acte(ACTEURS["gestionnaire"], DEPART)))


def dire(monde: Monde, dit: Dit) -> None:
    """Tente l'acte; lève le refus du produit, et rien n'a alors changé."""
    monde.maintenant = dit.le
    monde.tenter(lambda: VERBES[dit.quoi](monde, dit))


def _acte(dit: Dit, acteur: str = "gestionnaire") -> Acte:
    return Acte(ACTEURS[acteur], dit.le)


def _poser(monde: Monde, dit: Dit, contenu: Contenu, acteur: str = "gestionnaire") -> None:
    commande = PoserGeste(dossier_id=DOSSIER_ID, contenu=contenu)
    derouler(poser_geste(commande, monde.ports, _acte(dit, acteur)))


def _piece(dit: Dit, genre: GenrePiece) -> PieceDite:
    return PieceDite(
        piece_id=UUID(int=4), genre=genre, titre="P.", empreinte=EMPREINTE, datee_le=dit["date"]
    )


def _periodes(dites: Periodes) -> tuple[PeriodeBesoin, ...]:
    return tuple(PeriodeBesoin(du_mois=d, au_mois=a, quantite=q) for d, a, q in dites)


def _quantites(dites: int | Periodes | None) -> Quantites | None:
    if dites is None or isinstance(dites, int):
        return dites
    return tuple(QuantitePeriode(du_mois=d, au_mois=a, quantite=q) for d, a, q in dites)


def _prise(prise: Prise) -> ComposanteVoulue:
    return ComposanteVoulue(
        code=prise.code,
        sert=prise.sert,
        quantites=_quantites(prise.quantites),
    )


def _offres(voulues: tuple[Voulue, ...]) -> tuple[OffreVoulue, ...]:
    return tuple(
        OffreVoulue(
            offre_id=v.offre, lieu=v.lieu, composantes=tuple(_prise(p) for p in v.prises)
        )
        for v in voulues
    )  # fmt: skip


def _besoins(monde: Monde, dit: Dit) -> None:
    contenu = Besoins(
        exigences=tuple(
            Exigence(code=c, nature=Nature(nature), texte="T.") for c, nature in dit["exigences"]
        ),
        duree_mois=dit["duree"],
        unite=UniteBesoin.USAGERS,
        consommation=_periodes(dit["periodes"]),
        methode="M.",
        budget=dit["budget"],
        donnees=Donnees(
            sensibilite=dit["sensibilite"], risque="R.", renseignements_personnels=dit["rp"]
        ),
    )
    _poser(monde, dit, contenu)


def _efvp(monde: Monde, dit: Dit) -> None:
    examens = tuple(
        Examen(offre_id=o, lieu=lieu, accepte=oui, protection_adequate=adequate, motif="")
        for o, lieu, oui, adequate in dit["examens"]
    )
    commande = DeposerEfvp(
        dossier_id=DOSSIER_ID, examens=examens, piece=_piece(dit, GenrePiece.EFVP)
    )
    derouler(deposer_efvp(commande, monde.ports, _acte(dit)))


def _consultation(monde: Monde, dit: Dit) -> None:
    dits = dit["criteres"]
    qualifiee = {True: EtatOffre.QUALIFIEE, False: EtatOffre.EN_ANALYSE}
    criteres = Criteres(
        fournisseur_id=dits.get("fournisseur"),
        qualification=qualifiee.get(dits.get("qualifiee")),
        zone=Zone(dits["zone"]) if "zone" in dits else None,
        prix_maximum=dits.get("prix"),
    )
    commande = ConsulterCatalogue(dossier_id=DOSSIER_ID, criteres=criteres, offres=dit["offres"])
    derouler(consulter_catalogue(commande, monde.ports, _acte(dit)))


def _precision(monde: Monde, dit: Dit) -> None:
    _poser(
        monde,
        dit,
        Question(id=dit["id"], offre_id=dit["offre"], texte="T.", posee_le=dit["date"]),
    )


def _reponse(monde: Monde, dit: Dit) -> None:
    _poser(monde, dit, Reponse(question_id=dit["question"], texte="T.", recue_le=dit["date"]))


def _banc(monde: Monde, dit: Dit) -> None:
    contenu = BancEssai(
        id=dit["id"],
        offre_id=dit["offre"],
        debut=dit["debut"],
        fin=dit["fin"],
        conclusion="C.",
        renseignements_personnels=dit["rp"],
        frais=dit["frais"],
        engagement=dit["engagement"],
    )
    _poser(monde, dit, contenu)


def _conformite(monde: Monde, dit: Dit) -> None:
    verdicts = tuple(
        Verdict(exigence=c, satisfaite=oui, source=_SOURCES[source], source_id=id_, note="")
        for c, oui, source, id_ in dit["verdicts"]
    )
    _poser(monde, dit, Conformite(offre_id=dit["offre"], verdicts=verdicts))


_SOURCES: Mapping[str, Source] = {
    "fiche": Source.FICHE,
    "reponse": Source.REPONSE,
    "banc": Source.BANC_ESSAI,
}


def _scenario(monde: Monde, dit: Dit) -> None:
    commande = DireScenario(
        dossier_id=DOSSIER_ID,
        scenario_id=dit["id"],
        titre="S.",
        entente_id=dit["entente"],
        offres=_offres(dit["offres"]),
    )
    derouler(dire_scenario(commande, monde.ports, _acte(dit)))


def _justifications(dit: Dit) -> tuple[Justification, ...]:
    motif = dit.champs.get("texte", "M.")
    return tuple(Justification(offre_id=offre, motif=motif) for offre in dit["motifs"])


def _choix(monde: Monde, dit: Dit) -> None:
    commande = ChoisirScenario(
        dossier_id=DOSSIER_ID,
        scenario_id=dit["scenario"],
        indicateur_responsable=None,
        justifications=_justifications(dit),
    )
    derouler(choisir_scenario(commande, monde.ports, _acte(dit)))


def _autorisation(monde: Monde, dit: Dit) -> None:
    commande = AutoriserScenario(
        dossier_id=DOSSIER_ID,
        scenario_id=dit["scenario"],
        date=dit["date"],
        criteres=dit["criteres"],
        justification="J.",
        ecart_autorise=dit["ecart"],
        piece=_piece(dit, GenrePiece.AUTORISATION_DIRIGEANT) if dit["piece"] else None,
    )
    derouler(autoriser_scenario(commande, monde.ports, _acte(dit, dit["par"])))


def _contact(monde: Monde, dit: Dit) -> None:
    contenu = Contact(fournisseur_id=dit["fournisseur"], partenaire=None, le=dit["a"])
    _poser(monde, dit, contenu)


def _informations(monde: Monde, dit: Dit) -> None:
    contenu = Informations(
        texte="T.", conditions_lues=dit["lues"], engagement_lu=dit["engagement"]
    )  # fmt: skip
    _poser(monde, dit, contenu)


def _rencontre(monde: Monde, dit: Dit) -> None:
    commande = TenirRencontre(dossier_id=DOSSIER_ID, tenue_le=dit["tenue"], ordre_du_jour=())
    derouler(tenir_rencontre(commande, monde.ports, _acte(dit, "courtier")))


def _budget(monde: Monde, dit: Dit) -> None:
    contenu = Budget(montant=dit["montant"], date=dit["date"], empreinte=EMPREINTE)
    piece = _piece(dit, GenrePiece.AUTORISATION_BUDGETAIRE)
    commande = PoserGeste(dossier_id=DOSSIER_ID, contenu=contenu, pieces=(piece,))
    derouler(poser_geste(commande, monde.ports, _acte(dit)))


def _confirmation(monde: Monde, dit: Dit) -> None:
    commande = ConfirmerBesoins(
        dossier_id=DOSSIER_ID,
        duree_mois=dit["duree"],
        consommation=None if dit["periodes"] is None else _periodes(dit["periodes"]),
        offres=None if dit["offres"] is None else _offres(dit["offres"]),
        justifications=_justifications(dit),
    )
    derouler(confirmer_besoins(commande, monde.ports, _acte(dit)))


def _admissibilite(monde: Monde, dit: Dit) -> None:
    verifications = tuple(
        Verification(nature=nature, faite_le=faite, valide_jusqu_au=fin, empreinte=EMPREINTE)
        for nature, faite, fin in dit["verifications"]
    )
    _poser(
        monde, dit, Admissibilite(fournisseur_id=dit["fournisseur"], verifications=verifications)
    )


def _preparation(monde: Monde, dit: Dit) -> None:
    acte = _acte(dit, "courtier")
    quoi: dict[str, Any] = {
        "contrat_id": monde.contrat_id,
        "documents": DOCUMENTS,
        "debut": dit["debut"],
    }
    dernier = monde.contrats.get(quoi["contrat_id"])
    if dernier is not None and dernier.refus is None:
        derouler(preparer_de_nouveau(PreparerDeNouveau(**quoi), monde.ports_contrats, acte))
    else:
        quoi["contrat_id"] = UUID(int=quoi["contrat_id"].int + 1)
        commande = PreparerContrat(dossier_id=DOSSIER_ID, **quoi)
        derouler(preparer_contrat(commande, monde.ports_contrats, acte))


def _validation(monde: Monde, dit: Dit) -> None:
    commande = ValiderContrat(contrat_id=monde.contrat_id)
    derouler(valider_contrat(commande, monde.ports_contrats, _acte(dit)))


def _signature(monde: Monde, dit: Dit) -> None:
    commande = SignerParClient(
        contrat_id=monde.contrat_id,
        contrat=DOCUMENTS.contrat if dit["conformes"] else "0" * 64,
        annexe_modificative=DOCUMENTS.annexe_modificative,
        engagement=DOCUMENTS.engagement if dit["engagement"] else None,
    )
    acteur = "signataire" if dit["mandat"] else "sans_mandat"
    derouler(signer_par_client(commande, monde.ports_contrats, _acte(dit, acteur)))


def _conclusion(monde: Monde, dit: Dit) -> None:
    commande = SignerParFournisseur(
        contrat_id=monde.contrat_id,
        signataire="F-1",
        signe_le=dit["signe_le"],
        contrat=DOCUMENTS.contrat if dit["conformes"] else "0" * 64,
        annexe_modificative=DOCUMENTS.annexe_modificative,
    )
    derouler(signer_par_fournisseur(commande, monde.ports_contrats, _acte(dit, "courtier")))


def _refus(monde: Monde, dit: Dit) -> None:
    commande = RefuserContrat(contrat_id=monde.contrat_id, motif="M.")
    derouler(refuser_contrat(commande, monde.ports_contrats, _acte(dit, "courtier")))


def _retour(monde: Monde, dit: Dit) -> None:
    _poser(monde, dit, Retour(etape=Etape(dit["etape"]), motif="M."))


def _cloture(monde: Monde, dit: Dit) -> None:
    commande = CloreDossier(dossier_id=DOSSIER_ID, issue=Fin(dit["issue"]), motif="M.")
    derouler(clore_dossier(commande, monde.ports, _acte(dit)))


VERBES: Mapping[str, Callable[[Monde, Dit], None]] = {
    "besoins": _besoins, "efvp": _efvp, "consultation": _consultation, "precision": _precision,
    "reponse": _reponse, "banc": _banc, "conformite": _conformite, "scenario": _scenario,
    "choix": _choix, "autorisation": _autorisation, "contact": _contact,
    "informations": _informations, "rencontre": _rencontre, "budget": _budget,
    "confirmation": _confirmation, "admissibilite": _admissibilite, "preparation": _preparation,
    "validation": _validation, "signature": _signature, "conclusion": _conclusion,
    "refus": _refus, "retour": _retour, "cloture": _cloture,
}  # fmt: skip
"""Le cas d'usage de chaque acte."""
