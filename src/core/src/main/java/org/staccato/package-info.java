/**
 * Staccato's API: open a weight file as a {@link org.staccato.LiveModel}, take a {@link
 * org.staccato.Scorer}, advance a {@link org.staccato.UserState} by an event of a user, and rank
 * the catalogue.
 *
 * <pre>{@code
 * try (LiveModel live = LiveModel.open(Path.of("shop.safetensors"), OpenOptions.FOLLOW);
 *     Scorer scorer = live.newScorer()) {
 *   UserState user = scorer.newState();
 *   Ranked ranked = new Ranked(10);
 *   try (AcquiredVersion acquired = scorer.acquire()) { // one version for the block
 *     scorer.step(user, acquired.itemKeys().indexOf(4711));
 *     int n = scorer.topK(user, 10, ranked);
 *   }
 * }
 * }</pre>
 */
@NullMarked
package org.staccato;

import org.jspecify.annotations.NullMarked;
