/// The conversation with the node's agent, which knows the pods of the node and hands over their
/// network namespaces. Source: Istio's ZDS protocol.
@NullMarked
package dev.sluice.ztunnel.zds;

import org.jspecify.annotations.NullMarked;
