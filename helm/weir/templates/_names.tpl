{{- define "weir.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{/* What names of objects begin with. 52 characters leave room for the role. */}}
{{- define "weir.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains (include "weir.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "weir.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels that never change: of selectors. Takes root and role. */}}
{{- define "weir.selector" -}}
app.kubernetes.io/name: {{ include "weir.name" .root | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .role }}
{{- end -}}

{{/* Labels of objects. Takes root and role. */}}
{{- define "weir.labels" -}}
{{ include "weir.selector" . }}
app.kubernetes.io/part-of: weir
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | quote }}
{{- end -}}

{{/* Name and labels of a role's objects. Takes root and role. */}}
{{- define "weir.metadata" -}}
name: {{ include "weir.fullname" .root }}-{{ .role }}
labels:
  {{- include "weir.labels" . | nindent 2 }}
{{- end -}}

{{- define "weir.blocksClaim" -}}
{{- default (printf "%s-blocks" (include "weir.fullname" .)) .Values.blocksExistingClaim -}}
{{- end -}}
