/// What of Linux the JDK has no word for: network namespaces, and system calls that say why they
/// failed.
@NullMarked
package dev.sluice.ztunnel.linux;

import org.jspecify.annotations.NullMarked;
