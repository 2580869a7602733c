/** Loads a served model on an open loop while its versions are swapped and files go wrong. */
@NullMarked
package org.staccato.load.scenario;

import org.jspecify.annotations.NullMarked;
