/** Writes pages of results, each of which states the machine and the method of its measurement. */
@NullMarked
package org.staccato.load.report;

import org.jspecify.annotations.NullMarked;
