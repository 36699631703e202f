/// A cluster of network namespaces: two nodes with pods, real clients and servers, and a shared
/// ztunnel on each as a process of its own.
@NullMarked
package dev.sluice.verify.node;

import org.jspecify.annotations.NullMarked;
