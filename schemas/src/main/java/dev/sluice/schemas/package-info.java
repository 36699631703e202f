/// What the parts of Sluice say to each other: JSON Schemas of the input kinds and protobuf
/// messages.
@NullMarked
package dev.sluice.schemas;

import org.jspecify.annotations.NullMarked;
