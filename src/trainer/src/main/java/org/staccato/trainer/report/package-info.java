/**
 * Reports that a person reads: one HTML file with its style and drawings inside, readable offline.
 */
@NullMarked
package org.staccato.trainer.report;

import org.jspecify.annotations.NullMarked;
