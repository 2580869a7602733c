/**
 * The users of a live model: a table of their last events and states, and the scorers that answer
 * for them.
 */
@NullMarked
package org.staccato.users;

import org.jspecify.annotations.NullMarked;
