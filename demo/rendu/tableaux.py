"""Les tableaux de la page : chaque chiffre, ce qu'on en attendait, et d'où il vient."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from demo.attendu import Attendu, FactureAttendue
from demo.documents import Facture, Ligne
from demo.rendu import ecriture
from demo.resultats import (
    Arrivees,
    Ecart,
    Explication,
    Mesure,
    Rectification,
)
from demo.taux import Part, Taux
from pages import Cellule, Colonne, Tableau, Ton, barre, puce
from pages.ecriture import dollars, en_mots, instant, jour, mois, pourcentage

if TYPE_CHECKING:
    from demo.rendu.page import Rangee, Tranche

_TONS = {"conforme": Ton.BON, "manquee": Ton.MAUVAIS}
_MARQUES = {Ton.BON: "✓", Ton.MAUVAIS: "✗", Ton.NEUTRE: ""}


def ecarts(differents: Iterable[Ecart]) -> Tableau:
    """Chaque chiffre qui diffère de l'oracle."""
    return bati(
        "Écarts avec l'oracle",
        "Chiffre|Attendu|Obtenu|Raisonnement",
        [
            (e.chiffre, e.attendu, Cellule(e.obtenu, ton=Ton.MAUVAIS), e.raisonnement)
            for e in differents
        ],
    )


def taux(colonnes: Sequence[str | None], rangees: "Iterable[Rangee]") -> Tableau:
    """Les deux taux de chaque indicateur, par organisme, puis tous ensemble."""
    return Tableau(
        titre="Niveaux de service du mois",
        titre_montre=False,
        colonnes=(Colonne("Indicateur"), *(Colonne(qui or "Tous") for qui in colonnes)),
        lignes=[
            (
                Cellule(r.indicateur, r.libelle),
                *map(_deux_taux, r.taux),
            )
            for r in rangees
        ],
    )


def _deux_taux(lu: Taux | None) -> Markup | str:
    if lu is None:
        return "sans objet"
    genres = (("Brut", lu.brut), ("Ajusté", lu.ajuste))
    return Markup("").join(_un_taux(genre, part, lu) for genre, part in genres)


def _un_taux(genre: str, part: Part, lu: Taux) -> Markup:
    ton = ecriture.ton(part)
    if part.taux is None:
        return Markup("<div><small>{} : rien à mesurer</small></div>").format(genre)
    return Markup(
        "<div><small>{} : {}</small><br><strong>{}</strong> "
        '<span class="{}" aria-hidden="true">{}</span><span class="cache">{}</span>{}</div>'
    ).format(
        genre,
        ecriture.compte(part, lu.unite),
        pourcentage(part.taux),
        ton,
        _MARQUES[ton],
        ecriture.etat(part),
        barre(part.taux, lu.cible, ton),
    )


def decompte(explication: Explication) -> Tableau:
    """Les jours de la mesure, intervalle par intervalle."""
    return Tableau(
        titre="Le décompte",
        colonnes=(Colonne("Intervalle"), Colonne("Jours comptés", nombre=True)),
        lignes=[(i.phrase, str(i.jours)) for i in explication.intervalles],
        total=("Total", str(explication.jours)),
    )


def faits(explication: Explication) -> Tableau:
    """Les faits de la mesure, et quand on les a appris."""
    return bati(
        "Les faits",
        "Survenu le|Fait|Appris",
        [
            (
                instant(f.survenu_le),
                Cellule(en_mots(f.nature), f.effet),
                "aussitôt" if f.enregistre_le == f.survenu_le else instant(f.enregistre_le),
            )
            for f in explication.faits
        ],
    )


def arrivees(vues: Arrivees) -> Tableau:
    """Comment les actes de l'ITSM sont arrivés."""
    return Tableau(
        titre="Les actes de l'ITSM",
        colonnes=(Colonne("Ce qui est arrivé"), Colonne("Actes", nombre=True)),
        lignes=[(texte, str(combien)) for combien, texte in ecriture.arrivees(vues)],
    )


