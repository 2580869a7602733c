/** The file of a snapshot: blocks with checksums, and the items and users in them. */
@NullMarked
package org.staccato.snapshot.file;

import org.jspecify.annotations.NullMarked;
