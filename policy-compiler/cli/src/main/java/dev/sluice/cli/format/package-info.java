/// The formats that CI systems read: annotations, test reports and comments. Each escapes for its
/// own sink, because names in policies are an author's to choose.
@NullMarked
package dev.sluice.cli.format;

import org.jspecify.annotations.NullMarked;
