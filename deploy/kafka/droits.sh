#!/usr/bin/env bash
# Donne à chaque service son identité (SCRAM) et ses droits sur le bus, ceux de droits.txt.
#
#   SBG_BUS=kafka:9092 SBG_MDP_BUS_ADMINISTRATEUR=… SBG_MDP_BUS_DEMANDES=… droits.sh
#
# Se relance sans dommage : un secret changé remplace l'ancien, un droit déjà donné le reste.
set -euo pipefail

ICI=$(dirname "${BASH_SOURCE[0]}")
OUTILS=${SBG_OUTILS_KAFKA:-/opt/kafka/bin}
: "${SBG_BUS:?adresse du bus}" "${SBG_MDP_BUS_ADMINISTRATEUR:?}"

umask 077
TRAVAIL=$(mktemp -d)
trap 'rm -rf "$TRAVAIL"' EXIT

cat > "$TRAVAIL/administrateur" <<FIN
security.protocol=${SBG_BUS_PROTOCOLE:-SASL_PLAINTEXT}
sasl.mechanism=PLAIN
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="administrateur" password="$SBG_MDP_BUS_ADMINISTRATEUR";
FIN

kafka() {
    local outil=$1
    shift
    "$OUTILS/$outil" --bootstrap-server "$SBG_BUS" --command-config "$TRAVAIL/administrateur" "$@"
}

identifier() {
    local variable="SBG_MDP_BUS_${1^^}"
    printf 'SCRAM-SHA-512=password=%s\n' "${!variable:?secret de $1}" > "$TRAVAIL/secret"
    kafka kafka-configs.sh --alter --entity-type users --entity-name "$1" \
        --add-config-file "$TRAVAIL/secret"
}

declare -A VUS=()
while read -r usager verbe noms; do
    [[ -n $usager && $usager != \#* ]] || continue
    if [[ -z ${VUS[$usager]:-} ]]; then
        identifier "$usager"
        VUS[$usager]=1
    fi
    droits=(--add --force --allow-principal "User:$usager")
    case $verbe in
        lit) droits+=(--operation Read --operation Describe --group "$usager") ;;
        ecrit) droits+=(--operation Write --operation Describe) ;;
        cree) droits+=(--operation Create --operation Describe --resource-pattern-type prefixed) ;;
        *) echo "droits.txt : « $verbe » n'est pas un droit." >&2; exit 1 ;;
    esac
    for nom in $noms; do droits+=(--topic "$nom"); done
    kafka kafka-acls.sh "${droits[@]}"
done < "$ICI/droits.txt"
