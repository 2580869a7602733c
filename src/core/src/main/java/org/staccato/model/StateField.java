package org.staccato.model;

/**
 * A vector that a layer carries from one step to the next.
 *
 * @param name the name within the layer, such as {@code c} or {@code h}
 * @param size the number of elements
 * @param bound what no step's elements exceed in absolute value; {@link Float#MAX_VALUE} if they
 *     are merely finite
 */
public record StateField(String name, int size, float bound) {}
