/**
 * The memory of the users: stripes of slots, an index that finds them, and the states of one size.
 */
@NullMarked
package org.staccato.users.table;

import org.jspecify.annotations.NullMarked;
