package org.staccato.trainer.evaluate;

/**
 * How two models differ on the same cases.
 *
 * @param metric the metric
 * @param difference the metric of the second model minus that of the first
 * @param interval a confidence interval of the difference, from a paired bootstrap
 * @param probability the two-sided p-value of a paired randomisation test: how often a difference
 *     at least this large would come about if the models were interchangeable
 * @param differing the number of sequences whose gains differ
 */
public record PairedComparison(
    Metric metric, double difference, Interval interval, double probability, int differing) {}
