#!/usr/bin/env bash
# Builds the sources twice, in two folders of different names, and compares every jar byte for byte.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

JAVA_HOME=$(sh .mvn/find-jdk.sh)
export JAVA_HOME
maven=./mvnw
"$maven" -v >/dev/null 2>&1 || maven=mvn

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build() {
  local folder=$work/$1
  mkdir -p "$folder"
  git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
    tar --null --files-from=- -cf - | tar -xf - -C "$folder"
  (
    cd "$folder"
    "$maven" -B -ntp -q -Dquick -DskipTests package >"$work/$1.log" 2>&1 || {
      cat "$work/$1.log" >&2
      exit 1
    }
    find . -path '*/target/*.jar' ! -path '*/target/lib/*' -print0 | sort -z | xargs -0 sha256sum
  ) >"$work/$1.sha256"
}

build one
build another-folder

jars=$(wc -l <"$work/one.sha256")
if [ "$jars" -lt 9 ]; then
  echo "error: only $jars jars were built, so there is too little to compare" >&2
  exit 1
fi
if ! diff "$work/one.sha256" "$work/another-folder.sha256"; then
  echo 'error: two builds of the same sources differ' >&2
  exit 1
fi
echo "reproducible: $jars jars are identical in two builds"