def rectifications(dites: Iterable[Rectification]) -> Tableau:
    """Ce que le CSC a rectifié."""
    return bati(
        "Les rectifications du CSC",
        "=Acte|Annoncé|Rectifié",
        [
            (
                Cellule(r.cle, ecriture.GESTES[r.geste]),
                instant(r.annonce_le),
                Cellule(ecriture.rectifie(r), f"{r.motif}; dit le {instant(r.dite_le)}"),
            )
            for r in dites
        ],
    )


def natures(facture: Facture, tranches: "Iterable[Tranche]") -> Tableau:
    """Une facture par nature de lignes : les données de sa barre."""
    return Tableau(
        titre=f"Par nature, facture {facture.numero}",
        titre_montre=False,
        colonnes=(Colonne("Nature"), Colonne("Montant", nombre=True)),
        lignes=[(Markup("{}{}").format(puce(t.rang), t.nom), dollars(t.montant)) for t in tranches],
        total=("Avant taxes", dollars(facture.total_avant_taxes)),
    )


def lignes(facture: Facture, attendues: Iterable[FactureAttendue]) -> Tableau:
    """Chaque ligne d'une facture, et son calcul à la main."""
    calculs = {
        (ligne.nom, ligne.tarif, ligne.nature, ligne.debut): ligne.raisonnement
        for attendue in attendues
        for ligne in attendue.lignes
    }
    return bati(
        f"Lignes de la facture {facture.numero}",
        "=Source|Tarif|À compter du|Calcul du système|Oracle, à la main|#Montant",
        [
            (
                ligne.nom,
                Cellule(ligne.tarif, ligne.produit_libelle or ligne.libelle),
                jour(ligne.debut),
                ligne.calcul,
                calculs.get(
                    (ligne.nom, ligne.tarif, ligne.nature, ligne.debut), "absente de l'oracle"
                ),
                dollars(ligne.montant),
            )
            for ligne in facture.lignes
        ],
    )


def demandes(mesures: Iterable[Mesure], attendu: Attendu) -> Tableau:
    """Chaque demande du scénario : ce qu'elle éprouve, ce qu'on en conclut."""
    raisons = {m.cle: m.raisonnement for m in attendu.mesures}
    return bati(
        "Les demandes du mois",
        "=Demande|Ce qu'elle éprouve|Indicateur|#Jours|Verdict|Oracle, à la main",
        [
            (
                Cellule(m.cle, m.numero),
                m.pourquoi,
                m.indicateur or "–",
                "–" if m.jours is None else f"{m.jours} / {m.delai}",
                Cellule(
                    ecriture.VERDICTS[m.verdict],
                    "exclue du taux ajusté" if m.exclue else "",
                    _TONS.get(m.verdict),
                ),
                raisons.get(m.cle, ""),
            )
            for m in mesures
        ],
    )


def ligne_expliquee(ligne: Ligne) -> Iterator[tuple[str, str | Markup]]:
    """Tout ce qu'une ligne dit d'elle-même (FAC-9)."""
    evenements = (Markup("<code>{}</code>").format(e) for e in ligne.evenements)
    yield "Objet", f"{ligne.produit_libelle or ligne.libelle} ({ligne.nom})"
    yield "Tarif", f"{ligne.tarif}, {ligne.libelle[:1].lower()}{ligne.libelle[1:]}"
    yield "Fiche", f"{ligne.fiche}, version {ligne.version_fiche}"
    yield "Période", mois(ligne.periode)
    yield "Actif", Markup("<code>{}</code>").format(ligne.source)
    yield "Événements", Markup("<br>").join(evenements)


def bati(titre: str, colonnes: str, rangees: Sequence[Sequence[Cellule | str]]) -> Tableau:
    """« =A|B|#C » : des identifiants qui ne se coupent pas, des textes, des nombres."""
    lues = (
        Colonne(nom.lstrip("#="), nombre=nom[0] == "#", insecable=nom[0] == "=")
        for nom in colonnes.split("|")
    )
    return Tableau(titre=titre, colonnes=tuple(lues), lignes=rangees)
