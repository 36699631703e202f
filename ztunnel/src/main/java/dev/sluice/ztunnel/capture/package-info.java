/// How connections of local workloads come into the proxy, and where their applications listen.
@NullMarked
package dev.sluice.ztunnel.capture;

import org.jspecify.annotations.NullMarked;
