"""La vie des factures, du premier aperçu au règlement : ce que le système en a dit."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from demo.documents import Facture, Valeur

Chiffres: TypeAlias = Iterator[tuple[str, object]]


class Approbation(Valeur):
    """Un aperçu approuvé (FAC-7), ce qu'on en a émis, et ce qu'on a appris depuis."""

    organisme: str
    empreinte: str
    approuvee_le: datetime
    approuvee_par: str
    vue_par_l_organisme: bool
    """Le gestionnaire de l'organisme voit, sous la même empreinte, l'aperçu du sien."""
    document: str
    empreinte_emise: str
    """Celle de ce qui fut émis, ce que l'émission y ajoute mis à part."""
    sources_apprises_depuis: int
    apprises_depuis: tuple[str, ...]
    """Par leur nom dans le scénario."""

    def chiffres(self) -> Chiffres:
        yield "empreinte émise, celle de l'aperçu", self.empreinte_emise == self.empreinte
        yield "aperçu vu par l'organisme", self.vue_par_l_organisme
        yield "appris depuis", ", ".join(self.apprises_depuis) or "rien"
        yield "sources apprises depuis", self.sources_apprises_depuis


class Validation(Valeur):
    """Si l'organisme a validé sa facture (TEL-2)."""

    organisme: str
    numero: str
    validee_le: datetime | None
    validee_par: str | None

    def chiffres(self) -> Chiffres:
        yield "validée par", self.validee_par or "personne"


class Echange(Valeur):
    """Un geste du fil d'une contestation."""

    geste: str
    le: datetime
    par: str
    texte: str | None


class Note(Valeur):
    """La note de crédit d'une décision (FAC-13)."""

    numero: str
    corrige: str
    total_avant_taxes: Decimal
    tps: Decimal
    tvq: Decimal
    total: Decimal
    fichiers: dict[str, str]


class Contestation(Valeur):
    """Une ligne contestée, le fil des échanges, la décision et sa note (FAC-8)."""

    organisme: str
    numero: str
    etat: str
    motif: str
    ouverte_le: datetime
    ouverte_par: str
    ligne: str
    montant: Decimal
    accorde: Decimal
    fil: tuple[Echange, ...]
    note: Note

    def chiffres(self) -> Chiffres:
        yield "état", self.etat
        yield "gestes", len(self.fil)
        yield "montant contesté", self.montant
        yield "accordé", self.accorde
        yield "note corrige la facture contestée", self.note.corrige == self.numero
        yield "note, avant taxes", self.note.total_avant_taxes
        yield "note, TPS", self.note.tps
        yield "note, TVQ", self.note.tvq
        yield "note, total", self.note.total


class PartEcart(Valeur):
    """Ce qu'une cause change au total avant taxes."""

    cause: str
    nombre: int
    montant: Decimal


class Ecarts(Valeur):
    """Ce qui a changé d'une facture à la suivante."""

    organisme: str
    precedent: str
    avant: Decimal
    maintenant: Decimal
    ecart: Decimal
    causes: tuple[PartEcart, ...]

    def chiffres(self) -> Chiffres:
        yield "avant", self.avant
        yield "maintenant", self.maintenant
        yield "écart", self.ecart
        for part in self.causes:
            yield f"{part.cause}, nombre", part.nombre
            yield f"{part.cause}, montant", part.montant


class Simule(Valeur):
    """Ce qu'une simulation dit d'un organisme, et ce que sa facture a dit ensuite."""

    organisme: str
    avant: Decimal
    apres: Decimal
    facture: Decimal
    """Les lignes du mois simulé, sans ce qui corrige d'autres mois."""
    touches: int

    @property
    def ecart(self) -> Decimal:
        return self.apres - self.avant

    def chiffres(self) -> Chiffres:
        yield "avant", self.avant
        yield "après", self.apres
        yield "facturé ensuite", self.facture
        yield "abonnements touchés", self.touches


