/// Rules about the whole of Sluice: its architecture and the behaviour of a running mesh.
@NullMarked
package dev.sluice.verify;

import org.jspecify.annotations.NullMarked;
