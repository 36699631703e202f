/// Where text comes from: files, and spans in them. Depends on nothing.
@NullMarked
package dev.sluice.compiler.source;

import org.jspecify.annotations.NullMarked;
