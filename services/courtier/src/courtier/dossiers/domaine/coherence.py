"""Ce qu'un geste dit s'accorde avec ce que le dossier tient déjà : objets, dates, ordre."""

from datetime import date, datetime
from uuid import UUID

from courtier.dossiers.domaine.actes import Contenu, Retour, ScenarioChiffre
from courtier.dossiers.domaine.besoins import Besoins
from courtier.dossiers.domaine.choix import Autorisation, Choix, Reddition
from courtier.dossiers.domaine.conformite import (
    BancEssai,
    Conformite,
    Consultation,
    Question,
    Reponse,
)
from courtier.dossiers.domaine.demarrage import (
    Admissibilite,
    Budget,
    Conclusion,
    Contact,
    RefusFournisseur,
    Rencontre,
    SignatureClient,
)
from courtier.dossiers.domaine.dossier import Dossier, justifications_de
from courtier.dossiers.domaine.efvp import Efvp
from courtier.dossiers.domaine.reserves import autorisations_valant
from noyau import Acte, Conflit, Introuvable, jour_de_quebec

SCENARIOS_MAXIMUM = 120
"""Les scénarios qui valent dans un dossier, au plus : un par offre retenue, et quelques autres."""


def exiger_coherent(dossier: Dossier, contenu: Contenu, acte: Acte, *, rcti: bool) -> None:
    """Lève `Conflit` ou `Introuvable` si ce geste contredit ce que le dossier tient déjà.

    Ses préalables sont tenus : `etapes.avancer` les a vus. `rcti` : l'organisme y est assujetti.
    """
    match contenu:
        case Efvp(date=jour):
            dits = dossier.visa(Besoins)
            _exiger_entre(jour_de_quebec(dits.le) if dits else jour, jour, acte, "CI-13")
        case Question() | Reponse() | BancEssai() | Conformite():
            _conformite(dossier, contenu, acte)
        case ScenarioChiffre():
            _scenario(dossier, contenu)
        case Autorisation() | Reddition():
            _autorisation(dossier, contenu, acte)
        case Contact() | Rencontre() | Budget() | Admissibilite():
            _demarrage(dossier, contenu, acte, rcti=rcti)
        case SignatureClient() | RefusFournisseur() | Conclusion():
            if contenu.contrat_id != dossier.contrat_id:
                raise Conflit("Le dossier prépare un autre contrat.", regle="CI-16")
        case Retour(etape=etape):
            if dossier.atteinte is None or dossier.atteinte <= etape:
                raise Conflit("Rien ne suit cette étape : il n'y a pas à y revenir.", regle="CI-10")
        case _:
            pass


def _conformite(
    dossier: Dossier, contenu: Question | Reponse | BancEssai | Conformite, acte: Acte
) -> None:
    questions = {q.id: q for q in dossier.tous(Question)}
    if isinstance(contenu, Reponse):
        question = questions.get(contenu.question_id)
        if question is None:
            raise Introuvable("Précision introuvable.")
        if any(r.question_id == question.id for r in dossier.tous(Reponse)):
            raise Conflit("Cette précision a déjà sa réponse.", regle="CI-10")
        _exiger_entre(question.posee_le, contenu.recue_le, acte, "CI-10")
        return
    consultation, besoins = dossier.dernier(Consultation), dossier.besoins
    if consultation is None or besoins is None:
        return
    consultation.exiger([contenu.offre_id])
    match contenu:
        case Question(posee_le=jour):
            _exiger_entre(consultation.le, jour, acte, "CI-10")
        case BancEssai(debut=debut, fin=fin):
            _exiger_entre(consultation.le, debut, acte, "CI-13")
            _exiger_passe(fin, acte, "CI-13")
        case Conformite():
            reponses = {r.question_id for r in dossier.tous(Reponse)}
            contenu.exiger(
                besoins,
                {q.id: q.offre_id for q in questions.values() if q.id in reponses},
                {b.id: b.offre_id for b in dossier.tous(BancEssai)},
            )


def _scenario(dossier: Dossier, contenu: ScenarioChiffre) -> None:
    if len(dossier.scenarios) >= SCENARIOS_MAXIMUM:
        raise Conflit(f"Un dossier compare au plus {SCENARIOS_MAXIMUM} scénarios.", regle="CI-14")
    consultation = dossier.dernier(Consultation)
    if consultation is not None:
        consultation.exiger(contenu.scenario.offres_ids)


