"""La page d'une simulation : ce qu'on suppose, ce que cela change, mois par mois (FAC-11)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from facturation.simulations.adaptateurs.vues import Resultat, sommes_de
from facturation.simulations.domaine.bilans import Sommes
from facturation.simulations.domaine.simulations import EtatSimulation, EtatVolet, Simulation
from facturation.tarification.domaine.tarifs import Tarif
from noyau import ZERO, Montant, elider
from pages import Cellule, Colonne, Part, Tableau, Ton, barres, environnement, puce
from pages.ecriture import dollars, instant, jour, mois, nombre
from socle.bd.instructions import Ligne

_ETATS: Final = {
    EtatSimulation.EN_COURS: "En cours",
    EtatSimulation.TERMINEE: "Terminée",
    EtatSimulation.ARRETEE: "Arrêtée",
}
_AVIS: Final = {
    EtatSimulation.EN_COURS: "information",
    EtatSimulation.TERMINEE: "succes",
    EtatSimulation.ARRETEE: "avertissement",
}
_VOLETS: Final = {
    EtatVolet.A_FAIRE: "à calculer",
    EtatVolet.FAIT: "calculé",
    EtatVolet.MIS_DE_COTE: "mis de côté",
}
_Rangee: TypeAlias = tuple[Cellule | str, ...]


def rendre(resultat: Resultat) -> str:
    """La page HTML d'une simulation, sans script."""
    simulation = resultat.simulation
    projette = simulation.effet is None
    return (
        environnement("facturation.simulations.adaptateurs.rendus")
        .get_template("simulation.html.j2")
        .render(
            titre=_titre(simulation),
            identifiant=simulation.id,
            etat=_ETATS[simulation.etat],
            avis_de_l_etat=_AVIS[simulation.etat],
            avancement=_avancement(resultat),
            paires=tuple(_paires(resultat)),
            supposes=None if projette else _supposes(simulation),
            legende=tuple((puce(rang), mot) for rang, mot in enumerate(_series(projette=projette))),
            par_mois=_par_mois(resultat, projette=projette),
            par_tarif=_par_tarif(resultat, projette=projette),
            organismes=_organismes(resultat, projette=projette),
        )
    )


def _titre(simulation: Simulation) -> str:
    qui = simulation.vise or "tous les organismes"
    if simulation.effet is None:
        return f"Projection de l'exercice {simulation.exercice}, {qui}"
    return f"Si cela prenait effet le {jour(simulation.effet)}, {qui}"


def _series(*, projette: bool) -> tuple[str, str]:
    """Ce que disent les deux barres de chaque dessin."""
    return ("Facturé", "À venir") if projette else ("Avant", "Après")


def _deux(sommes: Sommes, *, projette: bool) -> tuple[Montant, Montant]:
    return (sommes.facture, sommes.avant) if projette else (sommes.avant, sommes.apres)


def _conclusion(sommes: Sommes, *, projette: bool) -> Montant:
    """Le total d'une projection, ou l'écart que fait une hypothèse."""
    return sommes.facture + sommes.avant if projette else sommes.ecart


def _avancement(resultat: Resultat) -> str:
    a = resultat.avancement
    dit = f"Organismes calculés : {a.traites} sur {a.organismes}"
    if a.mis_de_cote:
        dit += f", dont {a.mis_de_cote} mis de côté"
    en_cours = resultat.simulation.etat is EtatSimulation.EN_COURS
    fin = a.fin_estimee if en_cours else None
    return f"{dit}; fin estimée le {instant(fin)}." if fin else f"{dit}."


def _paires(resultat: Resultat) -> Iterator[tuple[str, str]]:
    simulation, totaux = resultat.simulation, resultat.totaux
    projette = simulation.effet is None
    for nom, montant in zip(
        _series(projette=projette), _deux(totaux, projette=projette), strict=True
    ):
        yield nom, dollars(montant.decimal)
    yield "Total" if projette else "Écart", _signe(totaux, projette=projette)
    premier, dernier = mois(str(simulation.premier)), mois(str(simulation.dernier))
    yield "Mois", premier if premier == dernier else f"{elider('de', premier)} à {dernier}"
    if not projette:
        yield "Abonnements touchés", nombre(Decimal(resultat.touches.total()))
    yield "Demandée le", instant(simulation.demandee_le)
    if simulation.empreinte:
        yield "Empreinte", simulation.empreinte[:16]


def _supposes(simulation: Simulation) -> Tableau:
    """Ce que l'on change : des tarifs, qui finissent s'ils ne sont plus dits; des prix."""
    hypothese = simulation.hypothese
    dits = {t.code: t for f in hypothese.fiches for t in f.tarifs}
    lignes = [_suppose(code, dits.get(code)) for code in hypothese.changes]
    lignes += [(p.produit, "Prix au ROPN", dollars(p.prix)) for p in hypothese.prix]
    return Tableau(
        titre="Ce que l'on suppose",
        titre_montre=False,
        colonnes=(
            Colonne("Tarif ou produit", insecable=True),
            Colonne("Ce qu'il paie"),
            Colonne("Montant supposé", nombre=True),
        ),
        lignes=lignes,
    )


