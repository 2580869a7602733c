package org.staccato.trainer.learn;

/**
 * The figures of an epoch.
 *
 * @param epoch the epoch, from 1
 * @param loss the mean training loss under dropout, in nats per event
 * @param validationScore the score of the validation
 * @param best whether this is the best score so far
 * @param seconds the time of learning, without the validation
 * @param eventsPerSecond the events learnt per second of this time
 * @param gradientNorm the mean norm of the gradient before clipping
 */
public record EpochReport(
    int epoch,
    double loss,
    double validationScore,
    boolean best,
    double seconds,
    double eventsPerSecond,
    double gradientNorm) {

  EpochReport judged(double score, boolean isBest) {
    return new EpochReport(epoch, loss, score, isBest, seconds, eventsPerSecond, gradientNorm);
  }
}
