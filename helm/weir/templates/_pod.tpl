{{/* What the pods of all roles have in common. Each template takes a dictionary with `root`, the
     chart's context; `role`, as objects and values name it; and what else it says. */}}

{{/* Metadata of a pod: another configuration makes other pods. */}}
{{- define "weir.podMetadata" -}}
labels:
  {{- include "weir.labels" . | nindent 2 }}
  {{- if and (has .role (list "sink" "query")) (eq .root.Values.blocksIn "volume") }}
  {{- include "weir.blocksLabel" . | nindent 2 }}
  {{- end }}
  {{- with .root.Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  checksum/weir.yml: {{ list .root.Values.weirConfig .root.Values.externalUrl | toYaml | sha256sum }}
  {{- if ne .role "sink" }}
  checksum/config: {{ include "weir.configData" . | sha256sum }}
  {{- end }}
  {{- if eq .role "rules" }}
  checksum/rule-files: {{ include "weir.ruleFiles" .root | sha256sum }}
  {{- end }}
  {{- with .root.Values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* What a pod's specification begins with. */}}
{{- define "weir.podSpec" -}}
serviceAccountName: {{ include "weir.fullname" .root }}-{{ .role }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
# The user and group of the image.
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{/* The label of pods that have the volume of blocks. */}}
{{- define "weir.blocksLabel" -}}
weir.dev/blocks: {{ include "weir.blocksClaim" .root | quote }}
{{- end -}}

{{/* Where pods with the volume of blocks run: a volume that one node can have, they all follow to that
     node, and the first that is there chooses it. */}}
{{- define "weir.besideBlocks" -}}
{{- if and (eq .root.Values.blocksIn "volume") (eq .root.Values.blocksAccessMode "ReadWriteOnce") -}}
affinity:
  podAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "weir.blocksLabel" . | nindent 12 }}
{{- else -}}
{{- include "weir.spread" . }}
{{- end -}}
{{- end -}}

{{/* Where a container of sink or query has blocks: the volume, or the files with secrets of an object
     store. */}}
{{- define "weir.blocksMounts" -}}
{{- if eq .Values.blocksIn "volume" -}}
blocks: /var/lib/weir/blocks
{{- else if .Values.objectStoreSecret -}}
store: /etc/weir-store
{{- end -}}
{{- end -}}

{{/* What a query has beside them: somewhere to keep what it read of an object store. */}}
{{- define "weir.queryMounts" -}}
{{- if eq .Values.blocksIn "objectStore" -}}
cache: /var/cache/weir
{{- end -}}
{{- end -}}

{{- define "weir.blocksVolumes" -}}
{{- if eq .Values.blocksIn "volume" -}}
- {name: blocks, persistentVolumeClaim: {claimName: {{ include "weir.blocksClaim" . | quote }}}}
{{- else if .Values.objectStoreSecret -}}
- {name: store, secret: {secretName: {{ .Values.objectStoreSecret | quote }}}}
{{- end -}}
{{- end -}}

{{/* Pods of a role on different nodes, where there is a choice. */}}
{{- define "weir.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "weir.selector" . | nindent 8 }}
{{- end -}}

{{/* The container. `command` is what `weir run` calls the role, `port` where it serves, `resources`
     what it gets, `arguments` a list of more arguments, `mounts` the names of volumes and where they
     go, beside /etc/weir and /tmp. */}}
{{- define "weir.container" -}}
{{- $values := .root.Values -}}
name: weir
image: {{ printf "%s:%s" $values.image (default .root.Chart.AppVersion $values.imageTag) | quote }}
imagePullPolicy: {{ $values.imagePullPolicy }}
args:
  - run
  - {{ .command }}
  {{- $kafka := required "kafka: name the brokers of your Kafka as host:port, for example --set kafka=kafka-bootstrap.kafka:9092" $values.kafka }}
  - {{ printf "--kafka=%s" $kafka | quote }}
  {{- with $values.schemaRegistry }}
  - {{ printf "--schema-registry=%s" . | quote }}
  {{- end }}
  - --listen=:{{ .port }}
  {{- if .mounts }}
  - --data=/var/lib/weir
  {{- end }}
  - --weir.config=/etc/weir/weir.yml
  {{- if ne .role "sink" }}
  - --config.file=/etc/weir/prometheus.yml
  {{- end }}
  {{- range .arguments }}
  - {{ . }}
  {{- end }}
  {{- with $values.enableFeatures }}
  - --enable-feature={{ join "," . }}
  {{- end }}
env:
  - {name: WEIR_JAVA_OPTS, value: {{ $values.javaOpts | quote }}}
  - {name: NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
  - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
  - {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
  {{- with $values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
ports:
  - {name: http, containerPort: {{ .port }}, protocol: TCP}
# Kafka may take its time to answer the first question.
startupProbe:
  httpGet: {path: /-/healthy, port: http}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /-/healthy, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /-/ready, port: http}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 3
{{- with .resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
volumeMounts:
  - {name: config, mountPath: /etc/weir, readOnly: true}
  # Libraries unpack their native code here.
  - {name: tmp, mountPath: /tmp}
  {{- range $name, $path := .mounts }}
  {{- if eq $name "blocks" }}
  # Not the volume's own root, where some file systems have a lost+found that nobody may list.
  - {name: {{ $name }}, mountPath: {{ $path }}, subPath: blocks}
  {{- else }}
  - {name: {{ $name }}, mountPath: {{ $path }}}
  {{- end }}
  {{- end }}
  {{- with $values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* The volumes that every pod has. */}}
{{- define "weir.volumes" -}}
- {{ include "weir.configVolume" . | nindent 2 | trim }}
- {name: tmp, emptyDir: {}}
{{- with .root.Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The account of a role. No role speaks to Kubernetes, so none has any rights. */}}
{{- define "weir.serviceAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "weir.metadata" . | nindent 2 }}
  {{- with .accountAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}

{{- define "weir.configMap" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "weir.metadata" . | nindent 2 }}
data:
  {{- include "weir.configData" . | nindent 2 }}
{{- end -}}

{{/* One pod at a time may leave for maintenance; of a single one that may leave at once. */}}
{{- define "weir.disruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "weir.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "weir.selector" . | nindent 6 }}
{{- end -}}

{{/* A service with an address, on the role's port. */}}
{{- define "weir.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "weir.metadata" . | nindent 2 }}
spec:
  type: {{ default "ClusterIP" .type }}
  ports:
    - {name: http, port: {{ .port }}, targetPort: http, protocol: TCP}
  selector:
    {{- include "weir.selector" . | nindent 4 }}
{{- end -}}
