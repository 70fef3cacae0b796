// Standard Webhooks : HMAC-SHA256 de « identifiant.instant.corps », sous la clé décodée de base64.
// L'identifiant est celui de l'événement : répété, le même message garde le sien.
const corps = request.body.tryGetSubstituted();
const identifiant = JSON.parse(corps).id;
const instant = Math.floor(Date.now() / 1000).toString();
const cle = request.environment.get("secret_itsm").replace("whsec_", "");

const signature = crypto.hmac.sha256()
    .withBase64Secret(cle)
    .updateWithText(identifiant + "." + instant + "." + corps)
    .digest()
    .toBase64();

request.variables.set("webhook_id", identifiant);
request.variables.set("webhook_timestamp", instant);
request.variables.set("webhook_signature", "v1," + signature);
