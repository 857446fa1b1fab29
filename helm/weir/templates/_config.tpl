{{/* The files in /etc/weir. Each role has a prometheus.yml with what it reads of one. */}}

{{- define "weir.collectorsPrometheus" -}}
global:
  scrape_interval: {{ .Values.scrapeInterval }}
  {{- with merge (dict) .Values.collectorsExternalLabels .Values.externalLabels }}
  external_labels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
scrape_configs:
  {{- toYaml .Values.scrapeConfigs | nindent 2 }}
{{- end -}}

{{- define "weir.rulesPrometheus" -}}
global:
  evaluation_interval: {{ .Values.evaluationInterval }}
  {{- with .Values.externalLabels }}
  external_labels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
rule_files:
  {{- range $name, $file := .Values.ruleFiles }}
  {{- if $file }}
  - /etc/weir/rules/{{ $name }}
  {{- end }}
  {{- else }}
  []
  {{- end }}
{{- end -}}

{{- define "weir.alertingPrometheus" -}}
{{- with .Values.externalLabels }}
global:
  external_labels:
    {{- toYaml . | nindent 4 }}
{{- end }}
alerting:
  alertmanagers:
    {{- toYaml .Values.alertmanagers | nindent 4 }}
{{- end -}}

{{- define "weir.queryPrometheus" -}}
global:
  evaluation_interval: {{ .Values.evaluationInterval }}
  {{- with .Values.externalLabels }}
  external_labels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* The role's own files, as data of its ConfigMap. Takes root and role. */}}
{{- define "weir.configData" -}}
prometheus.yml: |
  {{- include (printf "weir.%sPrometheus" .role) .root | trim | nindent 2 }}
{{- if and (eq .role "alerting") .root.Values.alertmanagerConfig }}
alertmanager.yml: |
  {{- toYaml .root.Values.alertmanagerConfig | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Rule files by name, without those that are left out. */}}
{{- define "weir.ruleFiles" -}}
{{- range $name, $file := .Values.ruleFiles }}
{{- if $file }}
{{ $name }}: |
  {{- toYaml $file | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The volume of all files in /etc/weir. Takes root and role. */}}
{{- define "weir.configVolume" -}}
name: config
projected:
  sources:
    {{- if .root.Values.weirConfigSecret }}
    - secret:
        name: {{ .root.Values.weirConfigSecret | quote }}
        items: [{key: weir.yml, path: weir.yml}]
    {{- else }}
    - configMap:
        name: {{ include "weir.fullname" .root }}-config
    {{- end }}
    {{- if ne .role "sink" }}
    - configMap:
        name: {{ include "weir.fullname" .root }}-{{ .role }}
        items:
          - {key: prometheus.yml, path: prometheus.yml}
          {{- if and (eq .role "alerting") .root.Values.alertmanagerConfig }}
          - {key: alertmanager.yml, path: alertmanager.yml}
          {{- end }}
    {{- end }}
    {{- if and (eq .role "rules") (include "weir.ruleFiles" .root | trim) }}
    - configMap:
        name: {{ include "weir.fullname" .root }}-rule-files
        items:
          {{- range $name, $file := .root.Values.ruleFiles }}
          {{- if $file }}
          - {key: {{ $name }}, path: rules/{{ $name }}}
          {{- end }}
          {{- end }}
    {{- end }}
    {{- if and (eq .role "alerting") .root.Values.alertmanagerConfigSecret }}
    - secret:
        name: {{ .root.Values.alertmanagerConfigSecret | quote }}
        items: [{key: alertmanager.yml, path: alertmanager.yml}]
    {{- end }}
{{- end -}}
