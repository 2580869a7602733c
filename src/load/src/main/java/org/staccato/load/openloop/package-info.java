/**
 * Serves requests on an open loop: they arrive by a schedule that was made in advance, even if
 * earlier requests are still running.
 */
@NullMarked
package org.staccato.load.openloop;

import org.jspecify.annotations.NullMarked;
