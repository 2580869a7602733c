/**
 * What a user hears of the versions of a model, and says about how they come: values and listeners
 * of {@link org.staccato.LiveModel}.
 */
@NullMarked
package org.staccato.live;

import org.jspecify.annotations.NullMarked;
