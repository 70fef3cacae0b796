{{- define "sbg.nom" -}}
{{- .Release.Name | trunc 30 | trimSuffix "-" -}}
{{- end -}}

{{/* Les étiquettes qui choisissent les conteneurs d'un rôle; elles ne changent jamais. */}}
{{- define "sbg.choix" -}}
app.kubernetes.io/name: sbg-{{ .service }}
app.kubernetes.io/component: {{ .role }}
app.kubernetes.io/instance: {{ .racine.Release.Name }}
{{- end -}}

{{- define "sbg.etiquettes" -}}
{{ include "sbg.choix" . }}
app.kubernetes.io/part-of: sbg
app.kubernetes.io/version: {{ .racine.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .racine.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .racine.Chart.Name .racine.Chart.Version }}
{{- end -}}

{{- define "sbg.image" -}}
{{- $image := .racine.Values.image -}}
{{- $siennes := index .racine.Values.services .service -}}
{{- $nom := printf "sbg-%s" .service -}}
{{- with $image.registre }}{{ $nom = printf "%s/%s" (trimSuffix "/" .) $nom }}{{ end -}}
{{- if $siennes.empreinte -}}
{{ $nom }}@{{ $siennes.empreinte }}
{{- else -}}
{{ $nom }}:{{ $image.etiquette | default .racine.Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "sbg.secret" -}}
{{- $racine := .racine -}}
{{ printf "%s-%s-%s" ($racine.Values.secrets.prefixe | default (include "sbg.nom" $racine)) .service .role }}
{{- end -}}

{{/* Les services en marche, dans l'ordre. */}}
{{- define "sbg.actifs" -}}
{{- $actifs := list -}}
{{- range $nom := list "catalogue" "demandes" "facturation" "sla" "courtier" -}}
{{- if (index $.Values.services $nom).actif }}{{ $actifs = append $actifs $nom }}{{ end -}}
{{- end -}}
{{ toJson $actifs }}
{{- end -}}

{{/* Un rôle d'un service : ce que la charte en sait (roles.yaml) et ce que les valeurs en disent. */}}
{{- define "sbg.contexte" -}}
{{- $table := .racine.Files.Get "roles.yaml" | fromYaml -}}
{{- $commun := index $table.communs .role -}}
{{- $service := index $table.services .service -}}
{{- $propre := index $service .role | default dict -}}
{{- $secrets := concat (list (printf "SBG_BASE__%s" $commun.acces) "SBG_BUS__MOT_DE_PASSE") ($propre.secret | default list) -}}
{{- $valeurs := mergeOverwrite (deepCopy (index .racine.Values.roles .role)) (deepCopy (index .racine.Values.services .service .role | default dict)) -}}
{{- dict "nom" (printf "%s-%s-%s" (include "sbg.nom" .racine) .service .role)
    "port" $service.port
    "gestion" (add $service.port ($commun.gestion | default 0))
    "secrets" $secrets
    "facultatifs" (concat ($commun.facultatif | default list) ($propre.facultatif | default list))
    "reglages" (merge (dict) ($commun.reglage | default dict) ($propre.reglage | default dict))
    "valeurs" $valeurs | toJson -}}
{{- end -}}

{{/* Une valeur de la charte par son chemin (« bus.adresses »). */}}
{{- define "sbg.valeur" -}}
{{- $lue := .racine.Values -}}
{{- range splitList "." .chemin }}{{ $lue = index $lue . }}{{ end -}}
{{- if eq .chemin "identite.emetteur" }}{{ $lue = required "identite.emetteur : dites l'émetteur des jetons (https)." $lue }}{{ end -}}
{{- if and (eq .chemin "identite.jwks") (not $lue) -}}
{{- $lue = printf "%s/protocol/openid-connect/certs" (trimSuffix "/" .racine.Values.identite.emetteur) -}}
{{- end -}}
{{ $lue }}
{{- end -}}

{{- define "sbg.annotationsDeCrochet" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ .poids | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}
