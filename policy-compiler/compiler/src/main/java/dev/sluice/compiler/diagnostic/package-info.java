/// What the compiler has to say: findings with stable codes, spans, reasons and help.
@NullMarked
package dev.sluice.compiler.diagnostic;

import org.jspecify.annotations.NullMarked;
