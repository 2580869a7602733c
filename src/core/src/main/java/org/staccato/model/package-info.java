/** The specification of a network, from which all shapes of its weights follow. */
@NullMarked
package org.staccato.model;

import org.jspecify.annotations.NullMarked;
