/**
 * Reads delimited behaviour logs into columns of users, items and times, and says what it left out.
 */
@NullMarked
package org.staccato.trainer.log;

import org.jspecify.annotations.NullMarked;
