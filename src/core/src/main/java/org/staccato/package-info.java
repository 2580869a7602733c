/**
 * Staccato's API: open a weight file as a {@link org.staccato.LiveModel}, take a {@link
 * org.staccato.Scorer} per thread, advance a {@link org.staccato.UserState} by what a user did, and
 * rank the catalogue.
 *
 * <pre>{@code
 * try (LiveModel live = LiveModel.open(Path.of("shop.safetensors"))) {
 *   Scorer scorer = live.newScorer();
 *   UserState user = scorer.newState();
 *   Ranked ranked = new Ranked();
 *   scorer.step(user, live.items().indexOf(4711));
 *   int n = scorer.topK(user, 10, ranked);
 * }
 * }</pre>
 */
@NullMarked
package org.staccato;

import org.jspecify.annotations.NullMarked;
