// Le parcours d'un intégrateur par le client typé : créer, soumettre, lire, lister.
import createClient from "openapi-fetch";
import type { paths } from "./demandes";

declare const process: { env: Record<"SBG_ADRESSE" | "SBG_JETON", string> };

function exiger(condition: boolean, quoi: string): asserts condition {
  if (!condition) throw new Error(quoi);
}

const client = createClient<paths>({
  baseUrl: process.env.SBG_ADRESSE,
  headers: { Authorization: `Bearer ${process.env.SBG_JETON}` },
});
const cle = () => crypto.randomUUID();

const creee = await client.POST("/v1/demandes", {
  params: { header: { "Idempotency-Key": cle() } },
  body: {
    sorte: "poste_physique",
    articles: [{ produit: "PORTABLE-14", quantite: 1, haut_dirigeant: false }],
    soumettre: false,
  },
});
exiger(creee.data !== undefined, JSON.stringify(creee.error));
const { id, version } = creee.data;
const chemin = { demande_id: id };

const soumise = await client.POST("/v1/demandes/{demande_id}/soumission", {
  params: { path: chemin, header: { "Idempotency-Key": cle(), "If-Match": `"${version}"` } },
  body: {},
});
exiger(soumise.data?.etat === "creee", JSON.stringify(soumise.error));

const lue = await client.GET("/v1/demandes/{demande_id}", { params: { path: chemin } });
exiger(lue.data?.version === soumise.data.version, JSON.stringify(lue.error));

const liste = await client.GET("/v1/demandes", { params: { query: { limite: 10 } } });
exiger(liste.data?.elements.some((demande) => demande.id === id) ?? false, "absente de la liste");

const absente = await client.GET("/v1/demandes/{demande_id}", {
  params: { path: { demande_id: crypto.randomUUID() } },
});
exiger(absente.error?.type === "/problemes/introuvable", JSON.stringify(absente.error));
