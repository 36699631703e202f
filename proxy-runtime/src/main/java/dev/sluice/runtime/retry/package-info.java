/// How long to wait before something that failed is tried again.
@NullMarked
package dev.sluice.runtime.retry;

import org.jspecify.annotations.NullMarked;
