/** Writes files that replace others atomically. */
@NullMarked
package org.staccato.storage;

import org.jspecify.annotations.NullMarked;
