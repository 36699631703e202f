/// The content of a bundle as bytes: protobuf written deterministically and read strictly.
///
/// The only place of this module that knows protobuf types. Source:
/// `schemas/src/main/proto/sluice/bundle/v1/bundle.proto`.
@NullMarked
package dev.sluice.engine.wire;

import org.jspecify.annotations.NullMarked;
