/**
 * Learns the weights of a network that ranks the next item, by truncated back-propagation through
 * whole sequences. {@link org.staccato.model.ModelSpecification} describes a network; each kind of
 * layer has a forward and backward pass here, and objective and optimizer are separate parts.
 *
 * <p>{@link org.staccato.trainer.learn.Trainer} is the entry point. Needs a JVM started with {@code
 * --add-modules jdk.incubator.vector}.
 */
@NullMarked
package org.staccato.trainer.learn;

import org.jspecify.annotations.NullMarked;
