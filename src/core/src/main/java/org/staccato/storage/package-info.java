/** Files that take the place of others in one step. */
@NullMarked
package org.staccato.storage;

import org.jspecify.annotations.NullMarked;
