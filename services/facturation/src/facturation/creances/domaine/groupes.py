"""Ce qui se compte ensemble : les vies d'une source, et les faits qu'un tarif réunit (CAT-9)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, TypeAlias

from facturation.creances.domaine.creances import Attente, Identite, Nature
from facturation.creances.domaine.faits import JOUR, TARIF, FaitRecu, Role, Source
from facturation.tarification.domaine.tarification import Definition, SansMontant, Tarification
from facturation.tarification.domaine.tarifs import EtatProduit, Forme

_SANS_SIGNATURE: Final = (
    "Nul signataire n'a approuvé la demande : rien n'y portait de tarif quand elle fut soumise."
)


@dataclass(frozen=True, slots=True)
class Vie:
    """Une source en service, du fait qui la commence à celui qui la finit, s'il est venu.

    `avis` : la première fin dite. `relais` : le jour où commence une vie suivante.
    `engagee_depuis` : le début de l'engagement qu'elle a reçu d'ailleurs (FAC-5).
    """

    debut: FaitRecu
    fin: FaitRecu | None = None
    avis: FaitRecu | None = None
    relais: date | None = None
    engagee_depuis: date | None = None


@dataclass(frozen=True, slots=True)
class Groupe:
    """Les faits qu'un tarif compte ensemble, le jour où ils sont dus à qui.

    `vie` : celle qu'ouvre le fait d'un tarif compté au mois.
    """

    definition: Definition
    faits: tuple[FaitRecu, ...]
    jour: date
    cle: str
    produit: EtatProduit | None = None
    vie: Vie | None = None

    @property
    def source(self) -> str:
        return self.faits[0].source

    @property
    def code_produit(self) -> str | None:
        return self.produit.code if self.produit else None

    @property
    def identite(self) -> Identite:
        """Ce qui en distingue la créance."""
        return Identite(self.source, self.definition.code, Nature.ACTE, self.jour, self.cle)

    @property
    def ouvre_des_frais(self) -> bool:
        """Vrai s'il met en service ce qui doit des frais uniques; reçu d'ailleurs, il l'est."""
        vie, frais = self.vie, self.definition.tarif.frais_uniques
        return vie is not None and frais is not None and not vie.debut.reprend

    def attente(self, motif: str) -> Attente:
        """Le groupe attend : rien ne s'invente."""
        evenements = tuple(fait.acte_id for fait in self.faits)
        return Attente(identite=self.identite, evenements=evenements, motif=motif)


def vies(source: Source) -> list[Vie]:
    """Les vies d'une source, dans l'ordre; la dernière seule peut courir encore.

    Ce qui commence hors de service ouvre une vie; ce qui finit en service la clôt. Finie, une fin
    d'effet plus tôt remplace la sienne; autrement, rien ne change.
    """
    toutes: list[Vie] = []
    for fait in source.faits:
        courante = toutes[-1] if toutes else None
        if fait.role is Role.COMMENCE and (courante is None or courante.fin):
            toutes.append(Vie(fait, engagee_depuis=fait.en_service_depuis))
        elif fait.role is Role.FINIT and courante and _finit(courante, fait):
            toutes[-1] = replace(courante, fin=fait, avis=courante.avis or fait)
        elif fait.role is Role.ACTE and courante and courante.fin is None:
            depuis = fait.en_service_depuis or courante.engagee_depuis
            toutes[-1] = replace(courante, engagee_depuis=depuis)
    for rang in range(len(toutes) - 1):
        relais = min(vie.debut.jour for vie in toutes[rang + 1 :])
        toutes[rang] = replace(toutes[rang], relais=relais)
    return toutes


def _finit(vie: Vie, fait: FaitRecu) -> bool:
    return vie.fin is None or fait.jour < vie.fin.jour


