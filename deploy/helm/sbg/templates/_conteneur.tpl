{{/* L'environnement d'un rôle : ni plus, ni moins que ce que dit roles.yaml. */}}
{{- define "sbg.environnement" -}}
{{- $racine := .racine }}{{ $bus := $racine.Values.bus }}{{ $c := .contexte -}}
{{- $usager := ternary "migration" .service (eq .role "migrer") -}}
- name: SBG_BUS__ADRESSES
  value: {{ required "bus.adresses : dites où est le bus (hôte:port)." $bus.adresses | quote }}
- name: SBG_BUS__PROTOCOLE
  value: {{ $bus.protocole }}
- name: SBG_BUS__USAGER
  value: {{ index $bus.usagers $usager | default $usager | quote }}
{{- if $bus.autorite.secret }}
- name: SBG_BUS__AUTORITE
  value: /autorites/bus/{{ $bus.autorite.cle }}
{{- end }}
{{- if eq .role "migrer" }}
- name: SBG_BUS__REPLICATION
  value: {{ $bus.replication | quote }}
{{- with $bus.partitions }}
- name: SBG_BUS__PARTITIONS
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- with $racine.Values.traces.otlp }}
- name: SBG_TRACES__OTLP
  value: {{ . | quote }}
{{- end }}
{{- if and (eq .role "api") $racine.Values.securite.otlp }}
- name: SBG_SECURITE__OTLP
  value: {{ $racine.Values.securite.otlp | quote }}
{{- end }}
{{- if and (eq .role "api") $racine.Values.identite.autorite.secret }}
- name: SBG_IDENTITE__AUTORITE
  value: /autorites/identite/{{ $racine.Values.identite.autorite.cle }}
{{- end }}
{{- range $nom, $chemin := $c.reglages }}
- name: {{ $nom }}
  value: {{ include "sbg.valeur" (dict "racine" $racine "chemin" $chemin) | quote }}
{{- end }}
{{- range $nom, $valeur := merge (dict) ((index $racine.Values.services .service).reglages | default dict) $racine.Values.reglages }}
- name: {{ $nom }}
  value: {{ $valeur | toString | quote }}
{{- end }}
{{- $secret := include "sbg.secret" . }}
{{- range $c.secrets }}
- name: {{ . }}
  valueFrom: {secretKeyRef: {name: {{ $secret }}, key: {{ . }}}}
{{- end }}
{{- $proxy := $racine.Values.identite.proxy }}
{{- range $c.facultatifs }}
- name: {{ . }}
{{- if and $proxy (eq . "SBG_IDENTITE__PROXY") }}
  value: {{ $proxy | quote }}
{{- else }}
  valueFrom: {secretKeyRef: {name: {{ $secret }}, key: {{ . }}, optional: true}}
{{- end }}
{{- end }}
{{- end -}}

{{- define "sbg.surete" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{/* Ce que tout conteneur monte : un /tmp à lui, et les autorités nommées. */}}
{{- define "sbg.montages" -}}
- {name: tmp, mountPath: /tmp}
{{- if .racine.Values.bus.autorite.secret }}
- {name: autorite-bus, mountPath: /autorites/bus, readOnly: true}
{{- end }}
{{- if and (eq .role "api") .racine.Values.identite.autorite.secret }}
- {name: autorite-identite, mountPath: /autorites/identite, readOnly: true}
{{- end }}
{{- end -}}

{{- define "sbg.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 64Mi}
{{- with .racine.Values.bus.autorite }}
{{- if .secret }}
- name: autorite-bus
  secret: {secretName: {{ .secret }}, items: [{key: {{ .cle }}, path: {{ .cle }}}]}
{{- end }}
{{- end }}
{{- if eq .role "api" }}
{{- with .racine.Values.identite.autorite }}
{{- if .secret }}
- name: autorite-identite
  secret: {secretName: {{ .secret }}, items: [{key: {{ .cle }}, path: {{ .cle }}}]}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Ce que tout gabarit de conteneur a en commun; un lien de service ferait croire à des SBG_…. */}}
{{- define "sbg.commun" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .racine.Values.image.secretsDeTirage }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- with .racine.Values.prioriteDeClasse }}
priorityClassName: {{ . }}
{{- end }}
{{- with .racine.Values.noeuds }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with .racine.Values.tolerances }}
tolerations: {{ toJson . }}
{{- end }}
{{- end -}}
