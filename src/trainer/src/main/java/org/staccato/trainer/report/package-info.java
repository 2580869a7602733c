/**
 * Reports for people: one HTML file that contains its style and drawings and is readable offline.
 */
@NullMarked
package org.staccato.trainer.report;

import org.jspecify.annotations.NullMarked;
