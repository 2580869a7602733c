/** States where and how a measurement was made, as every page of results does. */
@NullMarked
package org.staccato.load.report;

import org.jspecify.annotations.NullMarked;
