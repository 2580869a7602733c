/**
 * Loads, publishes, holds and retires the versions of a live model, and follows a file. Not
 * exported; users call {@link org.staccato.LiveModel}.
 */
@NullMarked
package org.staccato.swap;

import org.jspecify.annotations.NullMarked;
