/// `ztunnel redirect`: the packet filter rules in a pod that lead its traffic to the proxy.
@NullMarked
package dev.sluice.ztunnel.redirect;

import org.jspecify.annotations.NullMarked;
