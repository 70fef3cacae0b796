"""Relever la vie des factures : approbations, contestation, écarts, simulation, comptes."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from demo.documents import Facture
from demo.facturier import empreinte
from demo.scenario.clients import COURTIER, FACTURATION, Document
from demo.scenario.courtage import Courtage as JoueCourtage
from demo.scenario.suite import Suite
from demo.vie import (
    Approbation,
    Compte,
    Contestation,
    Courtage,
    Ecarts,
    Note,
    Reglement,
    Simulation,
    Simule,
    Validation,
    Vie,
)

OCID = "ocds-ec9k95-"
"""Le préfixe des données ouvertes du SEAO (CI-25)."""


async def relever_vie(suite: Suite, noms: Mapping[str, str]) -> Vie:
    """Tout ce qui suit le mois. Lève `Refuse` si le système ne répond pas comme il le doit."""
    periode = str(suite.scenario.mois_suivant)
    factures = await suite.facturier.factures(periode, noms)
    return Vie(
        periode=periode,
        approbations=tuple([await _approbation(suite, o, noms) for o in suite.approbations]),
        validations=tuple([await _validation(suite, o) for o in suite.numeros]),
        contestation=await _contestation(suite),
        courtage=await _courtage(suite.courtage),
        factures=factures,
        ecarts=tuple([await _ecarts(suite, facture) for facture in factures]),
        simulation=_simulation(suite, factures),
        reglements=tuple(Reglement.model_validate(lu) for lu in suite.reglements),
        comptes=tuple([await _compte(suite, facture.organisme) for facture in factures]),
    )


async def _lire(suite: Suite, chemin: str) -> Document:
    return await suite.clients.lire("facturation", chemin, qui=FACTURATION)


async def _approbation(suite: Suite, organisme: str, noms: Mapping[str, str]) -> Approbation:
    lue, vue = suite.approbations[organisme], suite.vus[organisme]
    emis = await suite.facturier.document(lue["document"])
    return Approbation.model_validate(
        {
            **lue,
            "vue_par_l_organisme": vue == lue["empreinte"],
            "empreinte_emise": empreinte(emis),
            "apprises_depuis": [noms.get(source, source) for source in lue["apprises_depuis"]],
        }
    )


async def _validation(suite: Suite, organisme: str) -> Validation:
    lue = await _lire(suite, f"factures/{suite.numeros[organisme]}/validation")
    return Validation.model_validate({**lue, "organisme": organisme})


async def _contestation(suite: Suite) -> Contestation:
    lue = await _lire(suite, f"contestations/{suite.contestation['id']}")
    (ligne,), numero = lue["lignes"], lue["note"]
    note = await suite.facturier.document(numero)
    nom = f"note-{lue['organisme']}-{suite.periode}"
    fichiers = await suite.facturier.ecrire(f"factures/{numero}", nom)
    return Contestation.model_validate(
        {
            **lue,
            "ligne": f"{suite.contestee['nom']}, {suite.contestee['tarif']}",
            "montant": ligne["montant"],
            "accorde": ligne["accorde"],
            "note": Note.model_validate({**note, "fichiers": fichiers}),
        }
    )


async def _courtage(joue: JoueCourtage) -> Courtage:
    """Ce que le contrat est devenu, et ce que les données ouvertes en disent."""

    async def lire(chemin: str) -> Document:
        return await joue.clients.lire("courtier", chemin, qui=COURTIER)

    consommation = await lire(f"contrats/{joue.contrat['id']}/consommation")
    archive = await lire(f"ocds/records/{OCID}{joue.donnees['seao']['numero']}")
    (publie,) = archive["records"][0]["releases"]
    refus, commande = joue.refus["signature"], joue.refus["commande"]
    (prix,) = refus["details"]["prix"]
    return Courtage(
        organisme=joue.donnees["organisme"],
        titre=joue.donnees["titre"],
        prepare=joue.prepare["montant"],
        manque=", ".join(m["regle"] for m in joue.manque),
        bloque=refus["regle"],
        prix_prepare=prix["prix_prepare"],
        prix_publie=prix["prix_publie"],
        signe=joue.contrat["montant"],
        commandes=tuple(c["bon"] for c in joue.commandes),
        commande=consommation["commande"],
        refusee=commande["regle"],
        reste=consommation["reste"],
        ocid=publie["ocid"],
        etiquettes=tuple(publie["tag"]),
        valeur=Decimal(str(publie["contracts"][0]["value"]["amount"])),
    )


async def _ecarts(suite: Suite, facture: Facture) -> Ecarts:
    lus = await _lire(suite, f"factures/{facture.numero}/ecarts")
    precedent = lus["precedent"]
    return Ecarts.model_validate(
        {
            **lus,
            "organisme": facture.organisme,
            "precedent": precedent["numero"],
            "avant": precedent["total_avant_taxes"],
            "maintenant": lus["total_avant_taxes"],
        }
    )


def _simulation(suite: Suite, factures: Sequence[Facture]) -> Simulation:
    """Ce qu'elle annonçait, près de ce que les factures ont dit une fois le tarif publié."""
    lue, donnees = suite.simulation, suite.scenario.suite["simulation"]
    tarif = donnees["tarif"]
    (du_tarif,) = [t for t in lue["par_tarif"] if t["tarif"] == tarif]
    facture = {
        f.organisme: sum((li.montant for li in f.lignes if li.periode == f.periode), Decimal(0))
        for f in factures
    }
    return Simulation.model_validate(
        {
            **lue["totaux"],
            "tarif": tarif,
            "montant": donnees["montant"],
            "effet": lue["effet"],
            "periode": lue["premier_mois"],
            "empreinte": lue["empreinte"],
            "fichiers": lue["fichiers"],
            "tarif_avant": du_tarif["avant"],
            "tarif_apres": du_tarif["apres"],
            "organismes": [
                Simule(
                    organisme=volet["organisme"],
                    avant=volet["avant"],
                    apres=volet["apres"],
                    facture=facture[volet["organisme"]],
                    touches=volet["abonnements_touches"],
                )
                for volet in lue["volets"]
            ],
        }
    )


async def _compte(suite: Suite, organisme: str) -> Compte:
    lu = await _lire(suite, f"etats-de-compte/{organisme}")
    return Compte.model_validate({**lu, **lu["ages"]})
