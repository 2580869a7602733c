package org.staccato.users;

/**
 * Counts of a table of users at one moment.
 *
 * @param users the number of users
 * @param capacity the number of users that surely fit
 * @param evictions the number of users who were evicted for other ones
 * @param rebuilds the number of states that were made by a replay of events
 * @param items the number of items of all versions so far, and of events on unknown items
 * @param unknownItems the number of items of events that no version has had so far
 * @param bytes the bytes of slots, states and index
 */
public record UserStatesGauges(
    long users,
    int capacity,
    long evictions,
    long rebuilds,
    int items,
    int unknownItems,
    long bytes) {}
