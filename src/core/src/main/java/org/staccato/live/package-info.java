/**
 * Versions of a model: how they are published, held while they are read, and retired; how a file is
 * followed; and what is told about all that. {@link org.staccato.LiveModel} is the way in.
 */
@NullMarked
package org.staccato.live;

import org.jspecify.annotations.NullMarked;
