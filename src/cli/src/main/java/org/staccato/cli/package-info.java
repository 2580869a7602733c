/** Placeholder. */
@NullMarked
package org.staccato.cli;

import org.jspecify.annotations.NullMarked;
