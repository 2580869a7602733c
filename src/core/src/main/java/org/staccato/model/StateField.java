package org.staccato.model;

/**
 * A vector that a layer or a memory carries from one step to the next.
 *
 * @param name the name within the layer or the memory, such as {@code c} or {@code h}
 * @param size the number of elements
 * @param bound the largest absolute value that a step can give an element; {@link Float#MAX_VALUE}
 *     for any finite value
 */
public record StateField(String name, int size, float bound) {}