def _suppose(code: str, tarif: Tarif | None) -> tuple[str, str, str]:
    if tarif is None:
        return code, "Prend fin", "–"
    montant = tarif.montant
    return code, tarif.libelle, "selon son décompte" if montant is None else dollars(montant)


def _par_mois(resultat: Resultat, *, projette: bool) -> Tableau:
    lignes = {mois(periode): sommes for periode, sommes in resultat.par_mois.items()}
    return _dessine("Par mois, avant taxes", "Mois", lignes, resultat, projette=projette)


def _par_tarif(resultat: Resultat, *, projette: bool) -> Tableau:
    return _dessine(
        "Par tarif, avant taxes", "Tarif", resultat.par_tarif, resultat, projette=projette
    )


def _dessine(
    titre: str, cle: str, lignes: Mapping[str, Sommes], resultat: Resultat, *, projette: bool
) -> Tableau:
    """Un tableau dont chaque ligne dessine ses deux sommes, toutes à la même échelle."""
    un, autre = _series(projette=projette)
    echelle = max((m for s in lignes.values() for m in _deux(s, projette=projette)), default=ZERO)
    return Tableau(
        titre=titre,
        titre_montre=False,
        colonnes=(
            Colonne(cle, insecable=True),
            Colonne(un, nombre=True),
            Colonne(autre, nombre=True),
            Colonne("Total" if projette else "Écart", nombre=True),
            Colonne(f"{un} et {autre.lower()}, dessinés"),
        ),
        lignes=[
            (*_rangee(nom, sommes, projette=projette), _dessin(sommes, echelle, projette=projette))
            for nom, sommes in lignes.items()
        ],
        total=(*_rangee("Total", resultat.totaux, projette=projette), ""),
    )


def _rangee(nom: str, sommes: Sommes, *, projette: bool) -> _Rangee:
    un, autre = _deux(sommes, projette=projette)
    conclusion = Cellule(_signe(sommes, projette=projette), ton=_ton(sommes, projette=projette))
    return nom, dollars(un.decimal), dollars(autre.decimal), conclusion


def _signe(sommes: Sommes, *, projette: bool) -> str:
    """Le total, ou l'écart et son sens : le signe dit ce que la couleur appuie."""
    montant = _conclusion(sommes, projette=projette)
    plus = "" if projette or montant <= ZERO else "+"
    return f"{plus}{dollars(montant.decimal)}"


def _ton(sommes: Sommes, *, projette: bool) -> Ton | None:
    if projette or not sommes.ecart:
        return None
    return Ton.MAUVAIS if sommes.ecart > ZERO else Ton.BON


def _dessin(sommes: Sommes, echelle: Montant, *, projette: bool) -> str:
    """Un crédit ne se dessine pas : le tableau le dit."""
    if echelle <= ZERO:
        return ""
    return barres(
        Part(montant.decimal / echelle.decimal, rang)
        for rang, montant in enumerate(_deux(sommes, projette=projette))
    )


def _organismes(resultat: Resultat, *, projette: bool) -> Tableau:
    un, autre = _series(projette=projette)
    return Tableau(
        titre="Par organisme, avant taxes",
        titre_montre=False,
        colonnes=(
            Colonne("Organisme", insecable=True),
            Colonne(un, nombre=True),
            Colonne(autre, nombre=True),
            Colonne("Total" if projette else "Écart", nombre=True),
            Colonne("Reste au budget" if projette else "Abonnements touchés", nombre=True),
            Colonne("À savoir"),
        ),
        lignes=[_volet(volet, projette=projette) for volet in resultat.volets],
    )


def _volet(volet: Ligne, *, projette: bool) -> _Rangee:
    sommes = sommes_de(volet)
    touches = nombre(Decimal(sum(volet.touches.values())))
    reste = "non dit"
    if volet.budget is not None:
        reste = dollars((volet.budget - sommes.facture - sommes.avant).decimal)
    savoir = "; ".join(_a_savoir(volet)) or "–"
    rangee = _rangee(volet.vise, sommes, projette=projette)
    return (*rangee, reste if projette else touches, savoir)


def _a_savoir(volet: Ligne) -> Iterator[str]:
    if volet.etat is not EtatVolet.FAIT:
        yield _VOLETS[volet.etat]
    if volet.raison:
        yield volet.raison
    for tenu in volet.statu_quos:
        fin = f" jusqu'au {jour(tenu.fin)} (exclu)" if tenu.fin else ""
        yield f"garde la version {tenu.version} de {tenu.fiche}{fin}"
    if volet.attentes_apres or volet.attentes_avant:
        yield f"sans montant : {volet.attentes_avant} avant, {volet.attentes_apres} après"
