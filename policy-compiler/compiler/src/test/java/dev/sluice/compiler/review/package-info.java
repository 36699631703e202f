/// The review of policies against each other, held to the exact space of requests.
@NullMarked
package dev.sluice.compiler.review;

import org.jspecify.annotations.NullMarked;
