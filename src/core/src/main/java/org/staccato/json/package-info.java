/** Reads and writes strict JSON (RFC 8259), as far as the header of a weight file needs it. */
@NullMarked
package org.staccato.json;

import org.jspecify.annotations.NullMarked;
