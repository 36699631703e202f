/// Tests of the model of Istio and of the examples found with it.
@NullMarked
package dev.sluice.compiler.upstream;

import org.jspecify.annotations.NullMarked;
