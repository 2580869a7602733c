/**
 * The values and listeners of {@link org.staccato.LiveModel}: options for loading versions, and
 * events and figures of versions.
 */
@NullMarked
package org.staccato.live;

import org.jspecify.annotations.NullMarked;
