/** Snapshots of all users in a file. */
@NullMarked
package org.staccato.snapshot;

import org.jspecify.annotations.NullMarked;
