/// HBONE, the tunnel of the mesh: HTTP/2 CONNECT inside mutual TLS, server, client and pool.
@NullMarked
package dev.sluice.runtime.hbone;

import org.jspecify.annotations.NullMarked;
