/// What a bundle means: the policy model, its one evaluator and the verification of signed bundles.
@NullMarked
package dev.sluice.engine;

import org.jspecify.annotations.NullMarked;
