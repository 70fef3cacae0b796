"""Les pages du dirigeant et du signataire."""

from courtier.bord.adaptateurs.rendus.page_bord import ancre
from courtier.bord.domaine.listes import (
    LISTE_MAXIMUM,
    Autorisable,
    ListeDuDirigeant,
    ListeDuSignataire,
    ObjetAttendu,
)
from noyau import jour_de_quebec
from pages import Cellule, Colonne, Tableau, Ton, environnement
from pages.ecriture import dollars, instant, jour, nombre

_OBJETS = {
    ObjetAttendu.DOSSIER: "Dossier",
    ObjetAttendu.CONTRAT: "Contrat",
    ObjetAttendu.AVENANT: "Avenant",
}
_REPERES = {ObjetAttendu.DOSSIER: "plus bas prix", ObjetAttendu.AVENANT: "avant l'avenant"}


def du_dirigeant(liste: ListeDuDirigeant) -> str:
    """La page de ce qui attend le dirigeant : l'écart de prix et le critère de chacun."""
    return _rendre(
        liste,
        "Autorisations attendues du dirigeant",
        "Aucune autorisation n'est attendue.",
        Tableau(
            titre="À autoriser",
            titre_montre=False,
            colonnes=(
                Colonne("À autoriser"),
                Colonne("Depuis"),
                Colonne("Total", nombre=True),
                Colonne("Écart de prix", nombre=True),
                Colonne("Critère"),
                Colonne("Réserves"),
            ),
            lignes=[
                (
                    Cellule(ancre(a.lien, a.titre), _OBJETS[a.objet]),
                    jour(a.depuis),
                    Cellule(dollars(a.total), f"{_REPERES[a.objet]} : {dollars(a.repere)}"),
                    Cellule(dollars(a.ecart), ton=Ton.MAUVAIS),
                    _critere(a),
                    _reserves(a),
                )
                for a in liste.elements
            ],
        ),
    )


def _critere(autorisable: Autorisable) -> Cellule | str:
    if autorisable.objet is ObjetAttendu.AVENANT:
        return (
            "La dépense atteint le seuil d'appel d'offres (CI-17), ou des unités s'ajoutent à"
            " celles qu'une conversion dite avait comptées (CI-15)."
        )
    if autorisable.autorise is None:
        return "À nommer, lié à l'objet du contrat (CI-15)."
    permis = (
        f"L'autorisation donnée ne permet que {dollars(autorisable.autorise)} d'écart."
        if autorisable.autorise < autorisable.ecart
        else "Depuis l'autorisation donnée, une réserve ou son motif a changé : à redonner."
    )
    return Cellule(", ".join(autorisable.criteres), permis)


def _reserves(autorisable: Autorisable) -> Cellule | str:
    """Combien d'offres coûteraient peut-être moins, et le motif de chacune (CI-15)."""
    dites = autorisable.reserves
    if not dites:
        return "aucune"
    combien = f"{nombre(len(dites))}, au plancher de {dollars(min(r.plancher for r in dites))}"
    motifs = [r.motif or "sans motif écrit" for r in dites]
    return Cellule(
        ancre(f"{autorisable.lien}/scenarios", combien), " · ".join(motifs), ton=Ton.MAUVAIS
    )


def du_signataire(liste: ListeDuSignataire) -> str:
    """La page de ce que peut signer une personne."""
    return _rendre(
        liste,
        "Contrats à signer",
        "Aucun contrat n'attend votre signature, ou nul mandat ne vous le permet aujourd'hui.",
        Tableau(
            titre="À signer",
            titre_montre=False,
            colonnes=(
                Colonne("Fournisseur"),
                Colonne("Validé le"),
                Colonne("Montant à couvrir", nombre=True),
                Colonne("Votre mandat"),
                Colonne("Réserves du choix"),
            ),
            lignes=[
                (
                    Cellule(ancre(s.attente.lien, s.attente.fournisseur), _OBJETS[s.attente.objet]),
                    jour(jour_de_quebec(s.attente.depuis)),
                    dollars(s.attente.montant.decimal),
                    Cellule(s.empechement, ton=Ton.MAUVAIS)
                    if s.empechement
                    else Cellule("le permet", ton=Ton.BON),
                    Cellule(ancre(lien, "à lire avant de signer"), ton=Ton.MAUVAIS)
                    if (lien := s.attente.lien_des_reserves)
                    else "aucune",
                )
                for s in liste.elements
            ],
        ),
    )


def _rendre(
    liste: ListeDuDirigeant | ListeDuSignataire, titre: str, rien: str, tableau: Tableau
) -> str:
    return (
        environnement("courtier.bord.adaptateurs.rendus")
        .get_template("liste.html.j2")
        .render(
            titre=titre,
            organisme=liste.organisme,
            le=instant(liste.le),
            tableau=tableau if liste.elements else None,
            rien=rien,
            davantage=LISTE_MAXIMUM if liste.davantage else None,
        )
    )
