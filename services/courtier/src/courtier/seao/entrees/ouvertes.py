"""Les données ouvertes des contrats et des ententes-cadres, dans le profil du SEAO (CI-25)."""

from dataclasses import replace
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Path
from starlette.responses import Response

from courtier.seao.adaptateurs import vues
from courtier.seao.adaptateurs.reference import lire_profil
from courtier.seao.domaine import fusion, ocds
from courtier.seao.entrees import paquets
from courtier.seao.entrees import schemas as s
from courtier.seao.entrees.acces import Lecteur
from courtier.seao.ports import Ports
from noyau import Introuvable, Mois, debut_du_jour, jour_de_quebec
from socle.bd.instructions import Ligne
from socle.bd.vues import PageLue
from socle.champs import Periode
from socle.web import Appel, Page, PageDemandee, Routeur, lu
from socle.web.diffusion import diffuser

routes = Routeur(prefix="/v1/ocds", tags=["seao"])
JSON: Final = "application/json"
ABSENT: Final = "Aucune donnée ouverte ne porte cet identifiant."


@routes.get(
    "/releases",
    response_model=s.PublicationsOcdsOut,
    operation_id="lister_publications_ocds",
    summary="Lire les publications des contrats, étape par étape (CI-25)",
)
async def publications(
    appel: Lecteur,
    filtre: Annotated[vues.FiltreEtapes, lu(vues.FiltreEtapes)],
    page: PageDemandee,
) -> Response:
    """Un paquet OCDS 1.1, dans l'ordre où les étapes se consignent; la suite dans `Link`.

    Les contrats que le SEAO publie seulement. Un organisme y lit les siens.
    """
    filtre = replace(filtre, organisme=appel.filtre_organisme(filtre.organisme))
    lue = await appel.lire_brut(
        lambda cx: vues.ETAPES.lire(cx, filtre, page.limite, page.curseur, appel.acteur.organisme)
    )
    return _page(appel, page, lue, [_publication(ligne) for ligne in lue.lignes], "contrats")


@routes.get(
    "/ententes-cadres",
    response_model=s.PublicationsOcdsOut,
    operation_id="lister_ententes_ocds",
    summary="Lire les publications des ententes-cadres (CI-25)",
)
async def ententes(appel: Lecteur, page: PageDemandee) -> Response:
    """Un paquet OCDS 1.1 : chaque entente-cadre commencée, et sa fin quand elle est venue."""
    jour, profil = jour_de_quebec(appel.horloge()), lire_profil()
    filtre = vues.FiltreEntentes(jour=jour)
    lue = await appel.lire_brut(
        lambda cx: vues.ENTENTES.lire(cx, filtre, page.limite, page.curseur)
    )
    dites = [
        publication
        for ligne in lue.lignes
        for publication in ocds.de_l_entente(vues.entente_de(ligne), jour, profil)
    ]
    return _page(appel, page, lue, dites, "ententes-cadres")


@routes.get(
    "/records/{ocid}",
    response_model=s.ArchivesOcdsOut,
    operation_id="lire_archive_ocds",
    summary="Lire un contrat ou une entente-cadre, version par version (CI-25)",
)
async def archive(
    ocid: Annotated[
        str,
        Path(
            pattern=r"^ocds-[a-z0-9]{6}-[0-9a-f-]{1,60}$",
            description="Celui du SEAO une fois l'avis consigné; l'ancien mène au même contrat.",
            examples=["ocds-ec9k95-20145160"],
        ),
    ],
    appel: Lecteur,
) -> Response:
    """Les publications, leur fusion et leur version datée, champ par champ.

    Échu ou résilié, le contrat y est « terminated » dès sa fin, avant l'avis qui la publie.
    """
    publications = await _de_l_ocid(ocid, appel)
    if not publications:
        raise Introuvable(ABSENT, regle="CI-25")
    archive = {
        "ocid": publications[-1]["ocid"],
        "releases": publications,
        "compiledRelease": fusion.compiler(publications),
        "versionedRelease": fusion.versionner(publications),
    }
    paru_le = paquets.paru_le(publications, appel.horloge())
    paquet = paquets.entete(f"archive:{archive['ocid']}", paru_le, lire_profil())
    return Response(paquets.octets({**paquet, "records": [archive]}), media_type=JSON)


@routes.get(
    "/mensuels/{mois}",
    response_model=s.PublicationsOcdsOut,
    operation_id="lire_mensuel_ocds",
    summary="Lire le fichier d'un mois, comme celui du gouvernement (CI-25)",
)
async def mensuel(mois: Periode, appel: Lecteur) -> Response:
    """Les étapes des contrats consignées ce mois-là, à l'heure de Québec; 404 s'il n'est pas fini.

    Ni une page, ni une suite : le fichier se lit d'un trait.
    """
    du_mois = Mois.lire(mois)
    au = debut_du_jour(du_mois.suivant.debut)
    if appel.horloge() < au:
        raise Introuvable("Le fichier d'un mois paraît quand ce mois est fini.", regle="CI-25")
    filtre = vues.FiltreEtapes(du=debut_du_jour(du_mois.debut), au=au)
    lots = appel.tout_lister(vues.ETAPES, filtre)
    en_tetes = {"Content-Disposition": f'attachment; filename="{paquets.fichier(du_mois)}"'}
    morceaux = paquets.morceaux(du_mois, lots, _publication, lire_profil())
    cachet = await appel.lire_brut(vues.cachet(debut_du_jour(du_mois.debut), au))
    cachet = f"{appel.portee.etiquette} {du_mois} {cachet}"
    return diffuser(appel.requete, morceaux, JSON, cachet, en_tetes)


async def _de_l_ocid(ocid: str, appel: Appel[Ports]) -> list[ocds.Json]:
    profil, jour = lire_profil(), jour_de_quebec(appel.horloge())
    numero = ocid.removeprefix(profil.prefixe) if ocid.startswith(profil.prefixe) else None
    identifiant = _uuid(ocid.removeprefix(profil.prefixe_propre))
    publication = await appel.lire_brut(vues.ouverte(identifiant, numero))
    if publication is not None:
        return ocds.etapes(publication, jour, profil)
    if identifiant is None or not ocid.startswith(profil.prefixe_propre):
        return []
    ligne = await appel.lire_brut(vues.ENTENTE.de(identifiant))
    return ocds.de_l_entente(vues.entente_de(ligne), jour, profil)


def _uuid(texte: str) -> UUID | None:
    try:
        return UUID(texte)
    except ValueError:
        return None


def _publication(ligne: Ligne) -> ocds.Json:
    return ocds.du_contrat(*vues.etape_publiee(ligne), lire_profil())


def _page(
    appel: Appel[Any], page: Page, lue: PageLue, dites: list[ocds.Json], uri: str
) -> Response:
    en_tetes = {}
    if lue.suivant is not None:
        en_tetes["Link"] = f'<{appel.page_suivante(lue.suivant, page.limite)}>; rel="next"'
    paru_le = paquets.paru_le(dites, appel.horloge())
    paquet = paquets.entete(uri, paru_le, lire_profil())
    corps = paquets.octets({**paquet, "releases": dites})
    return Response(corps, headers=en_tetes, media_type=JSON)
