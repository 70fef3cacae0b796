"""Les tableaux de la vie des factures : chaque chiffre, et son calcul à la main."""

from collections.abc import Iterator, Sequence

from demo.attendu import Attendu
from demo.documents import Facture
from demo.rendu.tableaux import bati
from demo.vie import (
    Approbation,
    Compte,
    Contestation,
    Courtage,
    Ecarts,
    Simulation,
    Validation,
    Vie,
    dire,
)
from pages import Cellule, Colonne, Tableau, Ton
from pages.ecriture import dollars, instant, jour, mois

GESTES = {
    "examen": "Examen",
    "question": "Question",
    "reponse": "Réponse",
    "acceptation_partielle": "Décision partielle",
}
CAUSES = {
    "ajouts": "Abonnements ajoutés",
    "fins": "Abonnements finis",
    "prix": "Prix changés",
    "prorata": "Jours de plus ou de moins",
    "actes": "Actes de la période",
    "corrections": "Corrections de périodes passées",
    "actes_precedents": "Actes du mois d'avant, qui ne se répètent pas",
    "corrections_precedentes": "Corrections du mois d'avant, qui ne se répètent pas",
}


def approbations(vues: Sequence[Approbation]) -> Tableau:
    """Chaque aperçu approuvé, et ce qu'on a appris ensuite."""
    return bati(
        "Les aperçus approuvés",
        "Organisme|Approuvé|Empreinte|=Émise|Appris depuis",
        [
            (
                a.organisme,
                Cellule(instant(a.approuvee_le), f"par {a.approuvee_par}"),
                f"{a.empreinte[:12]}…",
                _oui(a.document, "la même empreinte", juste=a.empreinte_emise == a.empreinte),
                ", ".join(a.apprises_depuis) or "rien",
            )
            for a in vues
        ],
    )


def validations(vues: Sequence[Validation]) -> Tableau:
    """Qui a validé sa facture; le silence ne valide rien."""
    return bati(
        "Les validations",
        "Organisme|=Facture|Validée",
        [
            (
                v.organisme,
                v.numero,
                Cellule(instant(v.validee_le), f"par {v.validee_par}") if v.validee_le else "non",
            )
            for v in vues
        ],
    )


def fil(vue: Contestation) -> Tableau:
    """Les gestes d'une contestation, datés et signés."""
    ouverture = Cellule(instant(vue.ouverte_le), vue.ouverte_par)
    return bati(
        "Le fil de la contestation",
        "Geste|Le|Ce qu'il dit",
        [
            ("Ouverture", ouverture, vue.motif),
            *((GESTES[e.geste], Cellule(instant(e.le), e.par), e.texte or "–") for e in vue.fil),
        ],
    )


def note(vue: Contestation, attendu: Attendu) -> Tableau:
    """La note de crédit, au cent."""
    rendue, calculs = vue.note, attendu.vie["contestation"]
    sommes = (
        ("Avant taxes", rendue.total_avant_taxes, "note, avant taxes"),
        ("TPS", rendue.tps, "note, TPS"),
        ("TVQ", rendue.tvq, "note, TVQ"),
    )
    return Tableau(
        titre=f"La note de crédit {rendue.numero}",
        colonnes=(Colonne("Somme"), Colonne("Oracle, à la main"), Colonne("Montant", nombre=True)),
        lignes=[(nom, calculs[cle].raisonnement, dollars(m)) for nom, m, cle in sommes],
        total=("Total", calculs["note, total"].raisonnement, dollars(rendue.total)),
    )


def corrections(factures: Sequence[Facture], attendu: Attendu) -> Tableau:
    """Les lignes qui corrigent un mois passé, avec leur période d'origine."""
    calculs = {
        (f.organisme, ligne.nom, ligne.tarif, ligne.debut): ligne.raisonnement
        for f in attendu.suivantes
        for ligne in f.lignes
    }
    return bati(
        "Ce qui corrige un mois passé",
        "=Source|Tarif|Facture|Période d'origine|Oracle, à la main|#Montant",
        [
            (
                ligne.nom,
                ligne.tarif,
                Cellule(facture.numero, facture.organisme),
                mois(ligne.periode),
                calculs.get((facture.organisme, ligne.nom, ligne.tarif, ligne.debut), "absente"),
                dollars(ligne.montant),
            )
            for facture in factures
            for ligne in facture.lignes
            if ligne.periode != facture.periode
        ],
    )


