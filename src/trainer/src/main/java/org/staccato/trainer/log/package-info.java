/**
 * Reads delimited behaviour logs into columns of users, items and times, and reports the rows that
 * it leaves out.
 */
@NullMarked
package org.staccato.trainer.log;

import org.jspecify.annotations.NullMarked;
