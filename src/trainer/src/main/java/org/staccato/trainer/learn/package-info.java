/**
 * Learns the weights of a network that ranks what comes next, by truncated back-propagation through
 * whole sequences. What a network is, {@link org.staccato.model.ModelSpecification} describes; each
 * kind of layer has a pass here, forward and backward, and objective and optimizer are parts of
 * their own.
 *
 * <p>{@link org.staccato.trainer.learn.Trainer} is the entry. Needs a JVM started with {@code
 * --add-modules jdk.incubator.vector}.
 */
@NullMarked
package org.staccato.trainer.learn;

import org.jspecify.annotations.NullMarked;
