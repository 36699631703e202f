#!/bin/sh
# Prints the home of a JDK 25 or newer; exits 1 and says what to do when there is none.
# Order: JAVA_HOME, the java on the PATH, SDKMAN, system folders, ~/.jdks, macOS.
wanted=25

# The release file answers in microseconds what `java -version` answers in 50 ms.
feature_of() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" | head -n 1
}

accept() {
  [ -n "$1" ] || return 1
  feature=$(feature_of "$1") || return 1
  [ -n "$feature" ] && [ "$feature" -ge "$wanted" ] || return 1
  printf '%s\n' "$1"
  exit 0
}

set +f
accept "${JAVA_HOME-}"
on_path=$(command -v javac 2>/dev/null) && on_path=$(readlink -f "$on_path" 2>/dev/null) &&
  accept "${on_path%/bin/javac}"
for home in "${SDKMAN_DIR:-${HOME-}/.sdkman}"/candidates/java/* \
  /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "${HOME-}"/.jdks/* \
  /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  accept "$home"
done

cat >&2 <<MESSAGE
error: no JDK $wanted or newer found
  looked at JAVA_HOME (${JAVA_HOME:-not set}), the PATH, ~/.sdkman, /usr/lib/jvm and ~/.jdks
help: install a JDK $wanted (for example Eclipse Temurin) or set JAVA_HOME to one
MESSAGE
exit 1
