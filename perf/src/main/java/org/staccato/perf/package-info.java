/** Programs that each make one measurement and write a page of {@code perf/results}. */
@NullMarked
package org.staccato.perf;

import org.jspecify.annotations.NullMarked;
