/** What a network is: its specification, from which all shapes of its weights follow. */
@NullMarked
package org.staccato.model;

import org.jspecify.annotations.NullMarked;
