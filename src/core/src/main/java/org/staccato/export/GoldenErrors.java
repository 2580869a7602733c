package org.staccato.export;

/**
 * How far a network is from its golden samples. An error is relative to one more than the largest
 * answer of its sample.
 *
 * @param largest the largest error
 * @param mean the mean error
 */
public record GoldenErrors(double largest, double mean) {}
