/**
 * What happens to the versions of a live model: how they are loaded, published, held while they are
 * read, and retired, and how a file is followed. Not exported; {@link org.staccato.LiveModel} is
 * the way in.
 */
@NullMarked
package org.staccato.swap;

import org.jspecify.annotations.NullMarked;
