/**
 * Learns the weights of a next-item network: an embedding, a stack of LSTM layers and an output
 * layer over the whole catalogue, trained by truncated back-propagation through whole sequences.
 *
 * <p>{@link org.staccato.trainer.learn.Training} is the entry. Needs a JVM started with {@code
 * --add-modules jdk.incubator.vector}.
 */
@NullMarked
package org.staccato.trainer.learn;

import org.jspecify.annotations.NullMarked;
