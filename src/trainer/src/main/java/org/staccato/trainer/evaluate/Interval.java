package org.staccato.trainer.evaluate;

/**
 * A confidence interval.
 *
 * @param low the lower end
 * @param high the upper end, not below the lower one
 */
public record Interval(double low, double high) {}
