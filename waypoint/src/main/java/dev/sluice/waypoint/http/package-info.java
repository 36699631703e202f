/// HTTP as a waypoint accepts it: strict request parsing and inspection, header hygiene in both
/// directions, checks of what an upstream answers.
@NullMarked
package dev.sluice.waypoint.http;

import org.jspecify.annotations.NullMarked;
