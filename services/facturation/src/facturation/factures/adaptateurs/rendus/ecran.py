"""La page d'un document ou d'un aperçu : ce qui a changé, puis chaque ligne expliquée (FAC-9).

Rien ne s'y exécute : une ligne se déplie d'elle-même, et le papier les montre toutes dépliées.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from facturation.factures.adaptateurs.rendus import textes as t
from facturation.factures.adaptateurs.rendus.lecture import (
    AXES,
    AXES_A_PART,
    CAUSES,
    TITRES,
    Comparaison,
    LignesLues,
    phrase_du_precedent,
    sous_totaux_montres,
    titre_du_groupe,
)
from facturation.tarification.domaine.ecriture import en_dollars, en_nombre, en_pourcentage
from noyau import ZERO, Montant
from pages import Cellule, Colonne, Tableau, environnement
from pages.tableur import sans_invisibles
from socle.bd.vues import PageLue

_PAQUET = "facturation.factures.adaptateurs.rendus"
PAR_PAGE = 200
"""Les lignes d'une page, quand un document en a trop pour une seule."""


@dataclass(frozen=True, slots=True)
class LigneMontree:
    """Une ligne repliée, et ce qu'elle dit dépliée."""

    objet: str
    jours: str
    montant: str
    calcul: str
    raison: str | None
    paires: tuple[tuple[str, str], ...]
    decisions: tuple[tuple[str, str], ...]
    evenements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupeMontre:
    """Les lignes d'un même tarif qui se suivent."""

    titre: str
    nombre: str
    total: str
    lignes: tuple[LigneMontree, ...]


def rendre(
    document: Mapping[str, Any],
    lu: LignesLues,
    comparaison: Comparaison | None = None,
    *,
    avis: str = "",
    attentes: Sequence[tuple[str, str]] = (),
) -> str:
    """La page d'un document; d'un aperçu, qui n'a pas encore de numéro, elle le dit.

    Sans les lignes d'un long document, elle les résume et dit où les lire. `avis` : ce qu'un aperçu
    est; `attentes` : le tarif et le motif de ce qui attendrait son montant.
    """
    net = t.epurer(document)
    return _composer(
        "document.html.j2",
        net,
        paires=tuple(_entete(net)),
        solde=t.solde(net),
        total=t.dollars(net["total"]),
        totaux=_totaux(net),
        depuis=comparaison and phrase_du_precedent(comparaison),
        ecart=comparaison and _dire_l_ecart(comparaison.ecarts.montant),
        causes=comparaison and _causes(comparaison),
        par_tarif=comparaison and _par_tarif(comparaison),
        sommaire=_sommaire(lu),
        sous_totaux=[*_sous_totaux(lu)],
        groupes=_groupes(net["lignes"]),
        nombre=en_nombre(lu.nombre),
        par_page=PAR_PAGE,
        avis_dit=avis,
        attentes=_attentes(attentes) if attentes else None,
    )


def rendre_sans_document(organisme: str, periode: str, avis: str) -> str:
    """La page d'un aperçu qui n'a pas de lignes à montrer, et pourquoi."""
    gabarit = environnement(_PAQUET).get_template("sans_document.html.j2")
    dit = sans_invisibles(avis)
    return gabarit.render(organisme=organisme, periode=t.mois(periode), avis_dit=dit)


def _attentes(attentes: Sequence[tuple[str, str]]) -> Tableau:
    return Tableau(
        titre="Ce qui attend un montant",
        titre_montre=False,
        colonnes=(Colonne("Tarif"), Colonne("Motif")),
        lignes=[(sans_invisibles(tarif), sans_invisibles(motif)) for tarif, motif in attentes],
    )


def rendre_lignes(entete: Mapping[str, Any], page: PageLue, limite: int) -> str:
    """Une page des lignes d'un document émis, et le chemin de la suivante."""
    lignes = t.epurer([ligne.donnees for ligne in page.lignes])
    apres = page.suivant and urlencode({"curseur": page.suivant, "limite": limite})
    return _composer("lignes.html.j2", t.epurer(entete), groupes=_groupes(lignes), apres=apres)


def _composer(gabarit: str, net: Mapping[str, Any], **valeurs: object) -> str:
    numero = net.get("numero")
    nature = TITRES[net["nature"]]
    return (
        environnement(_PAQUET)
        .get_template(gabarit)
        .render(
            document=net,
            numero=numero,
            titre=f"{nature} {numero}" if numero else f"Aperçu : {nature.lower()}",
            periode=t.mois(net["periode"]),
            adresse=f"/v1/factures/{numero}",
            **valeurs,
        )
    )