class Simulation(Valeur):
    """« Et si ce tarif changeait ce jour-là » (FAC-11)."""

    tarif: str
    montant: Decimal
    effet: date
    periode: str
    empreinte: str
    fichiers: dict[str, str]
    avant: Decimal
    apres: Decimal
    ecart: Decimal
    tarif_avant: Decimal
    tarif_apres: Decimal
    organismes: tuple[Simule, ...]

    @property
    def facture(self) -> Decimal:
        """Ce que les factures du mois ont dit ensuite, ensemble."""
        return sum((o.facture for o in self.organismes), Decimal(0))

    def chiffres(self) -> Chiffres:
        yield "avant", self.avant
        yield "après", self.apres
        yield "écart", self.ecart
        yield f"{self.tarif} avant", self.tarif_avant
        yield f"{self.tarif} après", self.tarif_apres


class Reglement(Valeur):
    """Un paiement reçu (FAC-17)."""

    organisme: str
    date: date
    reference: str
    montant: Decimal
    credit: Decimal


class Compte(Valeur):
    """L'état de compte d'un organisme."""

    organisme: str
    le: date
    factures: Decimal
    notes_de_credit: Decimal
    reglements: Decimal
    solde: Decimal
    non_echu: Decimal
    de_1_a_30_jours: Decimal

    def chiffres(self) -> Chiffres:
        yield "factures", self.factures
        yield "notes de crédit", self.notes_de_credit
        yield "règlements", self.reglements
        yield "solde", self.solde
        yield "non échu", self.non_echu
        yield "en retard de 1 à 30 jours", self.de_1_a_30_jours


class Courtage(Valeur):
    """Un dossier du Courtier, du prix qui l'a bloqué à ses données ouvertes (CI-10 à CI-25)."""

    organisme: str
    titre: str
    prepare: Decimal
    """Le montant préparé, avant que le prix ne change."""
    manque: str
    """La règle que la signature attendait, lue avant d'essayer."""
    bloque: str
    """Celle que la signature a dite."""
    prix_prepare: Decimal
    prix_publie: Decimal
    signe: Decimal
    """Le montant signé."""
    commandes: tuple[str, ...]
    """Les bons inscrits."""
    commande: Decimal
    refusee: str
    """La règle qui a refusé la commande de trop."""
    reste: Decimal
    ocid: str
    etiquettes: tuple[str, ...]
    valeur: Decimal
    """Celle du contrat aux données ouvertes."""

    def chiffres(self) -> Chiffres:
        yield "montant préparé", self.prepare
        yield "manque lu d'avance", self.manque
        yield "signature refusée", self.bloque
        yield "prix préparé", self.prix_prepare
        yield "prix publié", self.prix_publie
        yield "montant signé", self.signe
        yield "commandes", ", ".join(self.commandes)
        yield "commandé", self.commande
        yield "commande refusée", self.refusee
        yield "reste", self.reste
        yield "données ouvertes", self.ocid
        yield "étiquettes", ", ".join(self.etiquettes)
        yield "valeur ouverte", self.valeur


class Vie(Valeur):
    """Tout ce qui suit le mois : les factures de septembre vivent, celles d'octobre s'émettent."""

    periode: str
    approbations: tuple[Approbation, ...]
    validations: tuple[Validation, ...]
    contestation: Contestation
    courtage: Courtage
    factures: tuple[Facture, ...]
    ecarts: tuple[Ecarts, ...]
    simulation: Simulation
    reglements: tuple[Reglement, ...]
    comptes: tuple[Compte, ...]

    def chiffres(self) -> Mapping[str, Mapping[str, str]]:
        """Chaque chiffre de l'oracle, par sujet et par nom."""
        simulation = self.simulation
        sujets = {
            "approbations": _par_organisme(self.approbations),
            "validations": _par_organisme(self.validations),
            "contestation": self.contestation.chiffres(),
            "courtage": self.courtage.chiffres(),
            "ecarts": _par_organisme(self.ecarts),
            "simulation": (*simulation.chiffres(), *_par_organisme(simulation.organismes)),
            "comptes": _par_organisme(self.comptes),
        }
        return {
            sujet: {nom: dire(valeur) for nom, valeur in chiffres}
            for sujet, chiffres in sujets.items()
        }


def _par_organisme(
    choses: tuple[Approbation | Validation | Ecarts | Simule | Compte, ...],
) -> Chiffres:
    for chose in choses:
        for nom, valeur in chose.chiffres():
            yield f"{chose.organisme}, {nom}", valeur


def dire(valeur: object) -> str:
    """Un chiffre tel que l'oracle l'écrit."""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return str(valeur)
