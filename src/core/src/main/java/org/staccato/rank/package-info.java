/**
 * Finds the best items of a catalogue for one user or many: the sets that select the eligible
 * items, the pass over the blocks of the output layer, and the heap that keeps the k best. Not
 * exported; users call {@link org.staccato.Scorer} and {@link org.staccato.BatchScorer}.
 *
 * <p>The <em>coarse weights</em> are the output weights a second time, in eight bits. They bound
 * each score from above and below; the items whose bounds reach the k-th best are the
 * <em>contenders</em>, and only these get their exact scores.
 */
@NullMarked
package org.staccato.rank;

import org.jspecify.annotations.NullMarked;
