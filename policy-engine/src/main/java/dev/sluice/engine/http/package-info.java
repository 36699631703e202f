/// What a request target means: the one canonical path that routing, decisions and forwarding
/// share.
@NullMarked
package dev.sluice.engine.http;

import org.jspecify.annotations.NullMarked;
