# Finds a Java installation; sourced by `weir`, by the launcher of a checkout and by the build.

# find_java MIN MAX [TOOL]: prints the home of the first Java with MIN <= major version <= MAX, in
# the order JAVA_HOME, /usr/lib/jvm, the `java` on PATH. TOOL (`java` or `javac`) must be there too.
# Returns 1 when there is none.
find_java() {
  for _home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if _fits "$_home" "$1" "$2" "${3:-java}"; then
      printf '%s\n' "$_home"
      return 0
    fi
  done
  _home=$(_home_of_java_on_path) || return 1
  if _fits "$_home" "$1" "$2" "${3:-java}"; then
    printf '%s\n' "$_home"
    return 0
  fi
  return 1
}

# describe_java: says which Java installations find_java looked at, for an error message.
describe_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    _version=$(java_version "$JAVA_HOME") || _version='no Java'
    printf 'JAVA_HOME=%s is %s' "$JAVA_HOME" "$_version"
  else
    printf 'JAVA_HOME is not set'
  fi
  printf ', /usr/lib/jvm has'
  _any=no
  for _home in /usr/lib/jvm/*; do
    [ -L "$_home" ] && continue
    _version=$(java_version "$_home") || continue
    printf ' %s' "$_version"
    _any=yes
  done
  [ "$_any" = yes ] || printf ' none'
  if _home=$(_home_of_java_on_path) && _version=$(java_version "$_home"); then
    printf ', java on PATH is %s' "$_version"
  else
    printf ', PATH has no java'
  fi
}

# java_version HOME: prints the major version of an installation, from its release file.
java_version() {
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  _line=$(grep '^JAVA_VERSION=' "$1/release") || return 1
  _line=${_line#JAVA_VERSION=}
  _line=${_line#\"}
  _line=${_line%%[!0-9]*}
  [ -n "$_line" ] || return 1
  printf '%s\n' "$_line"
}

_fits() {
  [ -n "$1" ] && [ -x "$1/bin/$4" ] || return 1
  _major=$(java_version "$1") || return 1
  [ "$_major" -ge "$2" ] && [ "$_major" -le "$3" ]
}

_home_of_java_on_path() {
  _java=$(command -v java) || return 1
  _java=$(readlink -f "$_java") || return 1
  printf '%s\n' "${_java%/bin/java}"
}
