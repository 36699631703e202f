#!/bin/sh
# Sluice's ztunnel and Istio's between each other, in network namespaces; needs root.
#   PEER_ZTUNNEL=/path/to/ztunnel ci/bench/interop.sh
# Ends with 0 when all is right, 1 when something is wrong, 3 when there is no peer.
set -eu
exec "$(dirname "$0")/pods.sh" Interop "$@"