def groupes(source: Source, t: Tarification) -> Iterator[Groupe | Attente]:
    """Tout ce qu'une source rend dû, groupe par groupe; ce que rien ne rend dû attend.

    Un fait qui commence ou finit sans changer la vie de sa source ne rend rien dû. Ce que livre une
    demande que nul n'avait à signer, tarifé depuis, attend : rien ne se facture sans signature
    (DEM-3).
    """
    toutes = vies(source)
    bornes = {f.acte_id: vie for vie in toutes for f in (vie.debut, vie.fin) if f}
    faits = [f for f in source.faits if f.role is Role.ACTE or f.acte_id in bornes]
    if not toutes:
        yield from _perdue_sans_livraison(source)
    ensemble: dict[tuple[str, str], Groupe] = {}
    for fait in faits:
        for brut in _rendus(fait, t):
            if isinstance(brut, Attente):
                yield brut
            elif source.libre and brut.produit:
                yield brut.attente(_SANS_SIGNATURE)
            elif brut.definition.tarif.forme is Forme.MOIS:
                ouvre = fait.role is Role.COMMENCE
                yield replace(brut, cle="", vie=bornes[fait.acte_id] if ouvre else None)
            elif brut.definition.tarif.du.livraison or not _a_la_cloture(brut.definition):
                cle = (brut.definition.code, brut.cle)
                deja = ensemble.get(cle)
                ensemble[cle] = replace(deja, faits=(*deja.faits, fait)) if deja else brut
    yield from ensemble.values()
    yield from _clos(faits, t)


def _rendus(fait: FaitRecu, t: Tarification) -> Iterator[Groupe | Attente]:
    """Ce qu'un fait rend dû à lui seul, une fois par tarif.

    Attendent le tarif qu'il nomme en vain, et celui d'un type toujours tarifé que nulle
    fiche ne tarife ce jour-là. Un tarif qui éprouve le nom que dit le fait y répond, quel
    que soit son propre code.
    """
    rendus: set[str] = set()
    repond = False
    for rendu in _de_livraison(fait, t):
        rendus.add(rendu.identite.tarif)
        yield rendu
    for definition in t.declenches(fait.type, fait.dits, fait.jour):
        repond |= definition.tarif.du.eprouve(TARIF)
        if definition.code not in rendus:
            rendus.add(definition.code)
            yield Groupe(definition, (fait,), fait.jour, _cle(definition, fait))
    if fait.nomme and fait.nomme not in rendus and not repond:
        nomme = t.tarif_au(fait.nomme, fait.jour)
        sinon = f"Le tarif {fait.nomme} n'est pas dû pour « {fait.type} »."
        yield _attente(fait, fait.nomme, nomme.motif if isinstance(nomme, SansMontant) else sinon)
    elif fait.tarife and not rendus:
        yield _attente(fait, "", f"Aucun tarif en vigueur n'est dû pour « {fait.type} ».")


def _de_livraison(fait: FaitRecu, t: Tarification) -> Iterator[Groupe | Attente]:
    """Les tarifs que porte le produit livré, quand commence la vie (CAT-1).

    Pas encore publié, un tarif attend; s'il se compte au mois, il court dès qu'il l'est.
    """
    if fait.produit is None:
        return
    produit = t.produit(fait.produit, fait.survenu_le)
    if produit is None:
        yield _attente(fait, "", f"Le produit {fait.produit} n'est pas au ROPN.")
        return
    for code in dict.fromkeys(produit.tarifs):
        definition = t.tarif_au(code, fait.jour)
        if isinstance(definition, SansMontant):
            yield _attente(fait, code, definition.motif)
            definition = t.a_venir(code, fait.jour) or definition
        if isinstance(definition, SansMontant):
            continue
        if not definition.tarif.du.livraison:
            yield _attente(fait, code, f"Le tarif {code} n'est pas dû à la livraison d'un produit.")
        elif definition.tarif.du.repond(fait.dits) and _court(definition, fait):
            yield Groupe(definition, (fait,), fait.jour, _cle(definition, fait), produit)


def _court(definition: Definition, fait: FaitRecu) -> bool:
    """Vrai s'il vaut au jour du fait, ou qu'un abonnement s'ouvrira quand il vaudra.

    De ce qui vient d'ailleurs, l'acquisition est déjà payée : seul le mois est dû.
    """
    if definition.tarif.forme is Forme.MOIS:
        return True
    return definition.depuis <= fait.jour and not fait.reprend


_Membre: TypeAlias = tuple[FaitRecu, Definition]
"""Un fait, et ce que la fiche de son jour en dit."""