def _entete(net: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    destinataire, emise_le, echeance = net["destinataire"], net.get("emise_le"), net.get("echeance")
    yield "Destinataire", destinataire["nom"]
    if destinataire["personne"]:
        yield "À l'attention de", destinataire["personne"]
    yield "Code de l'organisme", net["organisme"]
    yield "Période", t.mois(net["periode"])
    if emise_le:
        yield "Date d'émission", t.jour(date.fromisoformat(emise_le))
    if echeance:
        yield "Échéance", t.jour(date.fromisoformat(echeance))


def _totaux(net: Mapping[str, Any]) -> Tableau:
    taxes = t.taxes(net) or [("TPS et TVQ", "exonéré")]
    return Tableau(
        titre="Totaux",
        titre_montre=False,
        colonnes=(Colonne("Objet"), Colonne("Montant", nombre=True)),
        lignes=[("Total avant taxes", t.dollars(net["total_avant_taxes"])), *taxes],
        total=(t.solde(net), t.dollars(net["total"])),
    )


def _dire_l_ecart(montant: Montant) -> str:
    if not montant:
        return "le même total avant taxes"
    sens = "de plus" if montant > ZERO else "de moins"
    return f"{t.dollars(Montant(abs(montant.cents)))} {sens}, avant taxes"


_NOMBRE, _ECART = Colonne("Nombre", nombre=True), Colonne("Écart", nombre=True)


def _causes(comparaison: Comparaison) -> Tableau:
    ecarts = comparaison.ecarts
    return Tableau(
        titre="Par cause",
        titre_montre=False,
        colonnes=(Colonne("Cause"), _NOMBRE, _ECART),
        lignes=[(CAUSES[p.cause], en_nombre(p.nombre), t.dollars(p.montant)) for p in ecarts.parts],
        total=("Écart, avant taxes", "", t.dollars(ecarts.montant)),
    )


def _par_tarif(comparaison: Comparaison) -> Tableau:
    return Tableau(
        titre="Tarif par tarif",
        titre_montre=False,
        colonnes=(Colonne("Tarif", insecable=True), Colonne("Cause"), _NOMBRE, _ECART),
        lignes=[
            (
                Cellule(tarif, sans_invisibles(libelle)),
                CAUSES[part.cause],
                en_nombre(part.nombre),
                t.dollars(part.montant),
            )
            for tarif, libelle, part in comparaison.par_tarif
        ],
    )


_LIGNES, _MONTANT = Colonne("Lignes", nombre=True), Colonne("Montant", nombre=True)


def _sommaire(lu: LignesLues) -> Tableau:
    return Tableau(
        titre="Sommaire par tarif",
        titre_montre=False,
        colonnes=(Colonne("Tarif", insecable=True), Colonne("Groupe"), _LIGNES, _MONTANT),
        lignes=[
            (
                Cellule(un.tarif, sans_invisibles(un.libelle)),
                titre,
                en_nombre(un.compte.nombre),
                t.dollars(un.compte.montant),
            )
            for titre, _, tarifs in lu.sommaire()
            for un in tarifs
        ],
        total=("Total avant taxes", "", en_nombre(lu.nombre), t.dollars(lu.pli.total)),
    )


def _sous_totaux(lu: LignesLues) -> Iterator[Tableau]:
    for axe in AXES_A_PART:
        if rangees := sous_totaux_montres(lu.sous_totaux, axe):
            yield Tableau(
                titre=f"Par {AXES[axe].lower()}",
                colonnes=(Colonne(AXES[axe]), _LIGNES, _MONTANT),
                lignes=[
                    (sans_invisibles(valeur), en_nombre(nombre), t.dollars(montant))
                    for valeur, nombre, montant in rangees
                ],
            )


def _groupes(lignes: Iterable[Mapping[str, Any]]) -> list[GroupeMontre]:
    """Les lignes se suivent par groupe et tarif : un document les range ainsi."""
    return [
        _groupe(titre, tarif, list(siennes))
        for (titre, tarif), siennes in groupby(lignes, key=_cle)
    ]


def _cle(ligne: Mapping[str, Any]) -> tuple[str, str]:
    return titre_du_groupe(ligne), ligne["tarif"]


def _groupe(titre: str, tarif: str, lignes: list[Mapping[str, Any]]) -> GroupeMontre:
    total = sum((Montant.de(ligne["montant"]) for ligne in lignes), ZERO)
    return GroupeMontre(
        titre=f"{titre} · {tarif} – {lignes[0]['libelle']}",
        nombre=f"{en_nombre(len(lignes))} ligne{'s' if len(lignes) > 1 else ''}",
        total=t.dollars(total),
        lignes=tuple(map(_ligne, lignes)),
    )


def _ligne(ligne: Mapping[str, Any]) -> LigneMontree:
    return LigneMontree(
        objet=ligne["produit_libelle"] or ligne["libelle"],
        jours=t.jours(ligne),
        montant=t.dollars(ligne["montant"]),
        calcul=ligne["calcul"],
        raison=ligne.get("raison"),
        paires=tuple(_paires(ligne)),
        decisions=tuple((t.dollars(a["montant"]), a["motif"]) for a in ligne["ajustements"]),
        evenements=tuple(ligne["evenements"]),
    )


def _paires(ligne: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Tout ce qu'une ligne dit d'elle-même, moins son calcul, ses décisions, ses événements."""
    yield "Ligne", str(ligne["rang"])
    if ligne.get("demande"):
        yield "Actif ou acte", ligne["source"]
    yield from t.reperes(ligne)
    yield "Tarif", f"{ligne['tarif']} – {ligne['libelle']}"
    if versions := t.versions(ligne):
        yield "Version", versions
    yield "Période d'origine", t.mois(ligne["periode"])
    yield "Quantité", en_nombre(Decimal(ligne["quantite"]))
    if ligne["prix_unitaire"] is not None:
        yield "Prix unitaire", en_dollars(Decimal(ligne["prix_unitaire"]))
    if ligne["majoration"] not in {None, "0"}:
        yield "Majoration", en_pourcentage(Decimal(ligne["majoration"]))
    if ligne.get("rang_corrige"):
        yield "Ligne corrigée", f"{ligne['rang_corrige']}, de {ligne.get('numero_corrige')}"
    if Decimal(ligne["deja_facture"]):
        yield "Déjà facturé", t.dollars(ligne["deja_facture"])
    yield "Taxes", _taux(ligne)


def _taux(ligne: Mapping[str, Any]) -> str:
    tps, tvq = (Decimal(ligne.get(nom) or 0) for nom in ("taux_tps", "taux_tvq"))
    return f"TPS {en_pourcentage(tps)}, TVQ {en_pourcentage(tvq)}" if tps or tvq else "exonéré"
