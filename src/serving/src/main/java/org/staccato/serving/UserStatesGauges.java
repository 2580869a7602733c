package org.staccato.serving;

/**
 * What a table of users holds at one moment.
 *
 * @param users the number of users
 * @param capacity the most users that surely fit
 * @param evictions how many users were dropped for others
 * @param rebuilds how many states were made by replaying events
 * @param items the number of items of all versions so far
 * @param bytes the bytes of slots, states and index
 */
public record UserStatesGauges(
    long users, int capacity, long evictions, long rebuilds, int items, long bytes) {}