def _clos(faits: Sequence[FaitRecu], t: Tarification) -> Iterator[Groupe | Attente]:
    """Les groupes dus à leur clôture, au jour du premier fait qui la dit (FAC-4).

    Un fait entre dans un groupe, ou non, comme le dit la fiche de son jour; celle de la clôture dit
    ce que vaut le groupe, si elle le réunit encore de même, sinon la dernière à l'avoir réuni. Ce
    qui suit le jour d'une clôture attend la suivante.
    """
    ouverts: dict[tuple[str, str, tuple[str, ...], str], list[_Membre]] = {}
    for fait in faits:
        for d in t.guettent(fait.type, fait.jour):
            if cloture := _a_la_cloture(d):
                cle = (d.code, cloture, d.tarif.quantite.par, _valeurs(d, fait))
                ouverts.setdefault(cle, []).append((fait, d))
    for (_, cloture, _, valeurs), membres in ouverts.items():
        type_, modele, depuis = membres[0][0].type, membres[0][1], date.min
        for clos in faits:
            semblable = clos.type == type_ and _valeurs(modele, clos) == valeurs
            if semblable and clos.dit(cloture) is True and clos.jour > depuis:
                siens = [m for m in membres if depuis < m[0].jour <= clos.jour]
                depuis = clos.jour
                yield from _du(siens, clos, valeurs, t)
        yield from _reste_ouvert([m for m in membres if depuis < m[0].jour], valeurs)


def _du(
    membres: Sequence[_Membre], clos: FaitRecu, valeurs: str, t: Tarification
) -> Iterator[Groupe]:
    """Le groupe que clôt ce fait, si l'un de ses membres est de ceux que son tarif compte."""
    comptes = tuple(f for f, d in membres if d.tarif.du.repond(f.dits))
    if comptes:
        definition = membres[-1][1]
        du_jour = t.guette(definition.code, clos.type, clos.jour)
        if du_jour and _meme_groupe(du_jour, definition):
            definition = du_jour
        yield Groupe(definition, comptes, clos.jour, valeurs)


def _reste_ouvert(membres: Sequence[_Membre], valeurs: str) -> Iterator[Attente]:
    """Ce que rien n'a clos se signale, passé le délai que dit la fiche; clos, il se facture."""
    comptes = [f for f, d in membres if d.tarif.du.repond(f.dits)]
    delai = membres[-1][1].tarif.quantite.signale_apres_jours if membres else None
    if comptes and delai is not None:
        code, depuis = membres[-1][1].code, comptes[0].jour
        yield Attente(
            identite=Identite(comptes[0].source, code, Nature.ACTE, depuis, valeurs),
            evenements=tuple(f.acte_id for f in comptes),
            motif=f"Ouvert le {depuis}, et toujours pas clos après {delai} jours.",
            des=depuis + timedelta(days=delai),
        )


def _meme_groupe(une: Definition, autre: Definition) -> bool:
    """Vrai si les deux réunissent les mêmes faits, et les closent du même."""
    return _a_la_cloture(une) == _a_la_cloture(autre) and (
        une.tarif.quantite.par == autre.tarif.quantite.par
    )


def _a_la_cloture(definition: Definition) -> str | None:
    """Le fait qui clôt; ce qui se compte au mois ne se clôt pas."""
    tarif = definition.tarif
    return None if tarif.forme is Forme.MOIS else tarif.quantite.a_la_cloture


def _cle(definition: Definition, fait: FaitRecu) -> str:
    """Ce qui réunit des faits : les valeurs que nomme `par`; sinon chacun est seul.

    D'une source qui n'a qu'un fait qui vaille, celui qui le redit garde le même dû (FAC-13).
    """
    decompte = definition.tarif.quantite
    if JOUR in decompte.par or (decompte.par and definition.tarif.forme is Forme.FORFAIT):
        return _valeurs(definition, fait)
    return fait.source if fait.unique else str(fait.acte_id)


def _valeurs(definition: Definition, fait: FaitRecu) -> str:
    valeurs = (fait.dit(nom) for nom in definition.tarif.quantite.par)
    return " ".join("" if valeur is None else str(valeur) for valeur in valeurs)


def _perdue_sans_livraison(source: Source) -> Iterator[Attente]:
    fin = next((f for f in source.faits if f.role is Role.FINIT), None)
    if fin is not None and fin.perd:
        motif = "L'actif est perdu, mais sa livraison n'est pas connue."
        yield _attente(fin, "", motif, Nature.PERTE)


def _attente(fait: FaitRecu, tarif: str, motif: str, nature: Nature = Nature.ACTE) -> Attente:
    identite = Identite(fait.source, tarif, nature, fait.jour, str(fait.acte_id))
    return Attente(identite=identite, evenements=(fait.acte_id,), motif=motif)
