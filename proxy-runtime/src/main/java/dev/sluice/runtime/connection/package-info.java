/// The connections a proxy has open: registered, then checked, then served, and cut when a new
/// policy forbids them.
@NullMarked
package dev.sluice.runtime.connection;

import org.jspecify.annotations.NullMarked;
