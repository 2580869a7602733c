package org.staccato.trainer.learn;

/**
 * The progress of a training.
 *
 * @param epoch the current epoch, from 1
 * @param events the events learnt in this epoch
 * @param totalEvents the events of an epoch: all but the first of each sequence
 * @param loss the mean loss of the epoch so far, in nats per event
 * @param eventsPerSecond the speed in this epoch so far
 */
public record Progress(
    int epoch, long events, long totalEvents, double loss, double eventsPerSecond) {}
