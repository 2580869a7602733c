package org.staccato.export;

/**
 * The errors of a network on its golden samples. An error is relative to one more than the largest
 * answer of its sample.
 *
 * @param largest the largest error
 * @param mean the mean error
 */
public record GoldenErrors(double largest, double mean) {}