def _autorisation(dossier: Dossier, contenu: Autorisation | Reddition, acte: Acte) -> None:
    if isinstance(contenu, Reddition):
        donnee = dossier.dernier(Autorisation)
        if not dossier.reddition_due:
            raise Conflit(
                "Cette autorisation a déjà sa reddition de comptes; ce qui la complète se dépose"
                " parmi les pièces du dossier.",
                regle="CI-15",
            )
        _exiger_entre(donnee.date if donnee else contenu.date, contenu.date, acte, "CI-15")
        return
    choix = dossier.dernier(Choix)
    if choix is None or contenu.scenario_id != choix.scenario_id:
        raise Conflit("Le dirigeant autorise le scénario choisi.", regle="CI-15")
    vus = [
        a.visa.le
        for a in dossier.valant
        if justifications_de(a.contenu)
        or (isinstance(a.contenu, ScenarioChiffre) and a.contenu.scenario.id == choix.scenario_id)
    ]
    _exiger_entre(jour_de_quebec(max(vus)), contenu.date, acte, "CI-15")
    ecart = dossier.comparaison.ecart(choix.scenario_id)
    if ecart is not None and not contenu.couvre(choix.scenario_id, ecart):
        raise Conflit(
            "L'écart autorisé ne couvre pas celui du scénario choisi.",
            regle="CI-15",
            details={"ecart": str(ecart), "ecart_autorise": str(contenu.ecart_autorise)},
        )


def _demarrage(
    dossier: Dossier,
    contenu: Contact | Rencontre | Budget | Admissibilite,
    acte: Acte,
    *,
    rcti: bool,
) -> None:
    match contenu:
        case Contact(fournisseur_id=fournisseur, le=le):
            _exiger_fournisseur(dossier, fournisseur)
            choisi = dossier.visa(Choix)
            _exiger_instant(choisi.le if choisi else None, le, acte)
        case Rencontre(tenue_le=le):
            contact = dossier.dernier(Contact)
            _exiger_instant(contact.le if contact else None, le, acte)
            _exiger_avant_la_rencontre(dossier, jour_de_quebec(le), rcti=rcti)
        case Budget(date=jour):
            _exiger_entre(jour_de_quebec(dossier.ouverture.le), jour, acte, "CI-16")
        case Admissibilite(fournisseur_id=fournisseur, verifications=verifications):
            _exiger_fournisseur(dossier, fournisseur)
            for verification in verifications:
                _exiger_passe(verification.faite_le, acte, "CI-16")


def _exiger_avant_la_rencontre(dossier: Dossier, jour: date, *, rcti: bool) -> None:
    """L'autorisation et l'EFVP qu'il fallait portent une date qui la précède."""
    choisi, efvp, besoins = dossier.choisi, dossier.dernier(Efvp), dossier.besoins
    if choisi is None or besoins is None:
        return
    if besoins.donnees.renseignements_personnels and efvp is not None and efvp.date > jour:
        raise Conflit("L'EFVP se fait avant la rencontre de démarrage.", regle="CI-13")
    if rcti and not dossier.comparaison.permet(
        choisi.id, [a for a in autorisations_valant(dossier) if a.date <= jour]
    ):
        raise Conflit(
            "L'autorisation du dirigeant s'obtient avant la rencontre de démarrage.",
            regle="CI-15",
        )


def _exiger_fournisseur(dossier: Dossier, fournisseur_id: UUID) -> None:
    choisi = dossier.choisi
    if choisi is None or choisi.fournisseur_id != fournisseur_id:
        raise Conflit("Le fournisseur nommé est celui du scénario choisi.", regle="CI-16")


def _exiger_instant(depuis: datetime | None, le: datetime, acte: Acte) -> None:
    if le > acte.le:
        raise Conflit("Un acte consigné ne peut être à venir.", regle="CI-16")
    if depuis is not None and le < depuis:
        raise Conflit("Un geste suit celui qui le permet.", regle="CI-16")


def _exiger_entre(depuis: date, jour: date, acte: Acte, regle: str) -> None:
    _exiger_passe(jour, acte, regle)
    if jour < depuis:
        raise Conflit("Une date suit celle de ce qui la permet.", regle=regle)


def _exiger_passe(jour: date, acte: Acte, regle: str) -> None:
    if jour > jour_de_quebec(acte.le):
        raise Conflit("Un acte consigné ne porte pas une date à venir.", regle=regle)
