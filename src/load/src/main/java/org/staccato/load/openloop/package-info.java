/**
 * Serves requests on an open loop: they arrive by a schedule that was made before, however long the
 * earlier ones take.
 */
@NullMarked
package org.staccato.load.openloop;

import org.jspecify.annotations.NullMarked;
