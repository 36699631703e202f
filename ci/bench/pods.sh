#!/bin/sh
# Runs a program of dev.sluice.bench.pods with the packaged ztunnel: Interop, SideBySide or Endurance.
# Needs root, iproute2 and iptables; HAProxy and stunnel when they are compared with.
set -eu
cd "$(dirname "$0")/../.."
program=$1
shift

JAVA_HOME=$(sh .mvn/find-jdk.sh)
export JAVA_HOME
if [ ! -f ci/bench/target/sluice-bench.jar ] || [ ! -f ztunnel/target/sluice-ztunnel.jar ]; then
  ./mvnw -q -B -ntp package -DskipTests -pl ci/bench,ztunnel -am >&2
fi
[ "$(id -u)" -eq 0 ] || { echo "pods.sh: network namespaces need root" >&2; exit 2; }
for tool in ip iptables ss; do
  command -v "$tool" >/dev/null || { echo "pods.sh: \`$tool\` is missing (apt-get install iproute2 iptables)" >&2; exit 2; }
done
# Ten thousand connections through a TLS proxy are twenty thousand descriptors.
ulimit -n 100000 2>/dev/null || ulimit -n "$(ulimit -Hn)"
exec "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -cp ci/bench/target/sluice-bench.jar \
  "dev.sluice.bench.pods.$program" "$@"