def ecarts(vus: Ecarts, attendu: Attendu) -> Tableau:
    """Ce qui a changé d'un mois à l'autre; les parts somment à la différence."""
    calculs = attendu.vie["ecarts"]

    def calcul(nom: str) -> str:
        chiffre = calculs.get(f"{vus.organisme}, {nom}")
        return chiffre.raisonnement if chiffre else "absent de l'oracle"

    return Tableau(
        titre=f"{vus.organisme} : de {dollars(vus.avant)} à {dollars(vus.maintenant)}",
        colonnes=(
            Colonne("Cause"),
            Colonne("Nombre", nombre=True),
            Colonne("Oracle, à la main"),
            Colonne("Écart", nombre=True),
        ),
        lignes=[
            (
                Cellule(CAUSES[p.cause], calcul(f"{p.cause}, nombre")),
                str(p.nombre),
                calcul(f"{p.cause}, montant"),
                dollars(p.montant),
            )
            for p in vus.causes
        ],
        total=("Écart, avant taxes", "", calcul("écart"), dollars(vus.ecart)),
    )


def simulation(vue: Simulation, attendu: Attendu) -> Tableau:
    """Avant et après, par organisme, et ce que la facture a dit une fois le tarif publié."""
    calculs = attendu.vie["simulation"]
    return Tableau(
        titre=f"{mois(vue.periode).capitalize()}, {vue.tarif} à {dollars(vue.montant)}",
        colonnes=(
            Colonne("Organisme"),
            Colonne("Touchés", nombre=True),
            Colonne("Tel que publié", nombre=True),
            Colonne("Simulé", nombre=True),
            Colonne("Écart", nombre=True),
            Colonne("Facturé ensuite", nombre=True),
        ),
        lignes=[
            (
                Cellule(o.organisme, calculs[f"{o.organisme}, abonnements touchés"].raisonnement),
                str(o.touches),
                *(dollars(m) for m in (o.avant, o.apres, o.ecart)),
                _oui(dollars(o.facture), "", juste=o.facture == o.apres),
            )
            for o in vue.organismes
        ],
        total=("Tous", "", *(dollars(m) for m in (vue.avant, vue.apres, vue.ecart, vue.facture))),
    )


def comptes(vie: Vie) -> Tableau:
    """L'état de compte de chacun, et ce qu'il a payé."""
    return bati(
        f"Les comptes au {jour(vie.comptes[0].le)}",
        "Organisme|#Factures|#Notes de crédit|#Règlements|#Solde|#En retard",
        [_compte(c, vie) for c in vie.comptes],
    )


def _compte(c: Compte, vie: Vie) -> tuple[Cellule | str, ...]:
    payes = "; ".join(_reglements(vie, c.organisme))
    return (
        Cellule(c.organisme, payes),
        *(dollars(m) for m in (c.factures, c.notes_de_credit, c.reglements)),
        dollars(c.solde),
        Cellule(dollars(c.de_1_a_30_jours), ton=Ton.MAUVAIS if c.de_1_a_30_jours else None),
    )


def _reglements(vie: Vie, organisme: str) -> Iterator[str]:
    for r in vie.reglements:
        if r.organisme == organisme:
            yield f"{r.reference}, le {jour(r.date)}"


def courtage(vue: Courtage, attendu: Attendu) -> Tableau:
    """Chaque chiffre du dossier, et son calcul."""
    calculs = attendu.vie["courtage"]
    return bati(
        vue.titre,
        "Ce que le système en dit|=Chiffre|Oracle, à la main",
        [
            (nom.capitalize(), dire(valeur), calculs[nom].raisonnement)
            for nom, valeur in vue.chiffres()
        ],
    )


def _oui(texte: str, detail: str, *, juste: bool) -> Cellule:
    return Cellule(f"{'✓' if juste else '✗'} {texte}", detail, Ton.BON if juste else Ton.MAUVAIS)
